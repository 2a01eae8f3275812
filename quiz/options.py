"""The option table of a question: what was answered, how often, and how well those people did on the rest."""

from collections.abc import Sequence

from quiz.questions import LETTERS, Question

Answered = tuple[object, float, float, list]


def option_table(
    q: Question, answers: Sequence[Answered]
) -> list[tuple[str, bool, int, float, float | None]]:
    """What was answered: words, whether it is right, how many, their share, and their mean on the rest of the paper."""
    if not answers:
        return []
    chosen: dict[str, list[float]] = {}
    right: set[str] = set()
    for value, _, rest, points in answers:
        for label, good in labels(q, value, points):
            chosen.setdefault(label, []).append(rest)
            right |= {label} if good else set()
    order = (
        [*(f"{LETTERS[i]} {o}" for i, o in enumerate(q.options)), "对", "错"] if q.type != "ordering" else []
    )
    for label in order:
        if label in chosen or label[0] in LETTERS:
            chosen.setdefault(label, [])
    right |= {f"{LETTERS[i]} {q.options[i]}" for i in q.answer} if q.type in ("single", "multiple") else set()
    rows = [
        (w, w in right, len(v), len(v) / len(answers), sum(v) / len(v) if v else None)
        for w, v in chosen.items()
    ]
    known = {label: i for i, label in enumerate(order)}
    return sorted(rows, key=lambda r: (known.get(r[0], 99), -r[2]))[:20]


def labels(q: Question, value: object, points: list) -> list[tuple[str, bool]]:
    """The parts of one answer that are counted: options, a verdict, an order, pairs, or key points that were met."""
    if value in (None, "", [], {}):
        return [("没有作答", False)]
    if q.type in ("single", "multiple"):
        numbers = value if isinstance(value, list) else [value]
        return [(f"{LETTERS[v]} {q.options[v]}", v in q.answer) for v in numbers if 0 <= v < len(q.options)]
    if q.type == "judge":
        given = value[0] if isinstance(value, list) else value
        return [("对" if given == 1 else "错", (given,) == q.answer)]
    if q.type == "ordering":
        return [(" → ".join(str(v + 1) for v in value), tuple(value) == q.answer)]
    if q.type == "matching":
        return [(f"连对：{left}", True) for left, other in q.pairs if dict(value).get(left) == other]
    return [(f"说到：{p[0]}", True) for p in points if len(p) == 3 and p[1]] or [("一个要点也没说到", False)]
