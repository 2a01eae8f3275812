"""Measuring the judge on labelled utterances of situations it was not trained on."""

import random
from collections.abc import Sequence

from scenarios.judge.judging import Judge
from scenarios.rubric import POSITIVE, VETO, VIOLATIONS, Situation

FIELDS = ("intent", "owner_type", "channel", "urgency", "owner_line")
RUNS = 300


def predict(judge: Judge, rows: Sequence[dict]) -> list[tuple[set[str], int]]:
    found = []
    for row in rows:
        result = judge.judge(Situation(**{k: row.get(k, "") for k in FIELDS}), row["utterance"])
        found.append(({*result.met, *result.violations}, result.score))
    return found


def counts(
    label: str, rows: Sequence[dict], found: Sequence[tuple[set[str], int]]
) -> tuple[int, int, int, int]:
    tp = fp = fn = tn = 0
    for row, (labels, _) in zip(rows, found, strict=True):
        want, got = label in row["met"] or label in row["violations"], label in labels
        tp, fp, fn, tn = (
            tp + (want and got),
            fp + (got and not want),
            fn + (want and not got),
            tn + (not want and not got),
        )
    return tp, fp, fn, tn


def kappa(tp: int, fp: int, fn: int, tn: int) -> float:
    """Cohen's κ of judge and label."""
    n = tp + fp + fn + tn
    agree = (tp + tn) / n
    chance = ((tp + fp) * (tp + fn) + (fn + tn) * (fp + tn)) / n**2
    return (agree - chance) / (1 - chance) if chance < 1 else 1.0


def table(judge: Judge, rows: Sequence[dict]) -> str:
    test = [r for r in rows if r.get("split", "test") == "test"]
    if not test:
        return "judge: no labelled utterances in tests/golden/utterances.jsonl"
    found = predict(judge, test)
    out = ["| label | positives | precision | recall | F1 | κ [95 %] |", "|---|---|---|---|---|---|"]
    for label in (*POSITIVE, *VIOLATIONS):
        tp, fp, fn, tn = counts(label, test, found)
        precision, recall = tp / max(1, tp + fp), tp / max(1, tp + fn)
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        low, high = kappa_interval(label, test, found)
        mark = " veto" if label in VETO else ""
        out.append(
            f"| {label}{mark} | {tp + fn} | {precision:.3f} | {recall:.3f} | {f1:.3f} | {kappa(tp, fp, fn, tn):.3f} [{low:.2f}, {high:.2f}] |"
        )
    hard = [(r, f) for r, f in zip(test, found, strict=True) if r.get("hard")]
    if hard:
        exact = sum({*r["met"], *r["violations"]} == f[0] for r, f in hard) / len(hard)
        out.append(f"\nhard types: {len(hard)} utterances, all labels right {exact:.3f}")
    return "\n".join(out)


def kappa_interval(
    label: str, rows: Sequence[dict], found: Sequence[tuple[set[str], int]]
) -> tuple[float, float]:
    chance, values = random.Random(0), []
    places = range(len(rows))
    for _ in range(RUNS):
        picked = chance.choices(places, k=len(rows))
        values.append(kappa(*counts(label, [rows[i] for i in picked], [found[i] for i in picked])))
    values.sort()
    return values[int(0.025 * RUNS)], values[int(0.975 * RUNS) - 1]
