"""Measuring the marking of short answers on labelled pairs."""

from collections import defaultdict
from collections.abc import Sequence

from quiz.grading.short import Similar, grade


def table(rows: Sequence[dict], similar: Similar | None) -> str:
    """Accuracy per kind of pair, false accepts and accepted equals."""
    if not rows:
        return "grade: no labelled pairs in tests/golden/grade.jsonl"
    kinds: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for row in rows:
        found = grade(row["key"], row["answer"], similar)
        kinds[row["kind"]] += list(zip(row["met"], (p.met for p in found.points), strict=True))
    out = ["| kind | points | right | wrongly accepted | wrongly refused |", "|---|---|---|---|---|"]
    for kind, pairs in sorted(kinds.items()):
        out.append(cells(kind, pairs))
    out.append(cells("all", [p for pairs in kinds.values() for p in pairs]))
    return "\n".join(out)


def cells(name: str, pairs: Sequence[tuple[bool, bool]]) -> str:
    right = sum(want == got for want, got in pairs)
    return (f"| {name} | {len(pairs)} | {right / len(pairs):.3f} | {sum(got and not want for want, got in pairs)} "
            f"| {sum(want and not got for want, got in pairs)} |")  # fmt: skip
