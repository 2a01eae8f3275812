"""Practice, tests, examinations, results and the daily review."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlmodel import Session, col, func, select
from starlette.datastructures import FormData

from kb import taxonomy
from quiz import attempts, papers, regrading, review
from quiz.attempts import Closed
from quiz.grading.objective import MULTIPLE_RULE, right_answer
from quiz.questions import KEYED, TYPES, Question
from quiz.tables import Attempt, Certificate, FixedPaper, ReviewCard
from quiz.training import makeups
from server import clock
from server.accounts.tables import Person
from server.acts import act
from server.database import writing
from server.deps import CurrentPerson, HouseDep, SessionDep
from server.errors import Missing
from server.house import House
from server.lessons import attempt_ended
from server.oversight import may_see
from server.pages import page

router = APIRouter(prefix="/quiz")


async def read_form(request: Request) -> FormData:
    """The form as sent: which fields it has depends on the paper."""
    return await request.form()


FormDep = Annotated[FormData, Depends(read_form)]


@router.get("")
def choose(request: Request, house: HouseDep, person: CurrentPerson, session: SessionDep) -> Response:
    counts: dict[str, int] = {}
    for q in house.questions.values():
        counts[q.section] = counts.get(q.section, 0) + 1
    mine = session.exec(
        select(Attempt).where(Attempt.person_id == person.id).order_by(col(Attempt.started).desc()).limit(20)
    ).all()
    now = clock.now()
    due = review.due_cards(session, person.id, now, house.settings.review_daily_cap)
    book = session.exec(
        select(func.count()).select_from(ReviewCard)
        .where(ReviewCard.person_id == person.id, col(ReviewCard.left_book).is_(None))
    ).one()  # fmt: skip
    chapters = [
        (c, [(s, counts[s]) for s in taxonomy.SECTIONS if s.startswith(c) and s in counts])
        for c in taxonomy.CHAPTERS
    ]
    return page(
        request, "quiz/choose.html", active="quiz", chapters=[(c, s) for c, s in chapters if s], due=len(due),
        book=book, open_attempt=next((a for a in mine if a.submitted is None), None),
        finished=[a for a in mine if a.submitted][:10], total=len(house.questions), papers=papers_for(session, person),
        makeups=makeups.pending(session, person.id), today=clock.today(),
        may_enter=not makeups.exhausted(session, person.id, "entry"),
    )  # fmt: skip


def papers_for(session: Session, person: Person) -> list[FixedPaper]:
    """Open fixed papers that the person has not sat yet."""
    sat = select(Attempt.paper_id).where(Attempt.person_id == person.id, col(Attempt.paper_id).is_not(None))
    return list(session.exec(
        select(FixedPaper).where(col(FixedPaper.closed).is_(None), col(FixedPaper.id).not_in(sat)).order_by(col(FixedPaper.id))
    ))  # fmt: skip


@router.get("/practice")
def offer_practice(
    request: Request,
    house: HouseDep,
    person: CurrentPerson,
    section: str,
    n: Annotated[int, Query(ge=1, le=30)] = 10,
) -> Response:
    """A page with one button: opening a paper changes things, so it is not done by a link."""
    if section not in taxonomy.SECTIONS:
        raise Missing
    count = sum(q.section == section for q in house.questions.values())
    return page(request, "quiz/offer.html", active="quiz", section=section, n=min(n, count), count=count)


def own_attempt(attempt_id: int, person: CurrentPerson, session: SessionDep) -> Attempt:
    attempt = session.get(Attempt, attempt_id)
    if attempt is None or not (
        attempt.person_id == person.id or (attempt.submitted and may_see(session, person, attempt.person_id))
    ):
        raise Missing
    return attempt


OwnAttempt = Annotated[Attempt, Depends(own_attempt)]


@router.get("/{attempt_id}")
def show(
    request: Request, attempt: OwnAttempt, house: HouseDep, person: CurrentPerson, session: SessionDep
) -> Response:
    if attempt.submitted:
        return show_result(request, house, attempt, session, person)
    questions = attempts.questions_of(session, attempt)
    saved = attempts.answers_of(session, attempt.id)
    left = int((attempt.deadline - clock.now()).total_seconds()) if attempt.deadline else None
    shown = [shown_question(q, attempt.shuffle_seed, i, saved.get(i)) for i, q in enumerate(questions)]
    checked = None
    if attempt.mode == "practice":
        checked = {
            i: attempts.mark_one(session, attempt, i, house.similar)
            for i, row in saved.items()
            if row.points == ["checked"]
        }
    return page(
        request, "quiz/quiz.html", active="quiz", attempt=attempt, questions=shown, left=left, TYPES=TYPES,
        MULTIPLE_RULE=MULTIPLE_RULE, done=sum(s["answered"] for s in shown), checked=checked or {}, right_answer=right_answer,
    )  # fmt: skip


def shown_question(q: Question, seed: int, place: int, row) -> dict:
    """Only what may be seen before the answer is in: no key, no explanation."""
    value = row.answer.get("value") if row else None
    order = papers.option_order(q, seed, place)
    if q.type == "ordering" and value:
        order = [int(v) for v in value]
    rights = [q.pairs[i][1] for i in order] if q.pairs else []
    return {
        "place": place, "type": q.type, "stem": q.stem, "red_line": q.red_line, "value": value,
        "options": [(i, q.options[i]) for i in order] if q.options else [], "lefts": [p[0] for p in q.pairs],
        "rights": rights, "points": len(q.key), "answered": value not in (None, "", [], {}),
        "flagged": bool(row and row.flagged), "saved": row.saved if row else None,
    }  # fmt: skip


@router.post("/{attempt_id}/save/{place}")
def save(
    request: Request, attempt_id: int, place: int, form: FormDep, house: HouseDep, person: CurrentPerson
) -> Response:
    """Keep one change as it is made; without scripts the whole paper is saved by the same route."""
    kept = keep(house, person, attempt_id, place, form)
    if request.headers.get("sec-fetch-mode") == "navigate":
        return RedirectResponse(f"/quiz/{attempt_id}#q{place + 1}", 303)
    return kept


def keep(house: House, person: Person, attempt_id: int, place: int, form) -> Response:
    now = clock.now()
    with writing(house.engine) as session:
        attempt = mine(session, person, attempt_id)
        questions = attempts.questions_of(session, attempt)
        if not 0 <= place < len(questions):
            raise Missing
        try:
            row = attempts.save_answer(
                session,
                attempt,
                place,
                value_of(questions[place], place, form),
                now,
                flagged=form.get(f"flag{place}") == "1",
            )
        except Closed as error:
            return JSONResponse({"saved": None, "message": str(error)}, 409)
        left = int((attempt.deadline - now).total_seconds()) if attempt.deadline else None
        return JSONResponse(
            {"saved": clock.local(row.saved).strftime("%H:%M:%S"), "late": row.late, "left": left}
        )


def value_of(q: Question, place: int, form) -> object:
    """The answer of one question as its form fields give it; other fields are ignored."""
    name = f"a{place}"
    if q.type == "multiple":
        return sorted({int(v) for v in form.getlist(name) if str(v).isdigit()})
    if q.type == "ordering":
        moved = [int(v) for v in form.getlist(name) if str(v).isdigit()]
        return moved if sorted(moved) == sorted(range(len(q.options))) else None
    if q.type == "matching":
        pairs = {left: form.get(f"{name}-{i}", "") for i, (left, _) in enumerate(q.pairs)}
        return {k: v for k, v in pairs.items() if v} or None
    value = str(form.get(name, ""))[:4000].strip()
    return value if q.type in KEYED else int(value) if value.isdigit() else None


@router.post("/{attempt_id}/check/{place}")
def check_one(attempt_id: int, place: int, form: FormDep, house: HouseDep, person: CurrentPerson) -> Response:
    """Practice: take the answer and show at once whether it is right and why."""

    def work(session: Session) -> str:
        attempt = mine(session, person, attempt_id)
        questions = attempts.questions_of(session, attempt)
        if attempt.mode != "practice" or not 0 <= place < len(questions):
            raise Missing
        if not attempt.submitted:
            row = attempts.save_answer(
                session, attempt, place, value_of(questions[place], place, form), clock.now()
            )
            row.points = ["checked"]
            session.add(row)
        return f"/quiz/{attempt.id}#q{place + 1}"

    return act(house, person, str(form.get("request_key", "")), work)


@router.post("/{attempt_id}/submit")
def submit(attempt_id: int, form: FormDep, house: HouseDep, person: CurrentPerson) -> Response:
    def work(session: Session) -> str:
        attempt = mine(session, person, attempt_id)
        if attempt.submitted is None:
            now = clock.now()
            for place, q in enumerate(attempts.questions_of(session, attempt)):
                if any(str(name).split("-")[0] == f"a{place}" for name in form) or (
                    q.type == "multiple" and f"here{place}" in form
                ):
                    attempts.save_answer(session, attempt, place, value_of(q, place, form), now)
            result = attempts.submit(session, attempt, now, house.similar)
            attempt_ended(session, house, attempt, result, now)
        return f"/quiz/{attempt.id}"

    return act(house, person, str(form.get("request_key", "")), work)


def mine(session: Session, person: Person, attempt_id: int) -> Attempt:
    attempt = session.get(Attempt, attempt_id)
    if attempt is None or attempt.person_id != person.id:
        raise Missing
    return attempt


def show_result(
    request: Request, house: House, attempt: Attempt, session: Session, person: Person
) -> Response:
    result = attempts.marked(session, attempt, house.similar)
    sections: dict[str, list[float]] = {}
    for item in result:
        sections.setdefault(item.question.section, []).append(0 if item.late else item.mark.share)
    by_section = sorted(((s, sum(v) / len(v), len(v)) for s, v in sections.items()), key=lambda x: x[1])
    paper = session.exec(select(Certificate).where(Certificate.attempt_id == attempt.id)).first()
    return page(
        request, "quiz/result.html", active="quiz", attempt=attempt, result=result, by_section=by_section,
        right_answer=right_answer, TYPES=TYPES, certificate=paper, library=house.library.articles,
        owner=session.get(Person, attempt.person_id), mine=attempt.person_id == person.id,
        regrades=regrading.of_attempt(session, attempt.id), now_key=house.questions, WAYS=regrading.WAYS,
        makeup=next((m for m in makeups.pending(session, attempt.person_id)
                     if m.original_attempt_id in (attempt.id, attempt.makeup_of)), None),
    )  # fmt: skip
