"""The chatbot page: questions in a conversation, answers with their source, feedback, history."""

import json
import re
import secrets
from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response, StreamingResponse
from sqlmodel import Session, col, delete, select

from kb.chat.rewriting import Said
from kb.masking import mask
from server import clock
from server.accounts.tables import Person
from server.acts import act
from server.answers import chat_value, topic_of
from server.deps import CurrentPerson, HouseDep, RequestKeyForm, SessionDep
from server.errors import Missing
from server.house import House
from server.pages import page
from server.rewriting import prepare, rewrite
from server.tables import ChatTurn

router = APIRouter(prefix="/chat")
SHOWN_TURNS = 30
BLANK = re.compile(r"\{(\S{2,3}?)\}")


@router.get("")
def show_chat(
    request: Request, person: CurrentPerson, session: SessionDep,
    q: Annotated[str, Query(max_length=500)] = "", c: Annotated[str, Query(max_length=24)] = "",
) -> Response:  # fmt: skip
    turns = turns_of(session, person, c) if c else []
    return page(request, "chat/chat.html", active="chat", turns=turns, conversation=c, draft=q)


@router.get("/history")
def history(
    request: Request,
    person: CurrentPerson,
    session: SessionDep,
    q: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    mine = (
        select(ChatTurn).where(ChatTurn.person_id == person.id).order_by(col(ChatTurn.at).desc()).limit(200)
    )
    if q.strip():
        mine = mine.where(col(ChatTurn.question).contains(mask(q.strip()).masked))
    return page(request, "chat/history.html", active="chat", turns=session.exec(mine).all(), q=q)


@router.post("")
def ask(
    house: HouseDep,
    person: CurrentPerson,
    say: Annotated[str, Form(min_length=1, max_length=500)],
    key: RequestKeyForm = "",
    c: Annotated[str, Form(max_length=24)] = "",
    stream: Annotated[str, Form(max_length=1)] = "",
) -> Response:
    """Answer and keep; a page that cannot take a stream waits here for the rewriting, after the answer is kept."""
    added: list[ChatTurn] = []

    def work(session: Session) -> str:
        conversation = c if c and owns(session, person, c) else secrets.token_urlsafe(9)
        added.append(add_turn(session, house, person, conversation, say))
        return f"/chat?c={conversation}#last"

    answered = act(house, person, key, work)
    if added and not stream and "rewriting" in added[0].answer:
        list(rewrite(house, person, added[0].id))
    return answered


def add_turn(session: Session, house: House, person: Person, conversation: str, say: str) -> ChatTurn:
    """Answer the masked question in its conversation and keep both."""
    question = mask(say.strip()).masked
    before = turns_of(session, person, conversation)
    value = prepare(house, chat_value(house, question, topic_of(before[-1].answer) if before else None))
    turn = ChatTurn(
        person_id=person.id, conversation=conversation, question=question, answer=value, at=clock.now()
    )
    session.add(turn)
    session.flush()
    return turn


@router.get("/turns/{turn_id}/stream")
def stream_rewriting(house: HouseDep, person: CurrentPerson, turn_id: int, session: SessionDep) -> Response:
    """The rewriting of one's own turn as server-sent events: a sentence each, then the end with a note."""
    turn = session.get(ChatTurn, turn_id)
    if turn is None or turn.person_id != person.id or "rewriting" not in turn.answer:
        raise Missing
    return StreamingResponse(events(rewrite(house, person, turn_id)), media_type="text/event-stream")


def events(found: Iterator[Said | str]) -> Iterator[str]:
    for item in found:
        if isinstance(item, Said):
            yield event("sentence", {"text": BLANK.sub(r"〔\1〕", item.text), "sources": item.sources})
        else:
            yield event("end", {"note": item})


def event(name: str, value: dict) -> str:
    return f"event: {name}\ndata: {json.dumps(value, ensure_ascii=False)}\n\n"


@router.post("/clear")
def clear_topic(
    house: HouseDep, person: CurrentPerson, c: Annotated[str, Form(max_length=24)] = ""
) -> Response:
    """Forget what the conversation is about; its turns stay readable."""

    def work(session: Session) -> str:
        turns = turns_of(session, person, c)
        if turns:
            turns[-1].answer = {**turns[-1].answer, "topic": None}
            session.add(turns[-1])
        return f"/chat?c={c}"

    return act(house, person, "", work)


@router.post("/history/delete")
def delete_history(
    house: HouseDep, person: CurrentPerson, key: RequestKeyForm = "",
    c: Annotated[str, Form(max_length=24)] = "",
) -> Response:  # fmt: skip
    """Delete one conversation, or all of one's own when none is named."""

    def work(session: Session) -> str:
        mine = delete(ChatTurn).where(col(ChatTurn.person_id) == person.id)
        session.exec(mine.where(col(ChatTurn.conversation) == c) if c else mine)
        return "/chat/history"

    return act(house, person, key, work)


def owns(session: Session, person: Person, conversation: str) -> bool:
    turn = session.exec(select(ChatTurn).where(ChatTurn.conversation == conversation).limit(1)).first()
    if turn and turn.person_id != person.id:
        raise Missing
    return turn is not None


def turns_of(session: Session, person: Person, conversation: str) -> list[ChatTurn]:
    found = session.exec(
        select(ChatTurn).where(ChatTurn.person_id == person.id, ChatTurn.conversation == conversation)
        .order_by(col(ChatTurn.id).desc()).limit(SHOWN_TURNS)
    ).all()  # fmt: skip
    return list(reversed(found))
