"""Keeping the handbook true: the list, the editor with its checks, history, restore."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from kb import reading, site, taxonomy
from kb.articles import Article, Library, Problem, library_of
from kb.cards import card
from kb.checks import article_faults
from kb.reading import parse_article
from server import audit, changelog, clock
from server.changelog import URGENT
from server.database import writing
from server.deps import HouseDep, Trainer
from server.errors import Missing, Refused
from server.house import House
from server.pages import page

router = APIRouter(prefix="/content")


@router.get("")
def contents(
    request: Request,
    house: HouseDep,
    trainer: Trainer,
    q: Annotated[str, Query(max_length=60)] = "",
    chapter: str = "",
) -> Response:
    rows = [
        a for a in house.library.articles.values()
        if (not chapter or a.chapter == chapter) and (not q or q in a.title or q in a.id)
    ]  # fmt: skip
    rows.sort(key=lambda a: (a.layer != "site", a.updated), reverse=False)
    return page(request, "admin/content.html", active="content", rows=rows[:200], total=len(rows), q=q, chapter=chapter,
                problems=house.library.problems, uncovered=uncovered(house))  # fmt: skip


def uncovered(house: House) -> list[str]:
    counts = {a.section for a in house.library.articles.values()}
    return [s for s in taxonomy.SECTIONS if s not in counts]


@router.get("/{article_id}/edit")
def edit(request: Request, article_id: str, house: HouseDep, trainer: Trainer) -> Response:
    article = known(house, article_id)
    text = site.source_of(article, reading.CONTENT, house.settings.site_content)
    return editor(request, house, article.path, article_id, text, [])


def editor(
    request: Request,
    house: House,
    path: str,
    article_id: str,
    text: str,
    faults: list[Problem],
    reason: str = "",
    important: bool | None = None,
) -> Response:
    folder = house.settings.site_content
    draft, _ = parse_article(text, path, "site", clock.today())
    versions = site.history(folder, path)
    shipped = house.library.articles.get(article_id)
    return page(
        request, "admin/edit.html", active="content", path=path, article_id=article_id, text=text, faults=faults,
        reason=reason, important=important if important is not None else shipped is not None and shipped.urgency in URGENT,
        preview=card(draft) if draft else None, versions=versions[:20], article=shipped,
        changes={v.id: site.difference(folder, path, v.id)[:8] for v in versions[:6]}, status=400 if faults else 200,
    )  # fmt: skip


@router.post("/{article_id}/edit")
def save(
    request: Request, article_id: str, house: HouseDep, trainer: Trainer,
    text: Annotated[str, Form(max_length=70_000)], reason: Annotated[str, Form(max_length=200)] = "",
    important: Annotated[bool, Form()] = False,
) -> Response:  # fmt: skip
    """Publish when every check passes; a refused text comes back in the editor with what to change."""
    article = known(house, article_id)
    text = text.replace("\r\n", "\n")
    faults = faults_of(house, article_id, article.path, text)
    if faults:
        return editor(request, house, article.path, article_id, text, faults, reason, important)
    try:
        site.save(house.settings.site_content, article.path, text, trainer.name, reason)
    except site.SaveFailed as error:
        raise Refused(str(error)) from error
    published(house, trainer.id, article, reason, important)
    return RedirectResponse(f"/handbook/a/{article_id}", 303)


def faults_of(house: House, article_id: str, path: str, text: str) -> list[Problem]:
    draft, faults = parse_article(text, path, "site", clock.today())
    if draft and draft.id != article_id:
        faults = [Problem(path, "id", f"id 一经发布不改，应是 {article_id}")]
    if draft and not faults:
        library: Library = library_of({**house.library.articles, article_id: draft})
        faults = [Problem(path, where, message) for where, message in article_faults(draft, library)]
    return faults


def published(house: House, person_id: int, before: Article, reason: str, important: bool) -> None:
    """Make it searchable, tell everybody what changed, and put it on record."""
    after = house.reload_handbook().articles.get(before.id)
    with writing(house.engine) as session:
        changelog.published(session, before, after, clock.now(), person_id, reason, important)
        audit.record(session, clock.now(), "publish", person_id=person_id, target=before.id)


@router.post("/{article_id}/restore")
def restore(
    article_id: str,
    house: HouseDep,
    trainer: Trainer,
    version: Annotated[str, Form(pattern="^([0-9a-f]{40}|shipped)$")],
) -> Response:
    """Bring back an earlier version, or the shipped text."""
    article, folder = known(house, article_id), house.settings.site_content
    reason = "恢复为随产品发布的版本" if version == "shipped" else "恢复到以前的版本"
    if version == "shipped":
        site.remove(folder, article.path, trainer.name, reason)
    else:
        site.save(folder, article.path, site.text_at(folder, article.path, version), trainer.name, reason)
    published(house, trainer.id, article, reason, article.urgency in URGENT)
    return RedirectResponse(f"/content/{article_id}/edit", 303)


def known(house: House, article_id: str) -> Article:
    article = house.library.articles.get(article_id)
    if article is None:
        raise Missing
    return article
