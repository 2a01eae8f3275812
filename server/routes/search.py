"""Search while the owner is on the line: results and call cards on one page."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import JSONResponse, Response
from sqlmodel import Session, col, func, select

from kb.articles import Article
from kb.cards import card
from kb.masking import mask
from kb.search import SearchResult
from server import clock
from server.accounts.tables import Person
from server.acts import act
from server.database import writing
from server.deps import CurrentPerson, HouseDep, RequestKeyForm, SessionDep
from server.errors import Missing
from server.house import House
from server.pages import fragment, page
from server.tables import CardUse, ContentGap, SearchLog

router = APIRouter()
SHOWN = 8


@router.get("/search")
def search(
    request: Request,
    house: HouseDep,
    person: CurrentPerson,
    session: SessionDep,
    q: Annotated[str, Query(max_length=500)] = "",
    kind: str = "",
    chapter: str = "",
    channel: str = "",
    urgency: str = "",
    region: str = "",
) -> Response:
    if not q.strip():
        return start_page(request, house, person, session)
    facets = {"kind": kind, "chapter": chapter, "channel": channel, "urgency": urgency, "region": region}
    result = find(house, q, facets)
    if not fragment(request):
        log_search(house, person, result)
    cards = [card(house.library.articles[hit.id]) for hit in result.hits]
    name = "search/_results.html" if fragment(request) else "search/search.html"
    return page(
        request, name, active="search", q=q, result=result, cards=cards, facets=facets,
        emergency=emergency_cards(house, result.emergency), pinned=pins(session, person),
    )  # fmt: skip


def find(house: House, q: str, facets: dict[str, str]) -> SearchResult:
    return house.searcher.search(
        q, SHOWN,
        kinds=[facets["kind"]] if facets["kind"] else None,
        chapters=[facets["chapter"]] if facets["chapter"] else None,
        channel=facets["channel"] or None, urgency=facets["urgency"] or None, region=facets["region"] or None,
    )  # fmt: skip


def emergency_cards(house: House, intent: str | None) -> list:
    return [card(a) for a in emergency_articles(house, intent)] if intent else []


def emergency_articles(house: House, intent: str) -> list[Article]:
    """The emergency script of an intent; phone wording first."""
    scripts = [a for a in house.library.of_intent(intent) if a.kind == "script" and a.intent == intent]
    return sorted(scripts, key=lambda a: ("emergency" not in a.channels, a.id))[:1]


def log_search(house: House, person: Person, result: SearchResult) -> None:
    top = result.hits[0].id if result.hits else ""
    with writing(house.engine) as session:
        session.add(SearchLog(
            person_id=person.id, query=mask(result.query).masked[:500], hits=len(result.hits),
            answerable=result.answerable, top=top, at=clock.now(),
        ))  # fmt: skip


def pins(session: Session, person: Person) -> set[str]:
    rows = session.exec(select(CardUse.article_id).where(CardUse.person_id == person.id, CardUse.pinned))
    return set(rows.all())


def start_page(request: Request, house: House, person: Person, session: Session) -> Response:
    library = house.library.articles
    uses = session.exec(
        select(CardUse).where(CardUse.person_id == person.id)
        .order_by(col(CardUse.pinned).desc(), col(CardUse.used).desc()).limit(8)
    ).all()  # fmt: skip
    since = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    asked = session.exec(
        select(SearchLog.top, func.count()).where(col(SearchLog.at) >= since, SearchLog.top != "")
        .group_by(SearchLog.top).order_by(func.count().desc()).limit(6)
    ).all()  # fmt: skip
    changed = sorted(library.values(), key=lambda a: (a.layer == "site", a.updated), reverse=True)[:6]
    return page(
        request, "search/_start.html" if fragment(request) else "search/start.html", active="search", q="",
        uses=[(u, library[u.article_id]) for u in uses if u.article_id in library],
        asked=[(library[top], n) for top, n in asked if top in library],
        changed=changed,
    )  # fmt: skip


@router.get("/emergency/{intent}")
def emergency(request: Request, intent: str, house: HouseDep, person: CurrentPerson) -> Response:
    cards = emergency_cards(house, intent)
    if not cards:
        raise Missing
    return page(request, "search/emergency.html", active="search", q="", cards=cards)


@router.post("/cards/{article_id}/use")
def use_card(
    article_id: str, house: HouseDep, person: CurrentPerson, key: RequestKeyForm = "",
    back: Annotated[str, Form(max_length=600)] = "/search",
) -> Response:  # fmt: skip
    """Remember that the person used this card, so that it is at hand next time."""

    def work(session: Session) -> str:
        known_article(house, article_id)
        use = session.get(CardUse, (person.id, article_id)) or CardUse(
            person_id=person.id, article_id=article_id, used=clock.now()
        )
        use.used = clock.now()
        session.add(use)
        return back if back.startswith("/search") else "/search"

    return act(house, person, key, work)


@router.post("/cards/{article_id}/pin")
def pin_card(
    request: Request, article_id: str, house: HouseDep, person: CurrentPerson, key: RequestKeyForm = "",
    back: Annotated[str, Form(max_length=600)] = "/search",
) -> Response:  # fmt: skip
    def work(session: Session) -> str:
        known_article(house, article_id)
        use = session.get(CardUse, (person.id, article_id)) or CardUse(
            person_id=person.id, article_id=article_id, used=clock.now()
        )
        use.pinned, use.used = not use.pinned, clock.now()
        session.add(use)
        return back if back.startswith("/search") else "/search"

    return act(house, person, key, work)


@router.post("/gaps")
def report_gap(
    house: HouseDep,
    person: CurrentPerson,
    query: Annotated[str, Form(max_length=500)],
    key: RequestKeyForm = "",
    source: Annotated[str, Form(pattern="^(search|chat|card|handbook)$")] = "search",
    verdict: Annotated[
        str, Form(pattern="^(missing|wrong|outdated|helpful|not-for-owner|too-long)$")
    ] = "missing",
    article_id: Annotated[str, Form(max_length=120)] = "",
    words: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    def work(session: Session) -> str:
        session.add(ContentGap(
            person_id=person.id, source=source, verdict=verdict, query=mask(query).masked,
            article_id=article_id, words=mask(words).masked, at=clock.now(),
        ))  # fmt: skip
        return "/gaps/thanks"

    return act(house, person, key, work)


@router.get("/gaps/thanks")
def gap_thanks(request: Request, person: CurrentPerson) -> Response:
    return page(request, "search/gap_thanks.html", active="search")


@router.get("/search/suggest")
def suggest(
    house: HouseDep, person: CurrentPerson, q: Annotated[str, Query(max_length=100)] = ""
) -> Response:
    """Titles for the header box of other pages."""
    hits = house.searcher.search(q, 5).hits if q.strip() else ()
    return JSONResponse([{"id": hit.id, "title": hit.title} for hit in hits])


def known_article(house: House, article_id: str) -> Article:
    article = house.library.articles.get(article_id)
    if article is None:
        raise Missing
    return article
