"""Rewriting a kept answer with the language model: who may, what is kept of it, and what is said when it fails."""

from collections.abc import Iterator
from dataclasses import asdict

from sqlmodel import Session, col, delete

from kb.chat.rewriting import Said, checked, messages, sentences
from kb.masking import mask
from server import clock
from server.accounts.tables import Person
from server.database import writing
from server.house import House
from server.language_model import ModelFailed
from server.tables import ChatTurn, Deployment

# Emergency lines are said as they stand.
REWRITTEN_KINDS = ("answer",)
PENDING, RUNNING, DONE, FAILED = "pending", "running", "done", "failed"
NOTHING_HELD = "语言模型的话没有通过逐句核对"
SPENT = "今天的语言模型次数已用完"
FALLBACK = "，以下是手册原句。"


def prepare(house: House, value: dict) -> dict:
    """The value of an answer, marked as waiting to be rewritten where a model is set up."""
    if house.model.configured and value["kind"] in REWRITTEN_KINDS and passages(value):
        return value | {"rewriting": {"state": PENDING, "said": [], "note": ""}}
    return value


def passages(value: dict) -> list[str]:
    """The quotes of a kept answer, in the order of their numbers on the page."""
    return [q["text"] for q in (*value.get("lead", ()), *value["say"], *value["inner"])]


def rewrite(house: House, person: Person, turn_id: int) -> Iterator[Said | str]:
    """The supported sentences as they come, then a note for the page, empty when all went well; what came is kept."""
    turn = claim(house, person, turn_id)
    if turn is None:
        yield "这一条已经在生成，请稍后刷新页面。"
        return
    kept = turn.answer["rewriting"]
    if kept["state"] != RUNNING:
        yield from (Said(s["text"], tuple(s["sources"])) for s in kept["said"])
        yield kept["note"]
        return
    found: list[Said] = []
    texts, note = passages(turn.answer), "生成中断" + FALLBACK
    try:
        sent = messages(mask(turn.answer["question"]).masked, texts)
        for said in checked(sentences(house.model.stream(sent)), texts):
            found.append(said)
            yield said
        note = "" if found else NOTHING_HELD + FALLBACK
    except ModelFailed as failed:
        found, note = [], str(failed) + FALLBACK
    finally:
        keep(house, turn_id, found if not note else [], note)
    yield note


def claim(house: House, person: Person, turn_id: int) -> ChatTurn | None:
    """The person's own turn, counted against the day and marked as running; None when it runs already."""
    with writing(house.engine) as session:
        turn = session.get(ChatTurn, turn_id)
        if turn is None or turn.person_id != person.id or "rewriting" not in turn.answer:
            return None
        state = turn.answer["rewriting"]["state"]
        if state == RUNNING:
            return None
        if state == PENDING:
            may = spend(session, person, house.settings.llm_daily_limit)
            said = {"state": RUNNING if may else FAILED, "said": [], "note": "" if may else SPENT + FALLBACK}
            turn.answer = {**turn.answer, "rewriting": said}
            session.add(turn)
        return turn


def spend(session: Session, person: Person, limit: int) -> bool:
    """Count one rewriting of today for the person, who cannot lower the count; earlier days are forgotten."""
    today = f"llm {clock.today()} "
    session.exec(delete(Deployment).where(col(Deployment.name).startswith("llm "), ~col(Deployment.name).startswith(today)))  # fmt: skip
    row = session.get(Deployment, f"{today}{person.id}") or Deployment(name=f"{today}{person.id}", value="0")
    if int(row.value) >= limit:
        return False
    row.value = str(int(row.value) + 1)
    session.add(row)
    return True


def keep(house: House, turn_id: int, said: list[Said], note: str) -> None:
    state = {"state": FAILED if note else DONE, "said": [asdict(s) for s in said], "note": note}
    with writing(house.engine) as session:
        if turn := session.get(ChatTurn, turn_id):
            turn.answer = {**turn.answer, "rewriting": state}
            session.add(turn)
