"""How each question measures, where its sources moved, its versions, and correcting its marks."""

from collections import Counter
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session, col, select

from kb import site
from quiz import analysis, attempts, bank, regrading, sources, verdicts
from quiz.exchange.plans import fields
from quiz.grading.objective import right_answer
from quiz.options import option_table
from quiz.questions import TYPES, Question
from quiz.tables import Attempt, QuestionVersion, Regrade
from server import audit, clock
from server.accounts.tables import Person
from server.acts import act
from server.database import writing
from server.deps import HouseDep, RequestKeyForm, SessionDep, Trainer
from server.errors import Missing, Refused
from server.house import House
from server.lessons import rescored
from server.oversight import may_see
from server.pages import page

router = APIRouter(prefix="/bank")


@dataclass(frozen=True)
class Line:
    """One row of the page: the newest version of a question that was used, its figures, what calls for attention."""

    question: Question
    item: analysis.Item
    remarks: tuple[verdicts.Remark, ...]
    current: bool

    @property
    def weight(self) -> tuple[int, int]:
        return -sum(r.weight for r in self.remarks), -self.item.n


@router.get("/quality")
def quality(
    request: Request, house: HouseDep, trainer: Trainer, session: SessionDep,
    show: Annotated[str, Query(pattern="^(attention|all|few)$")] = "attention",
    at: Annotated[int, Query(ge=1, le=1000)] = 1,
) -> Response:  # fmt: skip
    """Questions sorted by what needs attention first."""
    lines = sorted(lines_of(session, house), key=lambda x: x.weight)
    kept = [
        x for x in lines
        if show == "all" or (show == "few" and not x.item.enough) or (show == "attention" and x.remarks)
    ]  # fmt: skip
    return page(request, "bank/quality.html", active="content", lines=kept[(at - 1) * 50 : at * 50], show=show, at=at,
                pages=max(1, -(-len(kept) // 50)), total=len(lines), few=sum(not x.item.enough for x in lines),
                attention=sum(bool(x.remarks) for x in lines), ENOUGH=analysis.ENOUGH, TYPES=TYPES)  # fmt: skip


def lines_of(session: Session, house: House) -> list[Line]:
    found = house.question_sums(session)
    used = session.exec(select(QuestionVersion).order_by(col(QuestionVersion.first_used)))
    newest = {row.question_id: row for row in used if row.digest in found}
    moved = sources.moved(session, house.questions.values(), house.library, house.shipped_heading)
    lines = []
    for question_id in dict.fromkeys([*newest, *moved]):
        now, row = house.questions.get(question_id), newest.get(question_id)
        question = attempts.thaw(row.body) if row else now
        item = analysis.item(found[row.digest] if row else analysis.sums(()))
        remarks = verdicts.remarks(item, moved.get(question_id, ()))
        lines.append(Line(question, item, remarks, bool(now and now.digest == question.digest)))
    return lines


@router.get("/q/{question_id}")
def show(request: Request, question_id: str, house: HouseDep, trainer: Trainer, session: SessionDep) -> Response:
    now = house.questions.get(question_id)
    used = session.exec(
        select(QuestionVersion).where(QuestionVersion.question_id == question_id).order_by(col(QuestionVersion.first_used).desc())
    ).all()  # fmt: skip
    if now is None and not used:
        raise Missing
    sums = analysis.items(session, [row.digest for row in used])
    versions = [(row, attempts.thaw(row.body), analysis.item(sums.get(row.digest, analysis.sums(())))) for row in used]
    current = now or versions[0][1]
    measured = next((v for v in versions if v[2].n), versions[0] if versions else None)
    answers = analysis.answered(session, measured[0].digest) if measured else []
    moved = sources.moved(session, [current], house.library, house.shipped_heading).get(question_id, [])
    shipped = bank.shipped()[0].get(question_id)
    path = f"{bank.FOLDER}/{current.section}.yaml"
    return page(
        request, "bank/question.html", active="content", q=current, fields=fields(current), versions=versions,
        table=option_table(measured[1], answers) if measured else [], measured=measured, moved=moved,
        efficiency=analysis.efficiency([(x, y) for _, x, y, _ in answers]), library=house.library.articles,
        regrades=session.exec(select(Regrade).where(Regrade.question_id == question_id).order_by(col(Regrade.id).desc())).all(),
        people={p.id: p.name for p in session.exec(select(Person))}, WAYS=regrading.WAYS, ENOUGH=analysis.ENOUGH,
        own=shipped is not now, shipped=shipped, history=site.history(house.settings.site_content, path)[:10],
        in_use=now is not None, TYPES=TYPES, right_answer=right_answer,
        differences=differences(versions[0][1], current) if versions else [],
    )  # fmt: skip


def differences(before: Question, after: Question) -> list[tuple[str, str, str]]:
    old, new = fields(before), fields(after)
    return [(name, old[name], new[name]) for name in new if old[name] != new[name]]


@router.post("/q/{question_id}/confirm")
def confirm(question_id: str, house: HouseDep, trainer: Trainer, key: RequestKeyForm = "") -> Response:
    """Somebody compared the question with its sources as they now stand."""

    def work(session: Session) -> str:
        question = in_bank(house, question_id)
        sources.confirm(session, [question], house.library, trainer.id, clock.now())
        audit.record(session, clock.now(), "question-confirmed", person_id=trainer.id, target=question_id)
        return f"/bank/q/{question_id}"

    return act(house, trainer, key, work)


def in_bank(house: House, question_id: str) -> Question:
    if question_id not in house.questions:
        raise Missing
    return house.questions[question_id]


@router.post("/q/{question_id}/restore")
def restore(question_id: str, house: HouseDep, trainer: Trainer) -> Response:
    """Ask the shipped question again, or take a question of the site out of use."""
    question = in_bank(house, question_id)
    try:
        with house.lock:
            bank.take_back(house.settings.site_content, question, trainer.name)
    except (bank.BankBroken, site.SaveFailed) as error:
        raise Refused(str(error)) from error
    with writing(house.engine) as session:
        audit.record(session, clock.now(), "question-restored", person_id=trainer.id, target=question_id)
    return RedirectResponse(f"/bank/q/{question_id}" if question_id in house.questions else "/bank", 303)


def key_of(house: House, question_id: str, how: str) -> Question | None:
    return in_bank(house, question_id) if how == "rekey" else None


How = Annotated[str, Query(pattern="^(rekey|full)$")]


@router.get("/q/{question_id}/regrade")
def preview(
    request: Request, question_id: str, how: How, house: HouseDep, trainer: Trainer, session: SessionDep
) -> Response:
    """Whose marks would change, and how; nothing is changed by looking."""
    key = key_of(house, question_id, how)
    effects = regrading.preview(session, question_id, key, house.similar)
    seen = [e for e in effects if may_see(session, trainer, e.attempt.person_id)]
    names = {p.id: p.name for p in session.exec(select(Person).where(col(Person.id).in_([e.attempt.person_id for e in seen])))}
    return page(
        request, "bank/regrade.html", active="content", question_id=question_id, how=how, key=key, effects=seen[:200],
        names=names, total=len(effects), others=len(effects) - len(seen), flips=Counter(e.passed for e in effects if e.flips),
        people=len({e.attempt.person_id for e in effects}), WAYS=regrading.WAYS, right_answer=right_answer,
    )  # fmt: skip


@router.post("/q/{question_id}/regrade")
def regrade(
    question_id: str, house: HouseDep, trainer: Trainer, how: Annotated[str, Form(pattern="^(rekey|full)$")],
    reason: Annotated[str, Form(min_length=2, max_length=200)], expected: Annotated[int, Form(ge=0)], key: RequestKeyForm = "",
) -> Response:  # fmt: skip
    def work(session: Session) -> str:
        version = key_of(house, question_id, how)
        if len(regrading.preview(session, question_id, version, house.similar)) != expected:
            raise Refused("预览以后又有人交卷，受影响的人变了，没有改判。请回到预览再看一遍。")
        row, sat = regrading.apply(session, question_id, how, version, reason, trainer.id, clock.now(), house.similar)
        rescored(session, house, sat, clock.now())
        audit.record(session, clock.now(), "regrade", person_id=trainer.id,
                     target=f"{row.id} {question_id} {how} {expected}: {reason}")  # fmt: skip
        return f"/bank/q/{question_id}#regrades"

    return act(house, trainer, key, work)


@router.post("/regrades/{regrade_id}/undo")
def undo(regrade_id: int, house: HouseDep, trainer: Trainer, key: RequestKeyForm = "") -> Response:
    def work(session: Session) -> str:
        row = session.get(Regrade, regrade_id)
        if row is None:
            raise Missing
        try:
            sat: list[Attempt] = regrading.undo(session, row, trainer.id, clock.now())
        except regrading.CannotUndo as error:
            raise Refused(str(error)) from error
        rescored(session, house, sat, clock.now())
        audit.record(session, clock.now(), "regrade-undone", person_id=trainer.id, target=f"{row.id} {row.question_id}")
        return f"/bank/q/{row.question_id}#regrades"

    return act(house, trainer, key, work)
