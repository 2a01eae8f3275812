"""Sitting a paper: open, save each change, submit once, and what it shows."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select, update

from quiz.evidence import Evidence
from quiz.grading.assertion import Similar
from quiz.grading.objective import Mark, mark, shown
from quiz.papers import Paper
from quiz.questions import Question
from quiz.tables import Attempt, AttemptAnswer, ExtraTime, QuestionVersion

# The kind of evidence that each kind of paper gives.
KINDS = {
    "practice": "quiz", "chapter": "quiz", "review": "quiz", "exam": "exam", "entry": "exam", "paper": "exam",
    "makeup": "makeup", "pretest": "quiz", "course": "exam",
}  # fmt: skip
# Papers that end in a certificate, and in a make-up examination when they are failed.
EXAMS = ("exam", "entry", "paper", "makeup", "course")
# Answers that were on their way when time ran out still count.
GRACE = timedelta(seconds=5)


class NothingToAsk(ValueError):
    """There is no question for this paper yet."""


class Closed(ValueError):
    """The paper is handed in; the answer was not taken."""


@dataclass(frozen=True)
class Marked:
    """One question of a finished attempt."""

    place: int
    question: Question
    answer: object
    mark: Mark
    late: bool


def open_attempt(
    session: Session, person_id: int, mode: str, paper: Paper, seed: int, now: datetime, *,
    pass_mark: int = 80, makeup_of: int | None = None, paper_id: int | None = None, course_id: int | None = None,
) -> Attempt:  # fmt: skip
    """Freeze the questions as they stand and start the clock."""
    if not paper.questions:
        raise NothingToAsk("这部分还没有题目，先选别的章节练。")
    freeze(session, paper.questions, now)
    minutes = paper.minutes and paper.minutes * (100 + extra_percent(session, person_id)) / 100
    attempt = Attempt(
        person_id=person_id, mode=mode, title=paper.title, digests=[q.digest for q in paper.questions],
        shuffle_seed=seed, started=now, deadline=now + timedelta(minutes=minutes) if minutes else None,
        pass_mark=pass_mark, makeup_of=makeup_of, paper_id=paper_id, course_id=course_id,
    )  # fmt: skip
    session.add(attempt)
    session.flush()
    return attempt


def freeze(session: Session, questions: Sequence[Question], now: datetime) -> None:
    """Keep the questions exactly as they stand; an edit later makes another version beside this one."""
    known = session.exec(
        select(QuestionVersion.digest).where(col(QuestionVersion.digest).in_([q.digest for q in questions]))
    )
    missing = {q.digest: q for q in questions}
    for digest in known:
        missing.pop(digest, None)
    session.add_all(
        QuestionVersion(digest=d, question_id=q.id, section=q.section, body=asdict(q), first_used=now)
        for d, q in missing.items()
    )
    session.flush()


def extra_percent(session: Session, person_id: int) -> int:
    row = session.get(ExtraTime, person_id)
    return row.percent if row else 0


def questions_of(session: Session, attempt: Attempt) -> list[Question]:
    return versions(session, attempt.digests)


# A version never changes, so every process keeps those it has read; saving an answer reads the whole paper.
THAWED: dict[str, Question] = {}
MOST_THAWED = 5000


def versions(session: Session, digests: Sequence[str]) -> list[Question]:
    known = {d: THAWED[d] for d in digests if d in THAWED}
    missing = [d for d in digests if d not in known]
    if missing:
        rows = session.exec(select(QuestionVersion).where(col(QuestionVersion.digest).in_(missing)))
        known |= {row.digest: thaw(row.body) for row in rows}
        if len(THAWED) > MOST_THAWED:
            THAWED.clear()
        THAWED.update(known)
    return [known[d] for d in digests]


def thaw(body: Mapping) -> Question:
    deep = {"options", "answer"}
    nested = {"pairs", "key", "cites"}
    return Question(**{
        k: tuple(v) if k in deep else tuple(tuple(x) for x in v) if k in nested else v for k, v in body.items()
    })  # fmt: skip


def answers_of(session: Session, attempt_id: int) -> dict[int, AttemptAnswer]:
    rows = session.exec(select(AttemptAnswer).where(AttemptAnswer.attempt_id == attempt_id))
    return {row.place: row for row in rows}


def save_answer(
    session: Session,
    attempt: Attempt,
    place: int,
    answer: object,
    now: datetime,
    *,
    flagged: bool | None = None,
) -> AttemptAnswer:
    """Keep one change; after the deadline it is kept as late and will not score."""
    if attempt.submitted:
        raise Closed("已经交卷，这次改动没有收下。")
    row = session.exec(
        select(AttemptAnswer).where(AttemptAnswer.attempt_id == attempt.id, AttemptAnswer.place == place)
    ).first() or AttemptAnswer(attempt_id=attempt.id, place=place, digest=attempt.digests[place], saved=now)
    late = bool(attempt.deadline and now > attempt.deadline + GRACE)
    if late and row.id and not row.late:
        # The answer in time stays what counts; a late one may not replace it.
        return row
    row.answer, row.saved, row.late = {"value": answer}, now, late
    row.flagged = row.flagged if flagged is None else flagged
    session.add(row)
    session.flush()
    return row


def submit(session: Session, attempt: Attempt, now: datetime, similar: Similar | None = None) -> list[Marked]:
    """Mark once: of parallel submits exactly one writes the result, the others read it."""
    taken = session.exec(
        update(Attempt)
        .where(col(Attempt.id) == attempt.id, col(Attempt.submitted).is_(None))
        .values(submitted=now)
    )
    session.refresh(attempt)
    result = marked(session, attempt, similar)
    if taken.rowcount == 0:
        return result
    answers = answers_of(session, attempt.id)
    for item in result:
        # A question left blank gets its row too, so that it counts in the figures of the question.
        row = answers.get(item.place) or AttemptAnswer(
            attempt_id=attempt.id, place=item.place, digest=attempt.digests[item.place], saved=now,
            answer={"value": None},
        )  # fmt: skip
        row.share = 0.0 if item.late else item.mark.share
        row.points = [list(p) for p in item.mark.points]
        session.add(row)
    settle(attempt, [0.0 if m.late else m.mark.share for m in result])
    session.add(attempt)
    session.flush()
    return result


def settle(attempt: Attempt, shares: Sequence[float]) -> None:
    """Score and verdict from the shares of all questions."""
    attempt.score = round(100 * sum(shares) / len(shares), 1)
    attempt.passed = attempt.score >= attempt.pass_mark


def marked(session: Session, attempt: Attempt, similar: Similar | None = None) -> list[Marked]:
    answers = answers_of(session, attempt.id)
    found = []
    for place, question in enumerate(questions_of(session, attempt)):
        row = answers.get(place)
        value = row.answer.get("value") if row else None
        found.append(Marked(place, question, value, mark_of(question, row, value, similar), bool(row and row.late)))
    return found


def mark_of(question: Question, row: AttemptAnswer | None, value: object, similar: Similar | None) -> Mark:
    """The mark on record; only what has none yet is marked now."""
    if row is None or row.share is None:
        return mark(question, value, similar)
    points = tuple((str(text), bool(met), str(words)) for text, met, words in row.points)
    return Mark(row.share, shown(question, value), points)


def mark_one(session: Session, attempt: Attempt, place: int, similar: Similar | None = None) -> Marked:
    """The mark of one answer, for practice with feedback after each."""
    return marked(session, attempt, similar)[place]


def evidence(attempt: Attempt, result: Sequence[Marked]) -> list[Evidence]:
    """One piece of evidence per section that the paper touched."""
    kind = "makeup" if attempt.makeup_of else KINDS[attempt.mode]
    sections: dict[str, list[float]] = {}
    for item in result:
        sections.setdefault(item.question.section, []).append(0.0 if item.late else item.mark.share)
    return [
        Evidence(attempt.person_id, section, kind, round(100 * sum(shares) / len(shares), 1), attempt.submitted,
                 f"attempt {attempt.id}")
        for section, shares in sections.items()
    ]  # fmt: skip
