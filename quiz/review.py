"""Spaced review: what was wrong comes back by FSRS until it was remembered twice with a gap between."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

from fsrs import Card, Rating, Scheduler
from sqlmodel import Session, col, func, select

from quiz.attempts import Marked
from quiz.grading.objective import right_answer
from quiz.tables import ReviewCard, ReviewLog

# Fuzz is off: the same history gives the same date, and load is balanced below.
SCHEDULER = Scheduler(enable_fuzzing=False, desired_retention=0.9)
LEAVE_AFTER = 2
SPACED = timedelta(days=1)


@dataclass(frozen=True)
class Missed:
    """Something to remember; `item` is a question id or “scenario:point”."""

    item: str
    section: str
    front: str
    back: str
    red_line: str = ""


def missed_of(result: Sequence[Marked]) -> list[Missed]:
    return [
        Missed(m.question.id, m.question.section, m.question.stem,
               f"{right_answer(m.question)}\n\n{m.question.explanation}", m.question.red_line)
        for m in result if m.late or not m.mark.right
    ]  # fmt: skip


def add_missed(session: Session, person_id: int, missed: Sequence[Missed], now: datetime) -> int:
    """Make a card for each, or send an existing one back to the start; returns how many."""
    for item in missed:
        row = session.exec(
            select(ReviewCard).where(ReviewCard.person_id == person_id, ReviewCard.item == item.item)
        ).first()
        fresh = Card(card_id=crc32(item.item.encode()), due=now)
        card, _ = SCHEDULER.review_card(fresh, Rating.Again, now)
        if row is None:
            row = ReviewCard(person_id=person_id, item=item.item, section=item.section, front=item.front,
                             back=item.back, red_line=item.red_line, due=now, added=now)  # fmt: skip
        else:
            row.wrong += 1
            row.front, row.back = item.front, item.back
        row.card, row.due, row.streak, row.left_book = card.to_dict(), first_due(now), 0, None
        session.add(row)
    session.flush()
    return len(missed)


def first_due(now: datetime) -> datetime:
    """The morning after: remembering a minute later shows nothing."""
    return now + timedelta(hours=12)


def due_cards(session: Session, person_id: int, now: datetime, cap: int) -> list[ReviewCard]:
    """Today's cards, red lines first, then those longest due; never more than the cap left for today."""
    done = session.exec(
        select(func.count()).select_from(ReviewLog)
        .where(ReviewLog.person_id == person_id, col(ReviewLog.at) >= now - timedelta(hours=16))
    ).one()  # fmt: skip
    rows = session.exec(
        select(ReviewCard)
        .where(ReviewCard.person_id == person_id, col(ReviewCard.due) <= now, col(ReviewCard.left_book).is_(None))
        .order_by((ReviewCard.red_line == ""), col(ReviewCard.due)).limit(max(0, cap - done))
    )  # fmt: skip
    return list(rows)


def review(session: Session, row: ReviewCard, remembered: bool, now: datetime) -> ReviewCard:
    """One answer: FSRS gives the next date; two successes with a day between let the card leave the book."""
    card = Card.from_dict(row.card)
    spaced = card.last_review is None or now - card.last_review >= SPACED
    card, _ = SCHEDULER.review_card(card, Rating.Good if remembered else Rating.Again, now)
    row.card = card.to_dict()
    row.due = balanced(session, row.person_id, max(card.due, now + timedelta(hours=12)), row.id)
    if remembered:
        row.streak += int(spaced)
        row.left_book = now if row.streak >= LEAVE_AFTER else None
    else:
        row.streak, row.wrong = 0, row.wrong + 1
    session.add(row)
    session.add(ReviewLog(card_id=row.id, person_id=row.person_id, remembered=remembered, at=now))
    session.flush()
    return row


def balanced(session: Session, person_id: int, due: datetime, card_id: int | None) -> datetime:
    """The least busy day within a tenth of the interval either way, at most two days."""
    best, lightest = due, None
    for shift in (0, 1, -1, 2):
        day = due + timedelta(days=shift)
        start = day.replace(hour=0, minute=0, second=0, microsecond=0)
        load = session.exec(
            select(func.count()).select_from(ReviewCard)
            .where(ReviewCard.person_id == person_id, ReviewCard.id != card_id, col(ReviewCard.due) >= start,
                   col(ReviewCard.due) < start + timedelta(days=1))
        ).one()  # fmt: skip
        if lightest is None or load + 5 < lightest:
            best, lightest = day, load
    return best


def recall(card: Mapping, now: datetime) -> float:
    """Predicted probability of remembering now, 0 to 1 (FSRS retrievability)."""
    return float(SCHEDULER.get_card_retrievability(Card.from_dict(dict(card)), now))


def forecast(session: Session, person_id: int, now: datetime) -> dict[str, float]:
    """Mean predicted recall per chapter over the cards of a person."""
    chapters: dict[str, list[float]] = {}
    for row in session.exec(select(ReviewCard).where(ReviewCard.person_id == person_id)):
        chapters.setdefault(row.section.split("-")[0], []).append(recall(row.card, now))
    return {chapter: sum(values) / len(values) for chapter, values in chapters.items()}
