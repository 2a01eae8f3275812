"""Courses as trainees and staff see them: what to read and play, the course's own test, and how long a pass holds."""

import secrets

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session, col, or_, select

from quiz import papers
from quiz.training import courses, records
from quiz.training.tables import Course
from server import clock
from server.acts import act
from server.coursework import offer
from server.deps import CurrentPerson, HouseDep, RequestKeyForm, SessionDep
from server.errors import Missing, Refused
from server.pages import page
from server.routes.opening import started

router = APIRouter(prefix="/courses")
TITLES = {"course": "课程测验：", "pretest": "前测："}


@router.get("")
def list_courses(request: Request, person: CurrentPerson, session: SessionDep) -> Response:
    """Every course that is given or was taken, with what the person has shown of it."""
    filed = courses.records_of(session, person.id)
    taken = {r.course_id for r in filed}
    rows = session.exec(
        select(Course)
        .where(or_(col(Course.retired).is_(False), col(Course.id).in_(taken)))
        .order_by(Course.title)
    ).all()
    states = {c.id: courses.state_of(c, filed, clock.today()) for c in rows}
    return page(request, "courses/list.html", active="home", courses=rows, states=states)


def known(session: Session, course_id: int) -> Course:
    course = session.get(Course, course_id)
    if course is None:
        raise Missing
    return course


@router.get("/{course_id}")
def show(
    request: Request, course_id: int, house: HouseDep, person: CurrentPerson, session: SessionDep
) -> Response:
    course, now = known(session, course_id), clock.now()
    filed, sat = courses.records_of(session, person.id), courses.attempts_at(session, course_id, [person.id])
    pool = courses.pool(house.questions.values(), course)
    size = min(len(pool), papers.CHAPTER_SIZE)
    return page(
        request, "courses/course.html", active="home", course=course, sat=[a for a in sat if a.submitted], size=size,
        minutes=papers.test_minutes(size), state=courses.state_of(course, filed, clock.today()), today=clock.today(),
        offer=offer(session, course, person.id, sat, filed, now), states=records.states(session, person.id),
        records=[r for r in filed if r.course_id == course.id], scenarios=house.scenarios, rules=records.rules(session),
    )  # fmt: skip


@router.post("/{course_id}/test")
def start(course_id: int, house: HouseDep, person: CurrentPerson, key: RequestKeyForm = "") -> Response:
    """Open the paper that is open to the person now; one that was begun goes on."""

    def work(session: Session) -> str:
        course = known(session, course_id)
        sat = courses.attempts_at(session, course.id, [person.id])
        open_now = offer(session, course, person.id, sat, courses.records_of(session, person.id), clock.now())
        if open_now.attempt:
            return f"/quiz/{open_now.attempt.id}"
        if course.retired or not open_now.mode:
            raise Refused("这门课已经停用，不再考。" if course.retired else f"现在不能考：{open_now.words}。")
        seed, pool = secrets.randbelow(1_000_000), courses.pool(house.questions.values(), course)
        title = TITLES[open_now.mode] + course.title
        paper = papers.course_test(pool, title, seed, courses.asked(session, sat))
        return started(
            session, person, open_now.mode, paper, seed, pass_mark=course.pass_mark, course_id=course.id
        )

    return act(house, person, key, work)
