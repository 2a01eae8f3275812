"""News of the handbook: what changed for whoever reads it, and who has read it for whoever trains them."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response
from sqlmodel import Session, func, select

from quiz.training.tables import Notice
from server import audit, bulletin, changelog, clock, forms
from server.acts import act
from server.bulletin import Reach
from server.database import writing
from server.deps import CurrentPerson, HouseDep, RequestKeyForm, SessionDep, Trainer
from server.errors import Missing, Refused
from server.oversight import people_of
from server.pages import page
from server.sheets import sheet_response
from server.tables import ArticleVersion

router = APIRouter()
SHOWN = 20
At = Annotated[int, Query(ge=1, le=1000)]


@router.get("/news")
def show_news(
    request: Request, house: HouseDep, person: CurrentPerson, session: SessionDep,
    show: Annotated[str, Query(pattern="^(unread|all)$")] = "unread", at: At = 1,
) -> Response:  # fmt: skip
    """Unread changes one by one, or every change since the person joined."""
    unread = bulletin.only_unread(bulletin.news_query(person))
    query = unread if show == "unread" else bulletin.news_query(person, every=True)
    rows = bulletin.news_of(session, query.limit(SHOWN).offset((at - 1) * SHOWN))
    total, left = bulletin.counts_of(session, query, unread)
    return page(
        request, "news/news.html", active="home", rows=rows, show=show, at=at, total=total, here=f"show={show}",
        pages=max(1, -(-total // SHOWN)), changes=bulletin.differences(session, person, rows), library=house.library.articles,
        left=left,
    )  # fmt: skip


@router.post("/news/{article_id}")
def understood(
    article_id: str, house: HouseDep, person: CurrentPerson, digest: Annotated[str, Form(max_length=64)],
    back: Annotated[str, Form(pattern="^(home|news|article)$")] = "news", key: RequestKeyForm = "",
) -> Response:  # fmt: skip
    """The person says that they have read and understood exactly the text that the page showed."""

    def work(session: Session) -> str:
        if bulletin.of_article(session, person, article_id) is None:
            raise Missing
        if not bulletin.confirm(session, person, article_id, digest, clock.now()):
            raise Refused("这一篇刚刚又改了，还没有记成读过。请回到这一篇，看过新的说法再点。")
        return {"home": "/", "news": "/news", "article": f"/handbook/a/{article_id}"}[back]

    return act(house, person, key, work)


@router.get("/team/news")
def reach(
    request: Request, house: HouseDep, trainer: Trainer, session: SessionDep,
    show: Annotated[str, Query(pattern="^(important|all)$")] = "important", at: At = 1,
) -> Response:  # fmt: skip
    """Who of the trainer's people has read which change."""
    query = bulletin.newest_changes(important=show == "important")
    counted = session.execute(
        query.add_columns(func.count().over()).limit(SHOWN).offset((at - 1) * SHOWN)
    ).all()
    people, versions, total = (
        people_of(session, trainer),
        [v for v, _ in counted],
        counted[0][1] if counted else 0,
    )
    return page(
        request, "news/reach.html", active="team", rows=bulletin.reaches(session, versions, people), show=show, at=at,
        pages=max(1, -(-total // SHOWN)), here=f"show={show}", total=total, people=people, names={p.id: p.name for p in people},
    )  # fmt: skip


@router.get("/team/news.xlsx")
def reach_sheet(trainer: Trainer, house: HouseDep, session: SessionDep) -> Response:
    """Every change with its readers, and one line for each person and change."""
    people = people_of(session, trainer)
    rows = bulletin.reaches(session, session.exec(bulletin.newest_changes(important=False)).all(), people)
    with writing(house.engine) as writer:
        audit.record(writer, clock.now(), "export", person_id=trainer.id, target="handbook news")
    return sheet_response(forms.news_workbook(rows, {p.id: p for p in people}), "手册改动阅读情况.xlsx")


@router.get("/team/news/{version_id}")
def one_change(
    request: Request, version_id: int, house: HouseDep, trainer: Trainer, session: SessionDep
) -> Response:
    people = people_of(session, trainer)
    found = known(session, version_id, people)
    version = found.version
    told = session.exec(
        select(Notice.person_id).where(Notice.key.in_([key_of(version, i) for i in found.waiting]))
    ).all()
    return page(
        request, "news/change.html", active="team", reach=found, v=version, names={p.id: p.name for p in people},
        told=set(told), changes=changelog.step(session, version), library=house.library.articles,
        newer=changelog.newer(session, version),
    )  # fmt: skip


def known(session: Session, version_id: int, people) -> Reach:
    version = session.get(ArticleVersion, version_id)
    if version is None or not version.news:
        raise Missing
    return bulletin.reaches(session, [version], people)[0]


def key_of(version: ArticleVersion, person_id: int) -> str:
    """One reminder a day for each person and change."""
    return f"{bulletin.REMINDER}{version.id}-{person_id}-{clock.today()}"


@router.post("/team/news/{version_id}/remind")
def remind(version_id: int, trainer: Trainer, house: HouseDep, key: RequestKeyForm = "") -> Response:
    """A notice to everyone of the trainer's people who has not read this change."""

    def work(session: Session) -> str:
        found = known(session, version_id, people_of(session, trainer))
        if changelog.newer(session, found.version):
            raise Refused("这一篇后来又改过，请提醒大家读最新的一次。")
        keys = {i: key_of(found.version, i) for i in found.waiting}
        told = set(session.exec(select(Notice.key).where(Notice.key.in_(keys.values()))))
        for person_id, word in keys.items():
            if word not in told:
                session.add(Notice(person_id=person_id, kind="手册", words=f"请读改动：{found.version.title}", key=word,
                                   link=f"/handbook/a/{found.version.article_id}", at=clock.now()))  # fmt: skip
        return f"/team/news/{version_id}"

    return act(house, trainer, key, work)
