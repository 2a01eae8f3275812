"""Correcting marks after the fact: shown before it is done, written down with its reason, and taken back whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from quiz.attempts import answers_of, questions_of, settle, thaw
from quiz.grading.assertion import Similar
from quiz.grading.objective import mark
from quiz.questions import KEYED, Question
from quiz.tables import Attempt, AttemptAnswer, QuestionVersion, Regrade, RegradeChange
from quiz.training.tables import EvidenceRow

WAYS = {"rekey": "按新答案重判", "full": "人人给满分"}


class CannotUndo(ValueError):
    """A later regrade of the question stands on this one."""


@dataclass(frozen=True)
class Effect:
    """What a regrade would do to one answer and to its paper."""

    attempt: Attempt
    place: int
    before: float
    after: float
    score: float
    passed: bool

    @property
    def flips(self) -> bool:
        return self.passed != self.attempt.passed


def preview(
    session: Session, question_id: str, key: Question | None, similar: Similar | None = None
) -> list[Effect]:
    """The answers whose mark would change under the key of another version, or with full marks for everybody."""
    rows = session.exec(
        select(AttemptAnswer, Attempt, QuestionVersion)
        .join(Attempt, col(Attempt.id) == AttemptAnswer.attempt_id)
        .join(QuestionVersion, col(QuestionVersion.digest) == AttemptAnswer.digest)
        .where(QuestionVersion.question_id == question_id, col(Attempt.submitted).is_not(None))
        .order_by(col(Attempt.id))
    )  # fmt: skip
    found = []
    for row, attempt, version in rows:
        after = share_under(thaw(version.body), key, row, similar)
        if after is not None and abs(after - (row.share or 0.0)) > 1e-9:
            score = new_score(session, attempt, row.place, after)
            found.append(
                Effect(attempt, row.place, row.share or 0.0, after, score, score >= attempt.pass_mark)
            )
    return found


def new_score(session: Session, attempt: Attempt, place: int, share: float) -> float:
    shares = {p: r.share or 0.0 for p, r in answers_of(session, attempt.id).items()} | {place: share}
    return round(100 * sum(shares.values()) / len(attempt.digests), 1)


def share_under(
    asked: Question, key: Question | None, row: AttemptAnswer, similar: Similar | None
) -> float | None:
    """The share of the mark under another key; None when the two versions ask different things."""
    if key is None:
        return 1.0
    if row.late:
        return 0.0
    if not comparable(asked, key):
        return None
    return mark(key, translated(asked, key, row.answer.get("value")), similar).share


def comparable(asked: Question, key: Question) -> bool:
    """Whether an answer to one version can be read as an answer to the other."""
    if asked.type != key.type:
        return asked.type in KEYED and key.type in KEYED
    if asked.type == "matching":
        return {left for left, _ in asked.pairs} == {left for left, _ in key.pairs}
    return set(asked.options) == set(key.options)


def translated(asked: Question, key: Question, value: object) -> object:
    """Option numbers of the version that was asked as numbers of the other one."""
    if not asked.options or value in (None, "", []):
        return value
    place = {option: i for i, option in enumerate(key.options)}
    chosen = value if isinstance(value, list) else [value]
    moved = [place[asked.options[v]] for v in chosen if isinstance(v, int) and 0 <= v < len(asked.options)]
    return moved if asked.type == "ordering" else sorted(moved)


def apply(
    session: Session, question_id: str, how: str, key: Question | None, reason: str, by_id: int, now: datetime,
    similar: Similar | None = None,
) -> tuple[Regrade, list[Attempt]]:  # fmt: skip
    """Carry out what the preview showed; returns the papers whose score may have changed."""
    effects = preview(session, question_id, key, similar)
    regrade = Regrade(question_id=question_id, how=how, key_digest=key.digest if key else "", reason=reason,
                      by_id=by_id, at=now)  # fmt: skip
    session.add(regrade)
    session.flush()
    for e in effects:
        session.add(RegradeChange(regrade_id=regrade.id, attempt_id=e.attempt.id, place=e.place,
                                  share_before=e.before, share_after=e.after))  # fmt: skip
    put_shares(session, {(e.attempt.id, e.place): e.after for e in effects})
    return regrade, [rescore(session, e.attempt) for e in effects]


def undo(session: Session, regrade: Regrade, by_id: int, now: datetime) -> list[Attempt]:
    """Give every answer the mark it had; only the latest regrade of a question can go."""
    later = session.exec(
        select(Regrade.id).where(Regrade.question_id == regrade.question_id, col(Regrade.undone).is_(None))
        .order_by(col(Regrade.id).desc())
    ).first()  # fmt: skip
    if regrade.undone or later != regrade.id:
        raise CannotUndo("这次改判之后还有一次改判，或者已经撤销；请从最近的一次撤起。")
    changes = session.exec(select(RegradeChange).where(RegradeChange.regrade_id == regrade.id)).all()
    put_shares(session, {(c.attempt_id, c.place): c.share_before for c in changes})
    regrade.undone, regrade.undone_by = now, by_id
    session.add(regrade)
    return [rescore(session, session.get(Attempt, c.attempt_id)) for c in changes]


def put_shares(session: Session, shares: dict[tuple[int, int], float]) -> None:
    for (attempt_id, place), share in shares.items():
        row = session.exec(
            select(AttemptAnswer).where(AttemptAnswer.attempt_id == attempt_id, AttemptAnswer.place == place)
        ).one()
        row.share = share
        session.add(row)
    session.flush()


def rescore(session: Session, attempt: Attempt) -> Attempt:
    """Score, verdict and the evidence of each section, from the shares as they now stand."""
    answers = answers_of(session, attempt.id)
    shares = [(answers[i].share or 0.0) if i in answers else 0.0 for i in range(len(attempt.digests))]
    settle(attempt, shares)
    session.add(attempt)
    sections: dict[str, list[float]] = {}
    for question, share in zip(questions_of(session, attempt), shares, strict=True):
        sections.setdefault(question.section, []).append(share)
    for row in session.exec(select(EvidenceRow).where(EvidenceRow.source == f"attempt {attempt.id}")):
        if row.section in sections:
            row.score = round(100 * sum(sections[row.section]) / len(sections[row.section]), 1)
            session.add(row)
    session.flush()
    return attempt


def of_attempt(session: Session, attempt_id: int) -> dict[int, Regrade]:
    """The regrade that stands for each answer of a paper."""
    rows: Sequence[tuple[RegradeChange, Regrade]] = session.exec(
        select(RegradeChange, Regrade).join(Regrade, col(Regrade.id) == RegradeChange.regrade_id)
        .where(RegradeChange.attempt_id == attempt_id, col(Regrade.undone).is_(None)).order_by(col(Regrade.id))
    ).all()  # fmt: skip
    return {change.place: regrade for change, regrade in rows}
