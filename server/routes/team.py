"""The trainers' desk: who to help first, heat map, transcripts to review, assignments, content gaps."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response
from sqlalchemy import String, cast, exists, literal, union_all
from sqlmodel import Session, col, func, select

from kb import taxonomy
from quiz.tables import Attempt, ReviewCard
from quiz.training import courses, records
from quiz.training.desk import cohort_heat, compare
from quiz.training.desk import heat as heat_of
from quiz.training.levels import gates, next_level
from quiz.training.readiness import readiness
from quiz.training.rules import LEVELS
from quiz.training.tables import Course, Makeup, Notice, Progress
from scenarios import states
from scenarios.assignments import matching
from scenarios.statistics import rates
from scenarios.tables import DrillAppeal, DrillAssignment, DrillRun
from server import clock
from server.accounts.tables import Person, Team
from server.acts import act
from server.deps import HouseDep, RequestKeyForm, SessionDep, Trainer
from server.errors import Missing, Refused
from server.oversight import may_see, people_of, people_query
from server.pages import page
from server.standing import standing_of
from server.tables import ContentGap

router = APIRouter(prefix="/team")
QUIET_DAYS = 7
# With more people than this the heat map shows teams first, and people team by team.
CROWD = 60
CHAPTERS = [c for c in taxonomy.CHAPTERS if c.startswith("ch")]
SIZES = {c: sum(s.startswith(c + "-") for s in taxonomy.SECTIONS) for c in CHAPTERS}


@router.get("")
def desk(
    request: Request, trainer: Trainer, house: HouseDep, session: SessionDep, team: int = 0, project: str = ""
) -> Response:
    """The desk costs the same few statements for 5 people and for 500."""
    rows = people_with_teams(session, trainer)
    everyone = [p for p in rows if not project or p.project == project]
    teams = {p.team_id: p.team for p in rows if p.team_id}
    people = [p for p in everyone if not team or p.team_id == team]
    heat = heat_of(session, [p.id for p in everyone])
    todo = work_of(session, [p.id for p in people])
    cohorts = cohort_heat(heat, [(p.team_id, p.id) for p in everyone], SIZES)
    return page(
        request, "training/desk.html", active="team", people=people, heat=heat, chapters=CHAPTERS, sizes=SIZES, teams=teams,
        cohorts=cohorts if len(cohorts) > 1 else {}, team=team, project=project, waiting=count_of(todo["review"]),
        projects=sorted({p.project for p in rows if p.project}), late=todo["drill"], makeups=todo["makeup"],
        names={p.id: p.name for p in everyone}, help_first=help_first(people, heat, todo), scenarios=house.scenarios,
        shown=people if team or len(people) <= CROWD else [], gaps=count_of(todo["gap"]),
        counts={t: sum(p.team_id == t for p in everyone) for t in cohorts},
        intents=sorted({s.intent for s in house.scenarios.values()}, key=list(taxonomy.INTENTS).index),
    )  # fmt: skip


def people_with_teams(session: Session, trainer: Person) -> list:
    """Rows of id, name, team_id, team and project: whole accounts would cost more than the page."""
    mine = people_query(trainer).join(Team, Team.id == Person.team_id, isouter=True)
    columns = (Person.id, Person.name, Person.team_id, col(Team.name).label("team"), Team.project)
    return list(session.execute(mine.with_only_columns(*columns)))


@dataclass(frozen=True)
class Work:
    """Something open: whose, and what it is about or how many there are."""

    kind: str
    person_id: int
    ref: str


def count_of(work: list[Work]) -> int:
    return sum(int(w.ref) for w in work)


def work_of(session: Session, ids: list[int]) -> dict[str, list[Work]]:
    """Overdue drills and make-ups, transcripts to review, overdue cards and open gaps, in one statement."""
    now = clock.now()
    passed = exists().where(
        DrillRun.assignment_id == DrillAssignment.id, col(DrillRun.ended).is_not(None), DrillRun.total >= DrillAssignment.pass_mark
    )
    many = cast(func.count(), String)
    parts = (
        select(literal("drill"), DrillAssignment.person_id, DrillAssignment.scenario_id)
        .where(col(DrillAssignment.person_id).in_(ids), DrillAssignment.due < now, ~passed),
        select(literal("makeup"), Makeup.person_id, Makeup.exam)
        .where(col(Makeup.person_id).in_(ids), col(Makeup.passed).is_(None)),
        select(literal("review"), literal(0), many)
        .where(col(DrillRun.person_id).in_(ids), col(DrillRun.ended).is_not(None), col(DrillRun.reviewed_at).is_(None)),
        select(literal("cards"), ReviewCard.person_id, many)
        .where(col(ReviewCard.person_id).in_(ids), ReviewCard.due < now - timedelta(days=QUIET_DAYS), col(ReviewCard.left_book).is_(None))
        .group_by(ReviewCard.person_id),
        select(literal("gap"), literal(0), many)
        .where(col(ContentGap.closed_at).is_(None), ContentGap.verdict != "helpful"),
    )  # fmt: skip
    found: dict[str, list[Work]] = {kind: [] for kind in ("drill", "makeup", "review", "cards", "gap")}
    for row in session.execute(union_all(*parts)):
        found[row[0]].append(Work(*row))
    return found


def help_first(people, heat, todo) -> list[tuple]:
    """Who is stuck, why, and the next step: overdue work, a failed examination, then silence, then piled-up cards."""
    now, found = clock.now(), []
    late, failed = {w.person_id for w in todo["drill"]}, {w.person_id: w.ref for w in todo["makeup"]}
    cards = {w.person_id: w.ref for w in todo["cards"]}
    for person in people:
        mine = heat.get(person.id)
        if person.id in failed:
            found.append((0, person, f"{failed[person.id]}没过，等补考", "补考"))
        elif person.id in late:
            found.append((1, person, "有演练过期没交", "演练"))
        elif mine is None:
            found.append((2, person, "还没开始学", "学习"))
        elif now - mine.last > timedelta(days=QUIET_DAYS):
            found.append((3, person, f"{(now - mine.last).days} 天没有学习", "学习"))
        elif person.id in cards:
            found.append((4, person, f"复习积压 {cards[person.id]} 张", "复习"))
        elif not mine.total:
            found.append((5, person, "学了，还没有一节合格", "测验"))
    return [(p, why, step) for _, p, why, step in sorted(found, key=lambda x: x[0])][:8]


@router.get("/compare")
def comparison(
    request: Request, trainer: Trainer, session: SessionDep, day: date | None = None,
    days: Annotated[int, Query(ge=7, le=180)] = 30,
) -> Response:  # fmt: skip
    """Each team's tests and drills before and after one day, such as that of a training."""
    rows = people_with_teams(session, trainer)
    day = day or clock.today() - timedelta(days=14)
    at = datetime.combine(day, datetime.min.time(), clock.BEIJING)
    groups = {p.team_id: p.team for p in rows if p.team_id}
    found = {i: compare(session, [p.id for p in rows if p.team_id == i], at, days) for i in groups}
    return page(request, "training/compare.html", active="team", groups=groups, found=found, day=day, days=days)


