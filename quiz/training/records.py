"""Writing evidence and deriving progress from it; totals are never counted up by hand."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from quiz.evidence import Evidence
from quiz.tables import ReviewCard
from quiz.training.progress import MONTH, SectionProgress, Shown, section_progress
from quiz.training.rules import Rules, rules_from
from quiz.training.tables import EvidenceRow, Progress, Reading, Setting

# Pings of the reading page closer than this count in full; longer gaps mean that the reader was away.
LONGEST_PING = 45


def rules(session: Session) -> Rules:
    row = session.get(Setting, "rules")
    return rules_from(row.value if row else {})


def add_evidence(session: Session, found: Sequence[Evidence]) -> None:
    for e in found:
        session.add(EvidenceRow(
            person_id=e.person_id, section=e.section, kind=e.kind, score=e.score, seconds=e.seconds, source=e.source,
            at=e.at,
        ))  # fmt: skip
    session.flush()


def refresh(
    session: Session, person_id: int, section: str, now: datetime, read_seconds: int
) -> SectionProgress:
    """Rewrite one line of progress from its evidence."""
    rows = session.exec(
        select(EvidenceRow).where(EvidenceRow.person_id == person_id, EvidenceRow.section == section)
    ).all()
    shown = [Shown(r.kind, r.at, r.score, r.seconds) for r in rows if r.kind != "reset"]
    resets = [r.at for r in rows if r.kind == "reset"]
    cards = session.exec(
        select(ReviewCard.front, ReviewCard.due)
        .where(ReviewCard.person_id == person_id, ReviewCard.section == section, col(ReviewCard.left_book).is_(None))
        .order_by(col(ReviewCard.wrong).desc(), col(ReviewCard.id))
    ).all()  # fmt: skip
    due = min((d for _, d in cards), default=None)
    found = section_progress(
        section, shown, now, rules(session), read_seconds=read_seconds, reset_at=max(resets, default=None),
        next_review=due.date() if due else None,
    )  # fmt: skip
    if found.first is None:
        return found
    row = session.get(Progress, (person_id, section)) or Progress(
        person_id=person_id, section=section, state=found.state, first=found.first, last=found.last
    )
    row.state, row.first, row.last, row.seconds = found.state, found.first, found.last, found.seconds
    row.best, row.next_review, row.weak = found.best, found.next_review, weak_points(f for f, _ in cards)
    session.add(row)
    session.flush()
    return found


def weak_points(fronts: Iterable[str]) -> str:
    """The two questions most often got wrong, shortened to one line."""
    return ";".join(front.replace("\n", " ")[:36] for front, _ in zip(fronts, range(2), strict=False))


def restart(session: Session, person_id: int, sections: Sequence[str], now: datetime) -> None:
    """Begin re-certification: what was shown before stays as history and no longer counts."""
    for section in sections:
        session.add(EvidenceRow(person_id=person_id, section=section, kind="reset", source="recertification", at=now))
    session.flush()


def outdated(session: Session, now: datetime) -> list[tuple[int, str]]:
    """Passed sections whose pass may have run out since their progress was last written."""
    before = now - rules(session).section_valid_months * MONTH
    rows = session.exec(
        select(Progress.person_id, Progress.section).where(Progress.state == "合格", col(Progress.first) < before)
    )
    return list(rows.all())


def add_reading(
    session: Session,
    person_id: int,
    article_id: str,
    section: str,
    seconds: int,
    depth: int,
    digest: str,
    now: datetime,
) -> int:
    """Add visible reading time; at most the time since the last signal counts. Returns the seconds counted."""
    row = session.get(Reading, (person_id, article_id))
    allowed = min(seconds, LONGEST_PING)
    if row is None:
        row = Reading(
            person_id=person_id, article_id=article_id, section=section, first=now, last=now, digest=digest
        )
    else:
        since = int((now - row.last) / timedelta(seconds=1)) + 2
        allowed = max(0, min(allowed, since))
    row.seconds += allowed
    row.depth, row.last, row.digest = max(row.depth, min(depth, 100)), now, digest
    session.add(row)
    add_evidence(
        session, [Evidence(person_id, section, "reading", None, now, f"article {article_id}", allowed)]
    )
    return allowed


def states(session: Session, person_id: int) -> dict[str, str]:
    rows = session.exec(select(Progress.section, Progress.state).where(Progress.person_id == person_id))
    return dict(rows.all())
