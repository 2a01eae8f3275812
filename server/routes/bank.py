"""The question bank for trainers: list and filter, import with a preview, export."""

import hashlib
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from kb import site, taxonomy
from quiz import bank, exchange, sources
from quiz.exchange import FORMATS, Plan, Unreadable
from quiz.grading.objective import right_answer
from quiz.questions import TYPES, Question
from server import audit, clock, uploads
from server.database import writing
from server.deps import HouseDep, SessionDep, Trainer
from server.errors import Missing, Refused
from server.house import House
from server.pages import page

router = APIRouter(prefix="/bank")
PAGE = 50
Words = Annotated[str, Query(max_length=60)]


def chosen(house: House, section: str, type: str, difficulty: str, q: str) -> list[Question]:
    """Questions by section or chapter, type, difficulty and words of the stem or the number."""
    return [
        x for x in house.questions.values()
        if (not section or section in (x.section, x.chapter)) and (not type or x.type == type)
        and (not difficulty or str(x.difficulty) == difficulty) and (not q or q in x.stem or q in x.id)
    ]  # fmt: skip


@router.get("")
def contents(
    request: Request, house: HouseDep, trainer: Trainer, session: SessionDep, section: Words = "", type: Words = "",
    difficulty: Words = "", q: Words = "", source: Words = "", taken: Annotated[int | None, Query(ge=0)] = None, at: Annotated[int, Query(ge=1, le=1000)] = 1,
) -> Response:  # fmt: skip
    rows = chosen(house, section, type, difficulty, q)
    moved = sources.moved(session, house.questions.values(), house.library, house.shipped_heading)
    if source == "moved":
        rows = [x for x in rows if x.id in moved]
    asked = {"section": section, "type": type, "difficulty": difficulty, "q": q, "source": source}
    pages = max(1, -(-len(rows) // PAGE))
    return page(
        request, "bank/bank.html", active="content", rows=rows[(at - 1) * PAGE : at * PAGE], total=len(rows), at=at,
        pages=pages, all=len(house.questions), here=urlencode({k: v for k, v in asked.items() if v}), asked=asked,
        moved=moved, TYPES=TYPES, FORMATS=FORMATS, problems=house.read_bank()[1], own=own_ids(house), taken=taken,
        right_answer=right_answer, section_names=taxonomy.SECTIONS,
    )  # fmt: skip


def own_ids(house: House) -> set[str]:
    """Questions of the site layer."""
    shipped = bank.shipped()[0]
    return {i for i, q in house.questions.items() if shipped.get(i) is not q}


@router.post("/export")
def export(
    house: HouseDep, trainer: Trainer, form: Annotated[str, Form()], section: Annotated[str, Form()] = "",
    type: Annotated[str, Form()] = "", difficulty: Annotated[str, Form()] = "", q: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Questions with their keys leave the house, so this is on record."""
    if form not in FORMATS:
        raise Missing
    rows = chosen(house, section, type, difficulty, q)
    with writing(house.engine) as session:
        audit.record(session, clock.now(), "export-questions", person_id=trainer.id, target=f"{form} {len(rows)}")
    return attachment(exchange.write(form, rows), f"kefu-questions{FORMATS[form].suffixes[0]}", FORMATS[form].media)


@router.get("/template.xlsx")
def template(trainer: Trainer) -> Response:
    return attachment(exchange.write("xlsx", []), "kefu-template.xlsx", FORMATS["xlsx"].media)


def attachment(data: bytes, name: str, media: str) -> Response:
    return Response(data, media_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.get("/import")
def offer_import(request: Request, trainer: Trainer) -> Response:
    return page(request, "bank/import.html", active="content", FORMATS=FORMATS, refused="")


@router.post("/import")
def upload(
    request: Request, house: HouseDep, trainer: Trainer, file: Annotated[UploadFile, File()],
    section: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Keep the file and show what it would change; nothing is taken yet."""
    data, name = file.file.read(), file.filename or ""
    try:
        exchange.check_outside(name, data)
    except Unreadable as error:
        return page(request, "bank/import.html", active="content", FORMATS=FORMATS, refused=str(error), status=400)
    token = uploads.keep(house.settings, Path(name).suffix.lower(), data)
    given = f"?section={section}" if section in taxonomy.SECTIONS else ""
    return RedirectResponse(f"/bank/import/{token}{given}", 303)


@router.get("/import/{token}")
def preview(request: Request, token: str, house: HouseDep, trainer: Trainer, section: Words = "") -> Response:
    try:
        plan = plan_of(house, token, section)
    except Unreadable as error:
        return page(request, "bank/import.html", active="content", FORMATS=FORMATS, refused=str(error), status=400)
    return page(request, "bank/preview.html", active="content", plan=plan, token=token, section=section, TYPES=TYPES,
                right_answer=right_answer, state=state_of(plan), status=400 if plan.faults else 200)  # fmt: skip


def plan_of(house: House, token: str, section: str) -> Plan:
    data = uploads.find(house.settings, token)
    if data is None:
        raise Missing
    drafts, faults = exchange.read_upload(token, data)
    return exchange.plan_import(drafts, faults, house.questions, house.library, section)


def state_of(plan: Plan) -> str:
    """What the bank asked when the preview was made; another import in between changes it."""
    parts = (f"{c.question.id} {c.before.digest if c.before else ''}" for c in plan.changes)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@router.post("/import/{token}")
def take(
    token: str, house: HouseDep, trainer: Trainer, reason: Annotated[str, Form(min_length=1, max_length=200)],
    section: Annotated[str, Form()] = "", state: Annotated[str, Form(max_length=1000)] = "",
) -> Response:  # fmt: skip
    """Take the whole file or nothing; sending the form twice changes nothing more."""
    try:
        with house.lock:
            plan = plan_of(house, token, section)
            changed = plan.writes
            if plan.faults:
                raise Refused(f"还有 {len(plan.faults)} 处要改，一题也没有收。")
            if changed and state != state_of(plan):
                raise Refused("你预览以后题库又改过，没有收。请回到预览再看一遍。")
            if changed:
                bank.write_questions(house.settings.site_content, changed, trainer.name, reason)
    except (Unreadable, bank.BankBroken, site.SaveFailed) as error:
        raise Refused(str(error)) from error
    with writing(house.engine) as session:
        sources.confirm(session, changed, house.library, trainer.id, clock.now())
        audit.record(session, clock.now(), "import-questions", person_id=trainer.id,
                     target=f"{token[:12]} {len(changed)}: {' '.join(q.id for q in changed[:40])}")  # fmt: skip
    return RedirectResponse(f"/bank?taken={len(changed)}", 303)