@router.get("/reviews")
def reviews(request: Request, trainer: Trainer, house: HouseDep, session: SessionDep) -> Response:
    people = people_of(session, trainer)
    runs = session.exec(
        select(DrillRun).where(col(DrillRun.person_id).in_([p.id for p in people]), col(DrillRun.ended).is_not(None),
                               col(DrillRun.reviewed_at).is_(None))
        .order_by(col(DrillRun.vetoed).desc(), col(DrillRun.ended)).limit(100)
    ).all()  # fmt: skip
    appeals = set(session.exec(select(DrillAppeal.run_id).where(DrillAppeal.answer == "")))
    return page(request, "training/reviews.html", active="team", runs=runs, appeals=appeals,
                names={p.id: p.name for p in people}, scenarios=house.scenarios)  # fmt: skip


@router.get("/drills")
def statistics(request: Request, trainer: Trainer, house: HouseDep, session: SessionDep) -> Response:
    """How often each dimension was met in the team's newest drills, overall and by scenario."""
    ids = [p.id for p in people_of(session, trainer)]
    runs = session.exec(
        select(DrillRun).where(col(DrillRun.person_id).in_(ids), col(DrillRun.ended).is_not(None))
        .order_by(col(DrillRun.ended).desc()).limit(2000)
    ).all()  # fmt: skip
    played = [(house.scenarios[r.scenario_id], states.from_dict(r.state)) for r in runs if r.scenario_id in house.scenarios]
    scenarios = {s.id: s for s, _ in played}
    by = {i: rates([p for p in played if p[0].id == i]) for i in scenarios}
    return page(request, "training/drills.html", active="team", overall=rates(played), by=by, scenarios=scenarios,
                counts={i: sum(s.id == i for s, _ in played) for i in scenarios}, n=len(played))  # fmt: skip


