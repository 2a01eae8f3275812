"""The start page: what to do today, for trainees and staff; trainers start at their desk."""


from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session, col, select

from kb import taxonomy
from quiz import review
from quiz.tables import ReviewCard
from quiz.training import records
from quiz.training.readiness import next_steps, readiness
from quiz.training.tables import Notice, Progress
from scenarios.tables import DrillAssignment, DrillRun
from server import audit, bulletin, clock
from server.accounts.tables import Person
from server.database import writing
from server.deps import CurrentPerson, HouseDep, SessionDep
from server.exports import of_person
from server.pages import page
from server.runs import open_work
from server.tables import CardUse

router = APIRouter()
NEWS_SHOWN = 3


@router.get("/")
def home(request: Request, house: HouseDep, person: CurrentPerson, session: SessionDep) -> Response:
    if person.role in ("trainer", "admin"):
        return RedirectResponse("/team", 303)
    now = clock.now()
    unread = bulletin.only_unread(bulletin.news_query(person))
    news = bulletin.news_of(session, unread.limit(NEWS_SHOWN))
    due = review.due_cards(session, person.id, now, house.settings.review_daily_cap)
    runs = session.exec(select(DrillRun).where(DrillRun.person_id == person.id)).all()
    assigned = session.exec(
        select(DrillAssignment)
        .where(DrillAssignment.person_id == person.id)
        .order_by(col(DrillAssignment.due))
    ).all()
    progress = session.exec(select(Progress).where(Progress.person_id == person.id)).all()
    states, rules, work = {p.section: p.state for p in progress}, records.rules(session), open_work(assigned, runs)
    cards = session.exec(select(ReviewCard.section, ReviewCard.card).where(ReviewCard.person_id == person.id))
    return page(
        request, "home/home.html", active="home", due=due, work=work, states=states, ready=readiness(cards, now),
        scenarios=house.scenarios, now=now, next_sections=next_sections(states), chapters=chapter_shares(states),
        pins=pinned(session, house, person), rules=rules, weak=[p for p in progress if p.weak][:4],
        steps=next_steps(len(due), [(w.scenario_id, w.due) for w in work], states, {p.section: p.best for p in progress},
                         rules, now),
        news=news, changes=bulletin.differences(session, person, news), library=house.library.articles,
        news_left=bulletin.counts_of(session, unread)[0] if len(news) == NEWS_SHOWN else len(news),
        notices=session.exec(
            select(Notice).where(Notice.person_id == person.id, col(Notice.read_at).is_(None)).order_by(col(Notice.id).desc())
            .limit(5)).all(),
    )  # fmt: skip


def next_sections(states: dict[str, str]) -> list[str]:
    """Required sections that are not passed, in the order of the induction path."""
    from quiz.training.rules import INDUCTION

    path = [s for _, _, sections in INDUCTION for s in sections]
    return [s for s in path if states.get(s) != "合格"][:3]


def chapter_shares(states: dict[str, str]) -> dict[str, tuple[int, int]]:
    shares: dict[str, tuple[int, int]] = {}
    for section in taxonomy.SECTIONS:
        chapter = section.split("-")[0]
        done, size = shares.get(chapter, (0, 0))
        shares[chapter] = (done + (states.get(section) in ("合格", "已测")), size + 1)
    return shares


def pinned(session: Session, house, person: Person) -> list:
    rows = session.exec(
        select(CardUse.article_id).where(CardUse.person_id == person.id, CardUse.pinned).limit(8)
    )
    return [house.library.articles[i] for i in rows if i in house.library.articles]


@router.get("/me/export")
def export_me(house: HouseDep, person: CurrentPerson, session: SessionDep) -> Response:
    """Everything stored about the person asking, as CSV and JSON in one archive."""
    data = of_person(session, person)
    with writing(house.engine) as writer:
        audit.record(writer, clock.now(), "export", person_id=person.id, target=person.login)
    return Response(data, media_type="application/zip",
                    headers={"Content-Disposition": f'attachment; filename="kefu-{person.login}.zip"'})  # fmt: skip
