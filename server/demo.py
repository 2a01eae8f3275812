"""A sample team with weeks of plausible activity, so that every page has something to show."""

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from sqlmodel import Session, select

from quiz import attempts, papers, review
from quiz.grading.objective import right_answer
from quiz.questions import KEYED, Question
from quiz.tables import ReviewCard
from quiz.training import records
from quiz.training.rules import INDUCTION
from quiz.training.tables import (
    AnnualPlan,
    ClassRun,
    Course,
    Employee,
    Evaluation,
    Mentoring,
    MonthlyPlan,
    SignIn,
    TrainingRecord,
)
from scenarios.tables import DrillAssignment
from server import clock, migrate
from server.accounts import sessions
from server.accounts.tables import Person, Team, TeamTrainer
from server.database import open_engine, writing
from server.demo_courses import add_course_tests
from server.demo_drills import drill
from server.demo_news import edit_handbook
from server.house import House
from server.lessons import attempt_ended, read_seconds
from server.people import add_person
from server.settings import Settings
from server.tables import ContentGap

PEOPLE = (
    ("t01", "林晓", "trainee"), ("t02", "马骁", "trainee"), ("t03", "何静", "trainee"), ("t04", "赵一鸣", "trainee"),
    ("t05", "孙悦", "trainee"), ("t06", "吴桐", "trainee"), ("t07", "郑好", "trainee"), ("t08", "冯源", "trainee"),
    ("s01", "周颖", "staff"), ("s02", "方圆", "staff"), ("l01", "陈国安", "trainer"), ("l02", "罗敏", "trainer"),
)  # fmt: skip


def folder_of(config: Settings) -> Path:
    """The data folder that was set, or data/demo, so that a sample never lands among real records by accident."""
    return config.data if "data" in config.model_fields_set else Path("data/demo")


def make_demo(given: Settings) -> Iterator[str]:
    """Fill an empty folder; yields what a person needs to know to sign in."""
    folder = folder_of(given)
    config = given.model_copy(update={"data": folder, "database_url": ""})
    if (folder / "kefu.db").exists():
        yield f"{folder} 里已有样板数据，直接启动即可。"
        return
    house = House(config, open_engine(config.database))
    migrate.upgrade(house.engine)
    chance, password = random.Random(7), "kefu-demo-2026"
    with writing(house.engine) as session:
        people = add_people(session, password)
        for at, person in enumerate(p for p in people if p.role == "trainee"):
            study(session, house, person, chance, weeks=4, skill=0.35 + 0.08 * at)
        add_sessions(session, people)
        add_course_tests(session, house, people, chance)
        edit_handbook(session, house, people[-2], [p for p in people if p.role in ("trainee", "staff")])
        for query in ("业委会选举怎么投票", "充电桩谁来装", "外卖能不能进电梯"):
            session.add(ContentGap(person_id=people[8].id, source="search", query=query, at=clock.now()))
    yield f"样板数据在 {folder}。工号 {'、'.join(p[0] for p in PEOPLE)}，管理员 admin，密码都是 {password}"


def add_people(session: Session, password: str) -> list[Person]:
    start = clock.now() - timedelta(weeks=5)
    team = Team(name="云杉里客服一班", project="云杉里")
    session.add(team)
    session.flush()
    found = [add_person(session, login, name, role, start, team.id) for login, name, role in PEOPLE]
    admin = add_person(session, "admin", "管理员", "admin", start)
    for person in (*found, admin):
        sessions.set_password(session, person, password, "plain")
    for person in found:
        if person.role == "trainer":
            session.add(TeamTrainer(team_id=team.id, person_id=person.id))
        session.add(Employee(person_id=person.id, number=person.login, post="客服专员", project="云杉里",
                             hired=clock.local(start).date(), level_since=clock.local(start).date()))  # fmt: skip
    session.flush()
    return found


