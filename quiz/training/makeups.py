"""Make-up examinations: opened by a failed one, due within the days of the rules, and not without end."""

from datetime import date

from sqlmodel import Session, col, select

from quiz.attempts import EXAMS
from quiz.tables import Attempt, AttemptAnswer, QuestionVersion, ReviewCard
from quiz.training.levels import makeup_plan
from quiz.training.rules import Rules
from quiz.training.tables import Makeup


def settle(session: Session, attempt: Attempt, today: date, rules: Rules) -> Makeup | None:
    """Write the result of a make-up down; open the next one when an examination was failed and one is left."""
    if attempt.mode not in EXAMS:
        return None
    sat = session.exec(select(Makeup).where(Makeup.attempt_id == attempt.id)).first()
    if sat:
        sat.score, sat.passed = attempt.score, attempt.passed
        session.add(sat)
    first = sat.original_attempt_id if sat else attempt.id
    if attempt.passed or open_for(session, attempt.person_id, attempt.mode, attempt.course_id):
        return None
    made_up = number_sat(session, first)
    plan = makeup_plan(today, made_up, False, rules)
    if not plan.allowed:
        return None
    row = Makeup(person_id=attempt.person_id, original_attempt_id=first, reason=plan.reason, due=plan.due,
                 exam=session.get(Attempt, first).title, number=made_up + 1)  # fmt: skip
    session.add(row)
    session.flush()
    return row


def number_sat(session: Session, original: int) -> int:
    rows = session.exec(
        select(Makeup.id).where(Makeup.original_attempt_id == original, col(Makeup.attempt_id).is_not(None))
    )
    return len(rows.all())


def pending(session: Session, person_id: int) -> list[Makeup]:
    """Examinations that are still to be made up, the most urgent first; a missed session is made up in class."""
    return list(session.exec(
        select(Makeup).where(Makeup.person_id == person_id, col(Makeup.attempt_id).is_(None),
                             col(Makeup.original_attempt_id).is_not(None))
        .order_by(col(Makeup.due))
    ))  # fmt: skip


def open_for(session: Session, person_id: int, mode: str, course_id: int | None = None) -> bool:
    firsts = (session.get(Attempt, m.original_attempt_id) for m in pending(session, person_id))
    return any((a.mode, a.course_id) == (mode, course_id) for a in firsts)


def exhausted(session: Session, person_id: int, mode: str, course_id: int | None = None) -> bool:
    """Whether an examination of this kind was failed and no make-up is open: then a person decides.

    A course is tested again when its pass has run out, so that only its last test counts.
    """
    rows = session.exec(
        select(Attempt).where(Attempt.person_id == person_id, Attempt.mode == mode, col(Attempt.submitted).is_not(None),
                              Attempt.course_id == course_id)
        .order_by(col(Attempt.id))
    ).all()  # fmt: skip
    counted = rows if course_id is None else rows[-1:]
    return bool(counted) and not any(a.passed for a in counted)


def grant(session: Session, original: Attempt, due: date, by_id: int) -> Makeup:
    """One more chance, by a person's decision."""
    first = original.makeup_of or original.id
    row = Makeup(person_id=original.person_id, original_attempt_id=first, reason="讲师另给一次", due=due,
                 exam=session.get(Attempt, first).title, number=number_sat(session, first) + 1, approved_by=by_id)  # fmt: skip
    session.add(row)
    session.flush()
    return row


def asked_before(session: Session, original_id: int) -> set[str]:
    """Questions that the examination and its make-ups have asked so far."""
    rows = session.exec(
        select(Attempt).where((Attempt.id == original_id) | (Attempt.makeup_of == original_id))
    )
    digests = {d for a in rows for d in a.digests}
    return set(session.exec(select(QuestionVersion.question_id).where(col(QuestionVersion.digest).in_(digests))))


def mistakes_left(session: Session, makeup: Makeup) -> int:
    """Mistakes of the original that were not reviewed since: studying them belongs between two sittings."""
    original = session.get(Attempt, makeup.original_attempt_id) if makeup.original_attempt_id else None
    if original is None:
        return 0
    wrong = session.exec(
        select(QuestionVersion.question_id)
        .join(AttemptAnswer, AttemptAnswer.digest == QuestionVersion.digest)
        .where(AttemptAnswer.attempt_id == original.id, col(AttemptAnswer.share) < 0.999)
    ).all()
    cards = session.exec(
        select(ReviewCard).where(ReviewCard.person_id == makeup.person_id, col(ReviewCard.item).in_(wrong),
                                 ReviewCard.streak == 0, col(ReviewCard.left_book).is_(None))
    ).all()  # fmt: skip
    return len(cards)
