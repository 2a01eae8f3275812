"""Measuring the marking of short answers on labelled pairs."""

from collections import defaultdict
from collections.abc import Sequence

from kb.search.evaluation import interval
from quiz.grading.short import Similar, grade


def table(rows: Sequence[dict], similar: Similar | None) -> str:
    """Accuracy per kind of pair, false accepts and accepted equals, on the test part; of all kinds also its 95 % interval."""
    test = [row for row in rows if row["split"] == "test"]
    if not test:
        return "grade: no labelled pairs in tests/golden/grade.jsonl"
    kinds: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for row in test:
        found = grade(row["key"], row["answer"], similar)
        kinds[row["kind"]] += zip(row["met"], (p.met for p in found.points), strict=True)
    out = ["| kind | points | right | wrongly accepted | wrongly refused |", "|---|---|---|---|---|"]
    out += [cells(kind, pairs) for kind, pairs in sorted(kinds.items())]
    return "\n".join([*out, cells("all", [p for pairs in kinds.values() for p in pairs], spread=True)])


def cells(name: str, pairs: Sequence[tuple[bool, bool]], spread: bool = False) -> str:
    right = [float(want == got) for want, got in pairs]
    share = f"{sum(right) / len(right):.3f}"
    if spread:
        low, high = interval(right)
        share += f" ({low:.3f}–{high:.3f})"
    return (f"| {name} | {len(pairs)} | {share} | {sum(got and not want for want, got in pairs)} "
            f"| {sum(want and not got for want, got in pairs)} |")  # fmt: skip
