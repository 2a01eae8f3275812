"""Examinations as trainers run them: fixed papers, extra time, make-ups, and how a paper measured."""

import secrets
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response
from sqlmodel import Session, col, select
from starlette.datastructures import FormData

from kb import taxonomy
from quiz import analysis, attempts, papers
from quiz.tables import Attempt, ExtraTime, FixedPaper
from quiz.training import makeups
from quiz.training.tables import Makeup
from server import audit, clock
from server.acts import act
from server.deps import HouseDep, RequestKeyForm, SessionDep, Trainer
from server.errors import Missing, Refused
from server.oversight import may_see, people_of
from server.pages import page
from server.routes.quizzes import read_form

router = APIRouter(prefix="/exams")
MIXES = {
    "usual": ("易四中四难二", papers.DIFFICULTY_SHARE),
    "easy": ("易六中三难一", {1: 0.6, 2: 0.3, 3: 0.1}),
    "hard": ("易二中五难三", {1: 0.2, 2: 0.5, 3: 0.3}),
}
FormDep = Annotated[FormData, Depends(read_form)]


@router.get("")
def overview(request: Request, house: HouseDep, trainer: Trainer, session: SessionDep) -> Response:
    people = people_of(session, trainer)
    ids = [p.id for p in people]
    extra = {e.person_id: e for e in session.exec(select(ExtraTime).where(col(ExtraTime.person_id).in_(ids)))}
    waiting = session.exec(
        select(Makeup).where(col(Makeup.person_id).in_(ids), col(Makeup.attempt_id).is_(None)).order_by(col(Makeup.due))
    ).all()  # fmt: skip
    failed = session.exec(
        select(Attempt).where(col(Attempt.person_id).in_(ids), col(Attempt.mode).in_(("entry", "paper", "course")),
                              col(Attempt.passed).is_(False)).order_by(col(Attempt.id).desc()).limit(100)
    ).all()  # fmt: skip
    stuck = {(a.person_id, a.mode, a.course_id): a for a in reversed(failed)
             if not makeups.open_for(session, a.person_id, a.mode, a.course_id)
             and makeups.exhausted(session, a.person_id, a.mode, a.course_id)}  # fmt: skip
    counts: dict[str, int] = {}
    for q in house.questions.values():
        counts[q.chapter] = counts.get(q.chapter, 0) + 1
    return page(
        request, "bank/exams.html", active="plan", people=people, names={p.id: p.name for p in people}, extra=extra,
        waiting=waiting, stuck=list(stuck.values()), MIXES=MIXES, counts=counts, blueprint=papers.FULL_BLUEPRINT,
        papers=session.exec(select(FixedPaper).order_by(col(FixedPaper.id).desc()).limit(50)).all(), today=clock.today(),
    )  # fmt: skip


@router.post("/papers")
def set_paper(
    trainer: Trainer, house: HouseDep, form: FormDep, title: Annotated[str, Form(min_length=2, max_length=60)],
    minutes: Annotated[int, Form(ge=5, le=240)] = 60, pass_mark: Annotated[int, Form(ge=1, le=100)] = 80,
    mix: Annotated[str, Form(pattern="^(usual|easy|hard)$")] = "usual", key: RequestKeyForm = "",
) -> Response:  # fmt: skip
    """Draw the questions once and freeze them: everybody sits the same versions."""

    def work(session: Session) -> str:
        blueprint = {c: int(str(form.get(c, "0")) or 0) for c in taxonomy.CHAPTERS if str(form.get(c, "0") or 0).isdigit()}
        if not 5 <= sum(blueprint.values()) <= 150:
            raise Refused(f"一份卷子要 5 到 150 题，现在是 {sum(blueprint.values())} 题。")
        paper = papers.examination(house.questions, title, blueprint, secrets.randbelow(10**6),
                                   shares=MIXES[mix][1], minutes=minutes)  # fmt: skip
        attempts.freeze(session, paper.questions, clock.now())
        row = FixedPaper(title=title, digests=[q.digest for q in paper.questions], minutes=minutes,
                         pass_mark=pass_mark, by_id=trainer.id, made=clock.now())  # fmt: skip
        session.add(row)
        session.flush()
        audit.record(session, clock.now(), "paper-set", person_id=trainer.id, target=f"{row.id} {title}")
        return f"/exams/papers/{row.id}"

    return act(house, trainer, key, work)


