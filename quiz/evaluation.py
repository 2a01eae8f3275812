"""Measuring the marking of short answers on labelled pairs."""

from collections import defaultdict
from collections.abc import Sequence

from kb.search.evaluation import interval
from quiz.grading.short import Similar, grade


def table(rows: Sequence[dict], similar: Similar | None) -> str:
    """Accuracy per kind of pair, false accepts and accepted equals; of all and of the test part also the 95 % interval of accuracy."""
    if not rows:
        return "grade: no labelled pairs in tests/golden/grade.jsonl"
    marks: dict[int, list[tuple[bool, bool]]] = {}
    kinds: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for row in rows:
        found = grade(row["key"], row["answer"], similar)
        marks[id(row)] = list(zip(row["met"], (p.met for p in found.points), strict=True))
        kinds[row["kind"]] += marks[id(row)]
    out = ["| kind | points | right | wrongly accepted | wrongly refused |", "|---|---|---|---|---|"]
    for kind, pairs in sorted(kinds.items()):
        out.append(cells(kind, pairs))
    parts = {"all": rows, "test": [row for row in rows if row.get("split") == "test"]}
    out += [
        cells(name, [p for row in part for p in marks[id(row)]], spread=True)
        for name, part in parts.items()
        if part
    ]
    return "\n".join(out)


def cells(name: str, pairs: Sequence[tuple[bool, bool]], spread: bool = False) -> str:
    right = [float(want == got) for want, got in pairs]
    share = f"{sum(right) / len(right):.3f}"
    if spread:
        low, high = interval(right)
        share += f" ({low:.3f}–{high:.3f})"
    return (f"| {name} | {len(pairs)} | {share} | {sum(got and not want for want, got in pairs)} "
            f"| {sum(want and not got for want, got in pairs)} |")  # fmt: skip
