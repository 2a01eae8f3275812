"""A course of the sample team whose passes run out, and the tests that some have sat again."""

import random
from collections.abc import Sequence
from datetime import timedelta

from sqlmodel import Session

from quiz import attempts, papers
from quiz.grading.objective import right_answer
from quiz.questions import KEYED, Question
from quiz.training import courses
from quiz.training.tables import Course, TrainingRecord
from server import clock
from server.accounts.tables import Person
from server.house import House
from server.lessons import attempt_ended

# Of four people who passed a month ago, these two have sat the test again: one passes, one does not.
SKILLS = (1.0, 0.5)


def add_course_tests(session: Session, house: House, people: Sequence[Person], chance: random.Random) -> None:
    course = Course(title="应急四类：困人、燃气、火情、急病", sections=["ch03-s2", "ch03-s4"], goal="接通一分钟内说对第一句", minutes=60,
                    question_sections=["ch03-s2", "ch03-s4"], valid_months=1)  # fmt: skip
    session.add(course)
    session.flush()
    for at, person in enumerate(people[:4]):
        session.add(TrainingRecord(person_id=person.id, course_id=course.id, hours=1, score=84 + 3 * at, passed=True,
                                   day=clock.today() - timedelta(days=33)))  # fmt: skip
    session.flush()
    for person, skill in zip(people, SKILLS, strict=False):
        sit(session, house, person, course, chance, skill)


def sit(
    session: Session, house: House, person: Person, course: Course, chance: random.Random, skill: float
) -> None:
    now = clock.now() - timedelta(days=1)
    paper = papers.course_test(
        courses.pool(house.questions.values(), course), f"课程测验：{course.title}", chance.randrange(10**6)
    )
    attempt = attempts.open_attempt(
        session, person.id, "course", paper, 1, now, pass_mark=course.pass_mark, course_id=course.id
    )
    for place, question in enumerate(attempts.questions_of(session, attempt)):
        if chance.random() < skill:
            attempts.save_answer(
                session, attempt, place, answer(question), now + timedelta(seconds=20 * place)
            )
    result = attempts.submit(session, attempt, now + timedelta(minutes=12))
    attempt_ended(session, house, attempt, result, now + timedelta(minutes=12))


def answer(question: Question) -> object:
    """The right answer as a form would give it."""
    if question.type in KEYED:
        return right_answer(question)
    if question.pairs:
        return dict(question.pairs)
    return list(question.answer) if question.type in ("multiple", "ordering") else question.answer[0]