@router.post("/assign")
def assign(
    trainer: Trainer, house: HouseDep, scenario_id: Annotated[str, Form()] = "",
    intent: Annotated[str, Form(max_length=40)] = "", difficulty: Annotated[int, Form(ge=0, le=3)] = 0,
    person_id: Annotated[list[int] | None, Form()] = None, everyone: Annotated[bool, Form()] = False,
    days: Annotated[int, Form(ge=1, le=60)] = 7, pass_mark: Annotated[int, Form(ge=50, le=100)] = 80,
    attempts: Annotated[int, Form(ge=1, le=10)] = 3, key: RequestKeyForm = "",
) -> Response:  # fmt: skip
    """One scenario, or any of an intent or difficulty, to some people or to everyone the trainer looks after."""

    def work(session: Session) -> str:
        wanted = DrillAssignment(person_id=0, by_id=trainer.id, scenario_id=scenario_id, intent=intent,
                                 difficulty=difficulty or None, due=clock.now(), at=clock.now())  # fmt: skip
        if not matching(wanted, house.scenarios):
            raise Refused("没有这样的情景，请重新选情景、意图或难度。")
        to = [p.id for p in people_of(session, trainer)] if everyone else person_id or []
        if not to:
            raise Refused("还没有选给谁，请勾选至少一个人。")
        now = clock.now()
        for one in dict.fromkeys(to):
            if not may_see(session, trainer, one):
                raise Missing
            session.add(DrillAssignment(person_id=one, by_id=trainer.id, scenario_id=scenario_id, intent=intent,
                                        difficulty=difficulty or None, due=now + timedelta(days=days),
                                        pass_mark=pass_mark, attempts=attempts, at=now))  # fmt: skip
        return "/team"

    return act(house, trainer, key, work)


@router.get("/gaps")
def gaps(request: Request, trainer: Trainer, house: HouseDep, session: SessionDep) -> Response:
    rows = session.exec(
        select(ContentGap).where(col(ContentGap.closed_at).is_(None), ContentGap.verdict != "helpful")
        .order_by(col(ContentGap.at).desc()).limit(200)
    ).all()  # fmt: skip
    return page(request, "training/gaps.html", active="content", gaps=rows, library=house.library.articles)


@router.post("/gaps/{gap_id}/close")
def close_gap(
    gap_id: int, trainer: Trainer, house: HouseDep, outcome: Annotated[str, Form(max_length=200)] = "已处理",
    key: RequestKeyForm = "",
) -> Response:  # fmt: skip
    def work(session: Session) -> str:
        gap = session.get(ContentGap, gap_id)
        if gap is None:
            raise Missing
        gap.closed_at, gap.closed_by, gap.outcome = clock.now(), trainer.id, outcome
        session.add(gap)
        key_of = f"gap-{gap.id}"
        if gap.person_id != trainer.id and not session.exec(select(Notice).where(Notice.key == key_of)).first():
            words = f"你记下的缺口“{gap.query[:40]}”：{outcome}"
            where = f"/handbook/a/{gap.article_id}" if gap.article_id in house.library.articles else "/search"
            session.add(Notice(person_id=gap.person_id, kind="手册", words=words, link=where, key=key_of, at=clock.now()))
        return "/team/gaps"

    return act(house, trainer, key, work)


@router.get("/{person_id}")
def person(
    request: Request, person_id: int, trainer: Trainer, house: HouseDep, session: SessionDep
) -> Response:
    """One person on one page: progress by section, attempts, drills."""
    if not may_see(session, trainer, person_id):
        raise Missing
    who = session.get(Person, person_id)
    progress = {p.section: p for p in session.exec(select(Progress).where(Progress.person_id == person_id))}
    runs = session.exec(
        select(DrillRun).where(DrillRun.person_id == person_id, col(DrillRun.ended).is_not(None))
        .order_by(col(DrillRun.ended).desc()).limit(20)).all()  # fmt: skip
    sat = session.exec(
        select(Attempt).where(Attempt.person_id == person_id, col(Attempt.submitted).is_not(None))
        .order_by(col(Attempt.submitted).desc()).limit(20)).all()  # fmt: skip
    standing = standing_of(session, house, who)
    filed = courses.records_of(session, person_id)
    taken = session.exec(
        select(Course).where(col(Course.id).in_({r.course_id for r in filed})).order_by(Course.title)).all()  # fmt: skip
    cards = session.exec(select(ReviewCard.section, ReviewCard.card).where(ReviewCard.person_id == person_id))
    return page(
        request, "training/person.html", active="team", who=who, progress=progress, runs=runs, sat=sat, standing=standing,
        scenarios=house.scenarios, gates=gates(standing, records.rules(session)), target=next_level(standing.level),
        LEVELS=LEVELS, ready=readiness(cards, clock.now()), chapters=CHAPTERS,
        courses=[(c, courses.state_of(c, filed, clock.today())) for c in taken],
    )  # fmt: skip
