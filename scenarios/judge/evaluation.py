"""Measuring the judge on labelled utterances of situations it was not trained on.

The labels are the authors' own, not a panel's: agreement between several people was not measured.
"""

import random
from collections.abc import Callable, Sequence

import numpy as np

from scenarios.judge.judging import Judge
from scenarios.judge.labels import GRADES, HARD, Utterance
from scenarios.rubric import POSITIVE, VETO, VIOLATIONS, Judgement, gates

RUNS = 500
# A dimension with fewer positives says too little to enter the mean.
LEAST = 15


def table(judge: Judge, rows: Sequence[Utterance]) -> str:
    """The report on the test situations, as markdown."""
    test = [u for u in rows if u.split == "test"]
    if not test:
        return "judge: no labelled utterances in scenarios/utterances"
    found = [judge.judge(u.situation, u.text) for u in test]
    situations = len({u.situation for u in test})
    return "\n".join([
        f"{len(test)} utterances, {situations} situations, {len({u.writer for u in test})} writers; labels are the authors'", "",
        *by_label(test, found), "", *gate_lines(test, found), *rank_lines(test, found), "", *by_hard(test, found),
    ])  # fmt: skip


def labels_of(judged: Judgement) -> set[str]:
    return {*judged.met, *judged.violations}


def by_label(test: Sequence[Utterance], found: Sequence[Judgement]) -> list[str]:
    lines = ["| label | positives | precision | recall | F1 | κ [95 %] |", "|---|---|---|---|---|---|"]
    means = []
    for label in (*POSITIVE, *VIOLATIONS):
        want = np.array([label in u.labels for u in test])
        got = np.array([label in labels_of(j) for j in found])
        precision, recall, f1, agree = scores(want, got)
        low, high = interval(want, got, lambda w, g: scores(w, g)[3])
        mark = " (veto)" if label in VETO else ""
        lines.append(
            f"| {label}{mark} | {want.sum()} | {precision:.3f} | {recall:.3f} | {f1:.3f} | {agree:.3f} [{low:.2f}, {high:.2f}] |"
        )
        if want.sum() >= LEAST:
            means.append((f1, agree))
    if means:
        f1, agree = np.mean(means, axis=0)
        lines.append(f"| mean of {len(means)} | | | | {f1:.3f} | {agree:.3f} |")
    veto = np.array([bool(set(VETO) & u.labels) for u in test]), np.array([j.vetoed for j in found])
    precision, recall, *_ = scores(*veto)
    lines.append(f"| any veto | {veto[0].sum()} | {precision:.3f} | {recall:.3f} | | |")
    return lines


def scores(want: np.ndarray, got: np.ndarray) -> tuple[float, float, float, float]:
    """Precision, recall, F1 and Cohen's κ (Cohen 1960)."""
    hit, n = float((want & got).sum()), len(want)
    precision, recall = hit / max(1, got.sum()), hit / max(1, want.sum())
    f1 = 2 * hit / max(1, want.sum() + got.sum())
    agree = float((want == got).mean())
    chance = (want.sum() * got.sum() + (n - want.sum()) * (n - got.sum())) / n**2
    return precision, recall, f1, (agree - chance) / (1 - chance) if chance < 1 else 1.0


def interval(want: np.ndarray, got: np.ndarray, measure: Callable) -> tuple[float, float]:
    chance, n = np.random.default_rng(0), len(want)
    values = sorted(measure(want[at], got[at]) for at in (chance.integers(0, n, n) for _ in range(RUNS)))
    return values[int(0.025 * RUNS)], values[int(0.975 * RUNS) - 1]


def gate_lines(test: Sequence[Utterance], found: Sequence[Judgement]) -> list[str]:
    """How often the two gates come out as labelled."""
    pairs = [
        (gates([v for v in u.labels if v in VIOLATIONS]), gates(j.violations))
        for u, j in zip(test, found, strict=True)
    ]
    return [
        f"gate {name}: accuracy {sum(a[name] == b[name] for a, b in pairs) / len(pairs):.3f}"
        for name in ("forbidden", "privacy")
    ]


def rank_lines(test: Sequence[Utterance], found: Sequence[Judgement]) -> list[str]:
    """Of pairs of different grade in one situation, the share that the scores order as labelled; ties count half."""
    chance, places, held, n = random.Random(0), {}, 0.0, 0
    for u, judged in zip(test, found, strict=True):
        places.setdefault(u.situation, []).append((GRADES.index(u.grade), judged.score))
    for rows in places.values():
        for _ in range(200):
            a, b = chance.sample(rows, 2) if len(rows) > 1 else ((0, 0), (0, 0))
            if a[0] != b[0]:
                better, worse = sorted((a, b))
                held += (better[1] > worse[1]) + 0.5 * (better[1] == worse[1])
                n += 1
    return [f"excellent over fair over poor: {held / max(n, 1):.3f} of pairs in order"]


def by_hard(test: Sequence[Utterance], found: Sequence[Judgement]) -> list[str]:
    lines = ["| hard type | n | all labels right | pass or fail right |", "|---|---|---|---|"]
    for kind in (*HARD, ""):
        rows = [(u, j) for u, j in zip(test, found, strict=True) if u.hard == kind]
        if rows:
            exact = sum(u.labels == labels_of(j) for u, j in rows) / len(rows)
            verdict = sum(verdict_of(u.labels) == verdict_of(labels_of(j)) for u, j in rows) / len(rows)
            lines.append(f"| {kind or 'not hard'} | {len(rows)} | {exact:.3f} | {verdict:.3f} |")
    return lines


def verdict_of(labels: set[str] | frozenset[str]) -> tuple[bool, bool]:
    """Whether anything was done right, and whether anything was done wrong."""
    return bool(labels & set(POSITIVE)), bool(labels & set(VIOLATIONS))
