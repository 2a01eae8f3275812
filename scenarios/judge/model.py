"""The trained part of the judge: one small linear model per label, read with numpy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scenarios.judge.features import FEATURE_COUNT, evidence_clause, features
from scenarios.rubric import Situation

FILE = Path(__file__).parent / "model.npz"


@dataclass(frozen=True)
class Model:
    """Weights of shape (labels, features), a bias and a threshold of probability for each label."""

    labels: tuple[str, ...]
    weights: np.ndarray
    bias: np.ndarray
    thresholds: np.ndarray

    def probabilities(self, situation: Situation, text: str, cues: Sequence[str]) -> dict[str, float]:
        rows, values = features(situation, text, cues)
        z = self.bias + self.weights[:, rows] @ values
        return dict(zip(self.labels, (1 / (1 + np.exp(-z))).tolist(), strict=True))

    def correct(
        self, situation: Situation, text: str, met: Mapping[str, str], wrong: Mapping[str, str]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Labels at or over their threshold, with the cue's words or the clause nearest to the label."""
        chance = self.probabilities(situation, text, [*met, *wrong])
        on = {n for n, t in zip(self.labels, self.thresholds, strict=True) if chance[n] >= t}

        def words(label: str, cues: Mapping[str, str]) -> str:
            return cues.get(label) or evidence_clause(text, self.weights[self.labels.index(label)])

        from scenarios.rubric import POSITIVE, VIOLATIONS

        return (
            {d: words(d, met) for d in POSITIVE if (d in on if d in self.labels else d in met)},
            {v: words(v, wrong) for v in VIOLATIONS if (v in on if v in self.labels else v in wrong)},
        )


def load_model(path: Path = FILE) -> Model | None:
    if not path.exists():
        return None
    with np.load(path) as data:
        weights = data["weights"].astype(np.float32)
        if weights.shape[1] != FEATURE_COUNT:
            return None
        labels = tuple(str(data["labels"]).split())
        return Model(labels, weights, data["bias"].astype(np.float32), data["thresholds"].astype(np.float32))
