"""The trained part of the judge: linear models of units, and over them of the utterance, read with numpy."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from embeddings import Encoder
from scenarios.judge.features import HASHED, LABELS, unit_rows, unit_size, utterance_row, utterance_size
from scenarios.judge.units import Unit, units
from scenarios.rubric import POSITIVE, VIOLATIONS, Situation

FILE = Path(__file__).parent / "model.npz"


@dataclass(frozen=True)
class Model:
    """Weights (labels, features) and biases (labels,) of both stages, and a threshold of log odds for each label."""

    encoder: Encoder
    unit_weights: np.ndarray
    unit_bias: np.ndarray
    weights: np.ndarray
    bias: np.ndarray
    thresholds: np.ndarray

    def read(
        self, situation: Situation, text: str, met: Mapping[str, str], wrong: Mapping[str, str]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Dimensions met and violations, each with the words that prove it; `met` and `wrong` are what cues found."""
        found = units(text)
        odds = self.unit_odds(situation, text, found)
        row = utterance_row(odds.max(axis=0), situation, text, {*met, *wrong})
        over = self.weights @ row + self.bias >= self.thresholds
        labels = {LABELS[i]: evidence(found, odds[:, i]) for i in np.flatnonzero(over)}
        return (
            {d: labels[d] for d in POSITIVE if d in labels},
            {v: labels[v] for v in VIOLATIONS if v in labels},
        )

    def unit_odds(self, situation: Situation, text: str, found: tuple[Unit, ...]) -> np.ndarray:
        """Log odds of each label for each unit, shape (units, labels)."""
        sparse, dense = unit_rows(situation, text, found, self.encoder)
        odds = dense @ self.unit_weights[:, HASHED:].T + self.unit_bias
        for at, (columns, values) in enumerate(sparse):
            odds[at] += self.unit_weights[:, columns] @ np.array(values, np.float32)
        return odds


def evidence(found: tuple[Unit, ...], odds: np.ndarray) -> str:
    """The unit that proves a label best, without the punctuation at its ends."""
    return found[int(odds.argmax())].text.strip().strip("，,、；;：:。")


def load_model(encoder: Encoder, path: Path = FILE) -> Model | None:
    """None where no model was trained, or for another encoder or layout."""
    if not path.exists():
        return None
    with np.load(path) as data:
        parts = {
            k: data[k].astype(np.float32)
            for k in ("unit_weights", "unit_bias", "weights", "bias", "thresholds")
        }
        fits = (
            parts["unit_weights"].shape[1] == unit_size(encoder.dim)
            and parts["weights"].shape[1] == utterance_size()
        )
        return Model(encoder, **parts) if fits and str(data["encoder"]) == encoder.name else None
