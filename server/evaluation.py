"""The evaluation sets of the repository, each run by one function that returns a table."""

import json
from collections.abc import Callable
from pathlib import Path

from server.house import House

GOLDEN = Path(__file__).parent.parent / "tests" / "golden"


def rows(name: str) -> list[dict]:
    path = GOLDEN / name
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def search(house: House) -> str:
    from kb.search.evaluation import table

    return table(house.searcher, rows("search.jsonl"), rows("out_of_scope.jsonl"), rows("emergencies.jsonl"))


def ask(house: House, split: str = "test") -> str:
    from kb.chat.evaluation import table

    return table(house.searcher, house.library, rows("ask.jsonl"), split)


def fit_search(house: House) -> None:
    """Fit the ranking on the dev halves and write it to the repository."""
    from kb.search import fitting

    sets = (rows(f"{name}.jsonl") for name in ("search", "out_of_scope", "emergencies"))
    asked = [r | {"query": r["turns"][0]} for r in rows("ask.jsonl") if r["kind"] in ("answer", "none")]
    fitting.save(fitting.fit(house.searcher, *sets, asked))


def fit_ask(house: House) -> None:
    """Fit which article and which sentence answers on the dev expectations and write it to the repository."""
    from kb.chat import fitting

    fitting.refit(house.searcher, house.library, rows("ask.jsonl"))


def fit_grade(house: House) -> None:
    """Fit how marking weighs what it found on the dev part and write it to the repository."""
    from quiz.grading import fitting

    fitting.save(fitting.fit(rows("grade.jsonl"), house.similar))


def grade(house: House) -> str:
    from quiz.evaluation import table

    return table(rows("grade.jsonl"), house.similar)


def judge(house: House) -> str:
    from scenarios.judge.evaluation import table
    from scenarios.judge.labels import load

    return table(house.judge, load())


def drills(house: House) -> str:
    from scenarios.stuffing import table

    return table(house.judge, house.scenarios)


SETS: dict[str, Callable[[House], str]] = {
    "search": search, "ask": ask, "grade": grade, "judge": judge, "drills": drills,
}  # fmt: skip
FITS: dict[str, Callable[[House], None]] = {"search": fit_search, "ask": fit_ask, "grade": fit_grade}
