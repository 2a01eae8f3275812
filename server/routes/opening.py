"""Starting a paper: practice, chapter test, examination, fixed paper, make-up."""

import secrets
from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response
from sqlmodel import Session, col, select

from kb import taxonomy
from quiz import attempts, papers
from quiz.attempts import NothingToAsk
from quiz.tables import Attempt, AttemptAnswer, FixedPaper, QuestionVersion
from quiz.training import courses, makeups
from quiz.training.tables import Course, Makeup
from server import clock
from server.accounts.tables import Person
from server.acts import act
from server.deps import CurrentPerson, HouseDep, RequestKeyForm
from server.errors import Missing, Refused
from server.house import House

router = APIRouter(prefix="/quiz")


@router.post("/open")
def open_paper(
    house: HouseDep, person: CurrentPerson, mode: Annotated[str, Form(pattern="^(practice|chapter|exam|entry)$")],
    key: RequestKeyForm = "", section: Annotated[str, Form()] = "", chapter: Annotated[str, Form()] = "",
    n: Annotated[int, Form(ge=1, le=30)] = papers.PRACTICE_SIZE,
) -> Response:  # fmt: skip
    def work(session: Session) -> str:
        seed = secrets.randbelow(1_000_000)
        if mode in attempts.EXAMS and (open_now := unfinished(session, person.id, mode)):
            return f"/quiz/{open_now.id}"
        if mode == "entry" and makeups.exhausted(session, person.id, mode):
            raise Refused("入职考没过，接下来考补考；补考也用完了，请讲师在“考务”里决定要不要再给一次。")
        paper = paper_for(session, house, person, mode, section, chapter, n, seed)
        return started(session, person, mode, paper, seed)

    return act(house, person, key, work)


def started(session: Session, person: Person, mode: str, paper: papers.Paper, seed: int, **more) -> str:
    try:
        attempt = attempts.open_attempt(session, person.id, mode, paper, seed, clock.now(), **more)
    except NothingToAsk as error:
        raise Refused(str(error)) from error
    return f"/quiz/{attempt.id}"


def unfinished(session: Session, person_id: int, mode: str) -> Attempt | None:
    """An examination that was begun goes on; a second one beside it would be a second chance."""
    return session.exec(
        select(Attempt).where(Attempt.person_id == person_id, Attempt.mode == mode, col(Attempt.submitted).is_(None))
    ).first()  # fmt: skip


def paper_for(
    session: Session, house: House, person: Person, mode: str, section: str, chapter: str, n: int, seed: int
) -> papers.Paper:
    if mode == "practice":
        if section not in taxonomy.SECTIONS:
            raise Missing
        return papers.practice(house.questions, section, n, answered_rightly(session, person.id), seed)
    if mode == "chapter":
        if chapter not in taxonomy.CHAPTERS:
            raise Missing
        return papers.chapter_test(house.questions, chapter, seed)
    blueprint = papers.ENTRY_BLUEPRINT if mode == "entry" else papers.FULL_BLUEPRINT
    return papers.examination(house.questions, "入职考" if mode == "entry" else "模拟考", blueprint, seed)


def answered_rightly(session: Session, person_id: int) -> set[str]:
    rows = session.exec(
        select(QuestionVersion.question_id).join(AttemptAnswer, AttemptAnswer.digest == QuestionVersion.digest)
        .join(Attempt, Attempt.id == AttemptAnswer.attempt_id)
        .where(Attempt.person_id == person_id, col(AttemptAnswer.share) >= 0.999)
    )  # fmt: skip
    return set(rows.all())


@router.post("/papers/{paper_id}")
def open_fixed(paper_id: int, house: HouseDep, person: CurrentPerson, key: RequestKeyForm = "") -> Response:
    """A fixed paper is sat once; starting it again leads back to it."""

    def work(session: Session) -> str:
        row = session.get(FixedPaper, paper_id)
        sat = session.exec(
            select(Attempt).where(Attempt.person_id == person.id, Attempt.paper_id == paper_id)
        ).first()
        if sat:
            return f"/quiz/{sat.id}"
        if row is None or row.closed:
            raise Missing
        paper = papers.Paper(row.title, tuple(attempts.versions(session, row.digests)), row.minutes)
        seed = secrets.randbelow(1_000_000)
        return started(session, person, "paper", paper, seed, pass_mark=row.pass_mark, paper_id=row.id)

    return act(house, person, key, work)


@router.post("/makeups/{makeup_id}")
def open_makeup(makeup_id: int, house: HouseDep, person: CurrentPerson, key: RequestKeyForm = "") -> Response:
    """Another paper of the same make, with questions that were not asked before as far as the bank allows."""

    def work(session: Session) -> str:
        row = session.get(Makeup, makeup_id)
        if row is None or row.person_id != person.id or row.original_attempt_id is None:
            raise Missing
        if row.attempt_id:
            return f"/quiz/{row.attempt_id}"
        if clock.today() > row.due:
            raise Refused("补考的期限过了，请讲师在“考务”里延期。")
        first = session.get(Attempt, row.original_attempt_id)
        asked, seed = attempts.questions_of(session, first), secrets.randbelow(1_000_000)
        title, known = f"{row.exam}（第 {row.number} 次补考）", makeups.asked_before(session, first.id)
        if first.course_id:
            pool = courses.pool(house.questions.values(), session.get(Course, first.course_id))
            paper = papers.course_test(pool, title, seed, known)
        else:
            minutes = session.get(FixedPaper, first.paper_id).minutes if first.paper_id else papers.EXAM_MINUTES
            blueprint = Counter(q.chapter for q in asked)
            paper = papers.examination(house.questions, title, blueprint, seed, known, minutes=minutes)
        where = started(session, person, first.mode, paper, seed, pass_mark=first.pass_mark, makeup_of=first.id,
                        course_id=first.course_id)  # fmt: skip
        row.attempt_id = int(where.rsplit("/", 1)[1])
        session.add(row)
        return where

    return act(house, person, key, work)
