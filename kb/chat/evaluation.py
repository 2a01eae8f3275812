"""Measuring answers: the right article, the facts in it, abstention, follow-ups, and that all is word for word."""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

from kb.articles import Library
from kb.chat.answering import answer
from kb.chat.evidence import read_ahead
from kb.chat.sentences import asked_for, plain
from kb.chat.values import Answer, Quote
from kb.search.evaluation import interval

# Forms of question whose answer is one figure, sum or office, which is to stand in the first sentence.
POINTED = {"how-long", "how-much", "who"}


@dataclass(frozen=True)
class Asked:
    """One row of the set with what was answered to it."""

    row: dict
    answer: Answer
    took_ms: float


def ask(searcher, library: Library, row: dict, turns: Sequence[str]) -> Asked:
    """The answer to the last turn; the time is that turn's alone."""
    topic = answer(searcher, library, turns[:-1]).topic if len(turns) > 1 else None
    started = time.perf_counter()
    found = answer(searcher, library, turns[-1:], topic)
    return Asked(row, found, (time.perf_counter() - started) * 1000)


def squeezed(text: str) -> str:
    """Text without spaces, emphasis and the mark of a company rule, so that facts compare."""
    return re.sub(r"[\s※*]", "", text)


def holds(text: str, fact: Sequence[str]) -> bool:
    """Whether one of the wordings of a fact stands in the text."""
    return any(squeezed(wording) in squeezed(text) for wording in fact)


def right(asked: Asked) -> bool:
    """Whether the answer rests on an acceptable article and, where the row names one, speaks to the owner type."""
    quotes = asked.answer.quotes
    if not asked.answer.answered or not quotes or quotes[0].article_id not in asked.row["articles"]:
        return False
    return "owner_type" not in asked.row or quotes[0].heading == "variants"


def complete(asked: Asked) -> bool:
    text = "\n".join(q.text for q in asked.answer.quotes)
    return asked.answer.answered and all(holds(text, fact) for fact in asked.row.get("facts", ()))


def first_holds(asked: Asked) -> bool:
    """Whether the first sentence holds a fact that was asked for."""
    quotes = asked.answer.quotes
    return bool(quotes) and any(holds(quotes[0].text, fact) for fact in asked.row["facts"])


def verbatim(library: Library, quote: Quote) -> bool:
    """Whether a quote is, character for character, a part of the heading that it cites."""
    article = library.articles[quote.article_id]
    source = (
        "\n".join(article.variants.values())
        if quote.heading == "variants"
        else article.heading(quote.heading)
    )
    return quote.text in plain(source)


def table(searcher, library: Library, rows: Sequence[dict], split: str = "test") -> str:
    """The report on one split, as a markdown table."""
    chosen = [r for r in rows if r["split"] == split]
    if not chosen:
        return "ask: no expectations in tests/golden/ask.jsonl"
    read_ahead(searcher)
    given = [ask(searcher, library, r, r["turns"]) for r in chosen]
    alone = [ask(searcher, library, r, [r["standalone"]]) for r in chosen if r["kind"] == "follow-up"]
    of = {kind: [a for a in given if a.row["kind"] == kind] for kind in {a.row["kind"] for a in given}}
    out = [f"| ask, {split} | n | share |", "|---|---|---|", *answers(of.get("answer", []))]
    out += follow_ups(of.get("follow-up", []), alone)
    out += others(of)
    return "\n".join([*out, "", *plainly(library, of, given + alone)])


def line(name: str, values: Sequence[bool]) -> str:
    if not values:
        return f"| {name} | 0 | |"
    low, high = interval([float(v) for v in values])
    return f"| {name} | {len(values)} | {sum(values) / len(values):.3f} [{low:.3f}, {high:.3f}] |"


def answers(found: Sequence[Asked]) -> list[str]:
    pointed = [a for a in found if POINTED & {name for name, _ in asked_for(a.row["turns"][-1])}]
    return [
        line("right article", [right(a) for a in found]),
        line("all facts", [complete(a) for a in found]),
        line("right article and all facts", [right(a) and complete(a) for a in found]),
        line("how long, how much, who: the first sentence answers", [first_holds(a) for a in pointed]),
    ]


def follow_ups(turned: Sequence[Asked], alone: Sequence[Asked]) -> list[str]:
    return [
        line("follow-up: right article", [right(a) for a in turned]),
        line("the same question standing alone: right article", [right(a) for a in alone]),
        line("follow-up: right article and all facts", [right(a) and complete(a) for a in turned]),
        line("standing alone: right article and all facts", [right(a) and complete(a) for a in alone]),
    ]


def others(of: dict[str, list[Asked]]) -> list[str]:
    offered = [
        a.answer.kind == "choice" and len({i for i, _ in a.answer.choices} & set(a.row["intents"])) > 1
        for a in of.get("choice", [])
    ]
    helped = [
        a.answer.kind == "declined" and all(holds(a.answer.reason, f) for f in a.row["facts"])
        for a in of.get("help", [])
    ]
    return [
        line("two close intents: offered as a choice", offered),
        line("medical and legal decisions: sent to the right help", helped),
    ]


def plainly(library: Library, of: dict[str, list[Asked]], every: Sequence[Asked]) -> list[str]:
    """Abstention, latency and the check of every quote, in words."""
    refused = [a.answer.kind in ("none", "declined") for a in of.get("none", [])]
    wrongly = [a.answer.kind in ("none", "declined") for a in of.get("answer", [])]
    precision = sum(refused) / max(1, sum(refused) + sum(wrongly))
    took = sorted(a.took_ms for a in every)
    quotes = [q for a in every for q in a.answer.quotes + a.answer.more]
    exact = sum(verbatim(library, q) for q in quotes)
    return [
        f"abstention: precision {precision:.3f}, recall {sum(refused) / max(1, len(refused)):.3f} of {len(refused)}; "
        f"{1 - sum(wrongly) / max(1, len(wrongly)):.3f} of {len(wrongly)} answerable questions answered",
        f"latency of {len(took)} answers: p50 {took[len(took) // 2]:.1f} ms, p99 {took[int(0.99 * (len(took) - 1))]:.1f} ms",
        f"word for word: {exact} of {len(quotes)} sentences",
    ]  # fmt: skip