@router.get("/papers/{paper_id}")
def show_paper(request: Request, paper_id: int, trainer: Trainer, session: SessionDep) -> Response:
    row = known(session, paper_id)
    questions = attempts.versions(session, row.digests)
    matrix = analysis.matrix_of(session, row.id)
    found = []
    for at, q in enumerate(questions):
        pairs = [(shares[at], (sum(shares) - shares[at]) / max(1, len(shares) - 1)) for shares in matrix]
        found.append((q, analysis.item(analysis.sums(pairs)), analysis.efficiency(pairs)))
    return page(request, "bank/paper.html", active="plan", paper=row, items=found, ENOUGH=analysis.ENOUGH,
                reliability=analysis.reliability(matrix) if matrix else None)  # fmt: skip


@router.post("/papers/{paper_id}/close")
def close_paper(paper_id: int, trainer: Trainer, house: HouseDep, key: RequestKeyForm = "") -> Response:
    """Nobody can start it any more; who has started may finish. Closing again opens it."""

    def work(session: Session) -> str:
        row = known(session, paper_id)
        row.closed = None if row.closed else clock.now()
        session.add(row)
        audit.record(session, clock.now(), "paper-closed" if row.closed else "paper-opened", person_id=trainer.id,
                     target=f"{row.id}")  # fmt: skip
        return f"/exams/papers/{row.id}"

    return act(house, trainer, key, work)


def known(session: Session, paper_id: int) -> FixedPaper:
    row = session.get(FixedPaper, paper_id)
    if row is None:
        raise Missing
    return row


@router.post("/extra")
def extra_time(
    trainer: Trainer, house: HouseDep, person_id: Annotated[int, Form()], percent: Annotated[int, Form(ge=0, le=200)],
    reason: Annotated[str, Form(max_length=200)] = "", key: RequestKeyForm = "",
) -> Response:  # fmt: skip
    """More time for one person in every examination from now on; none takes it away."""

    def work(session: Session) -> str:
        if not may_see(session, trainer, person_id):
            raise Missing
        if percent and not reason.strip():
            raise Refused("加时要写原因。")
        row = session.get(ExtraTime, person_id)
        if percent:
            row = row or ExtraTime(person_id=person_id, percent=percent, by_id=trainer.id)
            row.percent, row.reason, row.by_id = percent, reason.strip(), trainer.id
            session.add(row)
        elif row:
            session.delete(row)
        audit.record(session, clock.now(), "extra-time", person_id=trainer.id, target=f"{person_id} {percent}%")
        return "/exams"

    return act(house, trainer, key, work)


@router.post("/makeups/{makeup_id}/extend")
def extend(makeup_id: int, trainer: Trainer, house: HouseDep, key: RequestKeyForm = "") -> Response:
    """Seven more days for a make-up."""

    def work(session: Session) -> str:
        row = session.get(Makeup, makeup_id)
        if row is None or not may_see(session, trainer, row.person_id) or row.attempt_id:
            raise Missing
        row.due, row.approved_by = max(row.due, clock.today()) + timedelta(days=7), trainer.id
        session.add(row)
        audit.record(session, clock.now(), "makeup-extended", person_id=trainer.id, target=f"{row.id} {row.due}")
        return "/exams"

    return act(house, trainer, key, work)


@router.post("/makeups/grant/{attempt_id}")
def grant(attempt_id: int, trainer: Trainer, house: HouseDep, key: RequestKeyForm = "") -> Response:
    """One more make-up than the rules give, by the trainer's decision."""

    def work(session: Session) -> str:
        attempt = session.get(Attempt, attempt_id)
        if attempt is None or not may_see(session, trainer, attempt.person_id) or attempt.mode not in attempts.EXAMS:
            raise Missing
        if makeups.open_for(session, attempt.person_id, attempt.mode, attempt.course_id):
            raise Refused("他已经有一次没考的补考。")
        row = makeups.grant(session, attempt, clock.today() + timedelta(days=7), trainer.id)
        audit.record(session, clock.now(), "makeup-granted", person_id=trainer.id, target=f"{row.id} {row.person_id}")
        return "/exams"

    return act(house, trainer, key, work)
