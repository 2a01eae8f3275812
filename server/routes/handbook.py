"""The handbook: tree of chapters, sections, single articles, and their print view."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from kb import taxonomy
from kb.articles import Article
from quiz.training import records
from server import bulletin, clock
from server.database import writing
from server.deps import CurrentPerson, HouseDep, SessionDep
from server.errors import Missing
from server.house import House
from server.lessons import read_seconds
from server.pages import page
from server.sheets import form_workbook, sheet_response

router = APIRouter()
ORDER = ("policy", "process", "guide", "etiquette", "form", "script", "faq", "case")
# Reading speed for the "约 n 分钟" line: Chinese adults read about 300 characters a minute.
CHARS_A_MINUTE = 300


@router.get("/handbook")
def contents(
    request: Request, house: HouseDep, person: CurrentPerson, t: Annotated[str, Query(max_length=100)] = ""
) -> Response:
    if t.strip():
        return RedirectResponse(f"/search?q={t.strip()}", 303)
    return page(request, "handbook/contents.html", active="handbook", tree=tree(house), current="")


@router.get("/handbook/a/{article_id}")
def article(
    request: Request, article_id: str, house: HouseDep, person: CurrentPerson, session: SessionDep
) -> Response:
    found = house.library.articles.get(article_id)
    if found is None:
        raise Missing
    siblings = articles_of(house, found.section)
    at = siblings.index(found)
    links = [house.library.articles[i] for i in found.links if i in house.library.articles]
    related = [a for a in house.library.of_intent(found.intent) if a.id != found.id and a not in links][:6]
    change = bulletin.of_article(session, person, article_id)
    unread = [change] if change and change.unread else []
    return page(
        request, "handbook/article.html", active="handbook", tree=tree(house), current=found.section, a=found,
        previous=siblings[at - 1] if at else None, following=siblings[at + 1] if at + 1 < len(siblings) else None,
        related=links + related, changed=unread, changes=bulletin.differences(session, person, unread),
    )  # fmt: skip


@router.get("/handbook/{section}")
def section(
    request: Request, section: str, house: HouseDep, person: CurrentPerson, session: SessionDep
) -> Response:
    if section not in taxonomy.SECTIONS:
        raise Missing
    found = articles_of(house, section)
    names = list(taxonomy.SECTIONS)
    at = names.index(section)
    groups = [(kind, [a for a in found if a.kind == kind]) for kind in ORDER]
    count = sum(q.section == section for q in house.questions.values())
    return page(
        request, "handbook/section.html", active="handbook", tree=tree(house), current=section, section=section,
        quiz_count=min(count, 3), states=records.states(session, person.id),
        groups=[(kind, rows) for kind, rows in groups if rows], minutes=minutes(found),
        previous=names[at - 1] if at else None, following=names[at + 1] if at + 1 < len(names) else None,
    )  # fmt: skip


@router.post("/reading/{article_id}", status_code=204)
def reading(
    article_id: str, house: HouseDep, person: CurrentPerson,
    seconds: Annotated[int, Form(ge=1, le=120)], depth: Annotated[int, Form(ge=0, le=100)],
) -> Response:  # fmt: skip
    """A signal that the article was visible and its reader at it for some seconds."""
    found = house.library.articles.get(article_id)
    if found is None:
        raise Missing
    now = clock.now()
    with writing(house.engine) as session:
        records.add_reading(session, person.id, article_id, found.section, seconds, depth, found.digest, now)
        records.refresh(session, person.id, found.section, now, read_seconds(house, found.section))
    return Response(status_code=204)


@router.get("/handbook/a/{article_id}/form.xlsx")
def form_sheet(article_id: str, house: HouseDep, person: CurrentPerson) -> Response:
    """The fields of a form as a sheet to fill in."""
    found = house.library.articles.get(article_id)
    if found is None or found.kind != "form":
        raise Missing
    return sheet_response(form_workbook(found), f"{found.title}.xlsx")


def articles_of(house: House, section: str) -> list[Article]:
    return sorted(house.library.of_section(section), key=lambda a: (ORDER.index(a.kind), a.id))


def minutes(articles: list[Article]) -> int:
    return max(1, round(sum(len(h.text) for a in articles for h in a.headings) / CHARS_A_MINUTE))


def tree(house: House) -> list[tuple[str, list[tuple[str, int]]]]:
    """Chapters with their sections and how many articles each holds."""
    counts: dict[str, int] = {}
    for found in house.library.articles.values():
        counts[found.section] = counts.get(found.section, 0) + 1
    chapters: dict[str, list[tuple[str, int]]] = {}
    for name in taxonomy.SECTIONS:
        chapters.setdefault(name.split("-")[0], []).append((name, counts.get(name, 0)))
    return list(chapters.items())
