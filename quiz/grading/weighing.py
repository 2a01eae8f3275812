"""Weighing the features of a point: an additive model (Hastie & Tibshirani 1986) of hinges, fitted by `kefu eval grade --fit`.

Each feature enters by itself, above each of its knots, and some times a flag; `weights.json` names every term and
its weight, so that a mark can be explained term by term.
"""

import json
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path

WEIGHTS = Path(__file__).parent / "weights.json"
SHARES = (
    "share", "share-of-all", "share-back", "cosine", "cosine-of-all", "characters", "characters-back", "pairs",
    "least-part", "least-part-of-all", "least-part-cosine", "other-share", "other-cosine",
)  # fmt: skip
KNOTS = {name: (0.15, 0.3, 0.45, 0.6, 0.75) for name in SHARES} | {
    "length": (0.3, 0.6, 1.0, 1.5), "length-ratio": (0.6, 1.0, 1.5, 2.0), "compared": (-3.0, -1.0, 0.0, 1.0, 3.0),
}  # fmt: skip
FLAGS = ("figures", "figures-agree", "figures-named", "by-rule", "force-agrees", "same-parity", "parts")
TIMES = ("share", "share-back", "cosine", "characters", "characters-back", "least-part")
# A point counts from this probability on: what is accepted wrongly teaches a wrong rule, so the doubt is not shared evenly.
LIKELY = 0.6
# What no nearness of wording makes up for, unless the rules themselves accept the point or the networks are as sure as
# this: then the conflict is one of a figure or a denial that the rules cannot read (on dev 68 of 72 were none).
CLEAR = 2.0
STRICT = ("opposite", "nearest-opposite", "contradicted", "figures-crossed")


def terms(features: Mapping[str, float]) -> dict[str, float]:
    """Every term of the model by name."""
    found = dict(features)
    for name, knots in KNOTS.items():
        found |= {f"{name} over {knot}": max(0.0, features[name] - knot) for knot in knots}
    return found | {f"{flag} × {name}": features[flag] * features[name] for flag in FLAGS for name in TIMES}


@cache
def weights() -> tuple[float, dict[str, float]]:
    saved = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return saved["start"], saved["weights"]


def odds(features: Mapping[str, float]) -> float:
    """Probability that the point is met, 0 to 1."""
    start, weight = weights()
    total = start + sum(weight[name] * value for name, value in terms(features).items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def met(features: Mapping[str, float]) -> bool:
    """Whether the point counts as met: likely enough, and no strict conflict that rules or networks do not explain."""
    explained = bool(features["by-rule"]) or features["compared"] > CLEAR
    return odds(features) >= LIKELY and (explained or not strict_conflict(features))


def strict_conflict(features: Mapping[str, float]) -> bool:
    figure = features["figures"] and not features["figures-named"]
    return bool(figure) or any(features[name] for name in STRICT)