def study(
    session: Session, house: House, person: Person, chance: random.Random, *, weeks: int, skill: float
) -> None:
    """Reading, practice, reviews and drills of one person, spread over the weeks."""
    sections = [s for _, _, part in INDUCTION for s in part]
    for day in range(weeks * 7):
        now = clock.now() - timedelta(days=weeks * 7 - day, hours=chance.randint(0, 5))
        if chance.random() > 0.3 + skill / 2 or day >= len(sections) * 2:
            continue
        section = sections[(day // 2) % len(sections)]
        read(session, house, person, section, now, chance)
        practise(session, house, person, section, now, chance, skill)
        if day % 3 == 2:
            drill(session, house, person, now, chance, skill)
        for row in session.exec(
            select(ReviewCard).where(ReviewCard.person_id == person.id, ReviewCard.due <= now)
        ).all()[:8]:
            review.review(session, row, chance.random() < 0.5 + skill / 2, now)


def read(session: Session, house: House, person: Person, section: str, now, chance: random.Random) -> None:
    for article in house.library.of_section(section)[:4]:
        at = now - timedelta(minutes=5)
        for _ in range(chance.randint(1, 3)):
            records.add_reading(session, person.id, article.id, section, 45, 100, article.digest, at)
            at += timedelta(seconds=45)
    records.refresh(session, person.id, section, now, read_seconds(house, section))


def practise(
    session: Session, house: House, person: Person, section: str, now, chance: random.Random, skill: float
) -> None:
    if not any(q.section == section for q in house.questions.values()):
        return
    seed = chance.randrange(10**6)
    attempt = attempts.open_attempt(
        session, person.id, "practice", papers.practice(house.questions, section, 8, (), seed), seed, now
    )
    for place, question in enumerate(attempts.questions_of(session, attempt)):
        attempts.save_answer(
            session, attempt, place, an_answer(question, chance, skill), now + timedelta(seconds=20 * place)
        )
    result = attempts.submit(session, attempt, now + timedelta(minutes=5))
    attempt_ended(session, house, attempt, result, now + timedelta(minutes=5))


def an_answer(question: Question, chance: random.Random, skill: float) -> object:
    if chance.random() < 0.4 + skill * 0.6:
        if question.type in KEYED:
            return right_answer(question)
        return dict(question.pairs) if question.pairs else list(question.answer)
    return (
        "不太清楚"
        if question.type in KEYED
        else {}
        if question.pairs
        else [chance.randrange(max(2, len(question.options)))]
    )


def add_sessions(session: Session, people: list[Person]) -> None:
    """A plan, a course, a session that was held and one to come, mentoring, results and drills to do."""
    trainer = next(p for p in people if p.role == "trainer")
    trainees = [p for p in people if p.role == "trainee"]
    now, today = clock.now(), clock.today()
    course = Course(title="催缴沟通与红线", sections=["ch05-s1", "ch05-s4"], goal="会催、不越线", minutes=90,
                    question_sections=["ch05-s1", "ch05-s4"], scenario_ids=["repair-leak-ceiling"])  # fmt: skip
    session.add(course)
    session.flush()
    add_plans(session, trainer, people[-1], course)
    held, coming = (class_run(course, trainer, trainees, now + timedelta(days=d), code) for d, code in ((-7, "118306"), (1, "204815")))
    held.closed_at = held.ends
    session.add_all((held, coming))
    session.flush()
    for at, person in enumerate(trainees):
        session.add(SignIn(run_id=held.id, person_id=person.id, arrived=held.starts, left=held.ends, way="签到码", late=at == 2))
        session.add(TrainingRecord(person_id=person.id, course_id=course.id, run_id=held.id, hours=1.5, score=70 + 3 * at,
                                   passed=70 + 3 * at >= 80, day=clock.local(held.starts).date()))  # fmt: skip
        session.add(Evaluation(level=2, person_id=person.id, course_id=course.id, run_id=held.id, measure="前测与后测",
                               before=55 + 2 * at, value=70 + 3 * at, by_id=trainer.id, at=now))  # fmt: skip
        session.get(Employee, person.id).mentor_id = people[9].id
        session.add(Mentoring(mentor_id=people[9].id, apprentice_id=person.id, week=today - timedelta(days=today.weekday() + 7),
                              goal="每通先报工号再问房号", observation="跟听三通，都报了工号，收尾少一句回访时间。",
                              checklist=[{"item": "接线开场报工号", "done": True}, {"item": "收尾并约定回访", "done": False}],
                              mentor_signed=now, apprentice_signed=now if at % 2 else None))  # fmt: skip
    for quarter, values in (("2026Q2", (1.6, 86, 88, 4)), ("2026Q3", (1.2, 89, 91, 3))):
        for measure, value in zip(("投诉率", "满意度", "收缴率", "离职率"), values, strict=True):
            session.add(Evaluation(level=4, quarter=quarter, measure=measure, value=value, by_id=trainer.id, at=now))
    for person in trainees[:3]:
        session.add(DrillAssignment(person_id=person.id, by_id=trainer.id, scenario_id="repair-leak-ceiling",
                                    due=now + timedelta(days=2), at=now))  # fmt: skip


def class_run(course: Course, trainer: Person, trainees: list[Person], starts, code: str) -> ClassRun:
    ends = starts + timedelta(minutes=course.minutes)
    return ClassRun(course_id=course.id, starts=starts, ends=ends, place="会议室", instructor_id=trainer.id,
                    expected=[p.id for p in trainees], code=code, code_until=ends)  # fmt: skip


def add_plans(session: Session, trainer: Person, other: Person, course: Course) -> None:
    today = clock.today()
    for quarter, theme in enumerate(("个人信息与隐私", "接待报修", "投诉处理", "催缴与红线"), 1):
        session.add(AnnualPlan(year=today.year, goal=f"人人能讲清“{theme}”的做法", theme=theme, audience="全体客服", hours=8,
                               quarter=quarter, budget=1200, owner_id=trainer.id, status="已批", approved_by=other.id,
                               approved_at=clock.now()))  # fmt: skip
    for days, status in ((1, "已批"), (3, "待批")):
        day = today + timedelta(days=days)
        session.add(MonthlyPlan(month=day.strftime("%Y-%m"), course_id=course.id, sections=course.sections, day=day, place="会议室",
                                instructor_id=trainer.id, audience="全体客服", hours=1.5, status=status,
                                approved_by=other.id if status == "已批" else None,
                                approved_at=clock.now() if status == "已批" else None))  # fmt: skip
