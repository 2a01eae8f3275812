"""The answers of search and chat as plain values, for pages, the command line, the JSON interface and MCP."""

import time
from collections.abc import Sequence
from dataclasses import asdict

from kb import chat
from kb.chat import Answer, Topic
from server.house import House


def search_json(house: House, query: str, limit: int) -> dict:
    """The command contract of `kefu search --json`."""
    result = house.searcher.search(query, limit)
    hits = [
        {
            "id": hit.id, "kind": hit.kind, "section": hit.section, "title": hit.title,
            "intents": list(hit.intents), "score": round(hit.score, 4), "heading": hit.heading, "text": hit.text,
        }
        for hit in result.hits
    ]  # fmt: skip
    return {
        "query": query, "answerable": round(result.answerable, 4), "emergency": result.emergency,
        "took_ms": round(result.took_ms, 2), "hits": hits,
    }  # fmt: skip


def ask_json(house: House, turns: Sequence[str]) -> dict:
    """The command contract of `kefu ask --json`: an answer for the last turn."""
    started = time.perf_counter()
    found = chat.answer(house.searcher, house.library, turns)
    return {
        "query": turns[-1],
        "question": found.question,
        "answered": found.answered,
        "kind": found.kind,
        "reason": found.reason,
        "text": text_of(found),
        "intents": list(found.intents),
        "citations": [{"id": q.article_id, "heading": q.heading, "quote": q.text} for q in found.quotes],
        "choices": [{"intent": i, "label": label} for i, label in found.choices],
        "nearest": [{"id": i, "title": title} for i, title in found.nearest],
        "took_ms": round((time.perf_counter() - started) * 1000, 2),
    }


def text_of(found: Answer) -> str:
    """What a person reads: the quotes in order, or why there is no answer."""
    return "\n".join(q.text for q in found.quotes) if found.answered else found.reason


def chat_value(house: House, question: str, topic: Topic | None) -> dict:
    """An answer as it is kept with its turn and shown on the page."""
    return asdict(chat.answer(house.searcher, house.library, [question], topic))


def topic_of(value: dict) -> Topic | None:
    return Topic(**value["topic"]) if value.get("topic") else None
