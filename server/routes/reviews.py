"""The daily review of what was missed."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlmodel import Session, col, func, select

from quiz import review
from quiz.tables import ReviewCard
from server import clock
from server.acts import act
from server.deps import CurrentPerson, HouseDep, RequestKeyForm, SessionDep
from server.errors import Missing
from server.pages import page

router = APIRouter(prefix="/quiz")


@router.get("/review")
def review_page(request: Request, house: HouseDep, person: CurrentPerson, session: SessionDep) -> Response:
    now = clock.now()
    due = review.due_cards(session, person.id, now, house.settings.review_daily_cap)
    upcoming = session.exec(
        select(ReviewCard).where(ReviewCard.person_id == person.id, col(ReviewCard.left_book).is_(None))
        .order_by(col(ReviewCard.due)).limit(100)
    ).all()  # fmt: skip
    gone = session.exec(
        select(func.count()).select_from(ReviewCard)
        .where(ReviewCard.person_id == person.id, col(ReviewCard.left_book).is_not(None))
    ).one()  # fmt: skip
    return page(request, "quiz/review.html", active="quiz", card=due[0] if due else None, left=len(due), book=upcoming,
                gone=gone, memory=review.forecast(session, person.id, now), now=now)  # fmt: skip


@router.post("/review/{card_id}")
def review_card(
    card_id: int,
    house: HouseDep,
    person: CurrentPerson,
    remembered: Annotated[bool, Form()],
    key: RequestKeyForm = "",
) -> Response:
    def work(session: Session) -> str:
        row = session.get(ReviewCard, card_id)
        if row is None or row.person_id != person.id:
            raise Missing
        review.review(session, row, remembered, clock.now())
        return "/quiz/review"

    return act(house, person, key, work)
