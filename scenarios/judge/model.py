"""The trained part of the judge: linear models of units and of the whole, a few taggers, and over them a last one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from embeddings import Encoder
from kb.search.ngrams import Ngrams
from scenarios.judge.features import LABELS, final_row, unit_rest, whole_rest
from scenarios.judge.tagger import Tagger, mean_odds, taggers_of
from scenarios.judge.units import Unit, units
from scenarios.rubric import POSITIVE, VETO, VIOLATIONS, Situation

FILE = Path(__file__).parent / "model.npz"
PARTS = ("unit_weights", "unit_bias", "whole_weights", "whole_bias", "weights", "bias", "thresholds")


@dataclass(frozen=True)
class Model:
    """Weights (labels, n-grams + rest) and biases (labels,) of each stage, and a threshold of log odds for each label."""

    encoder: Encoder
    ngrams: Ngrams
    taggers: tuple[Tagger, ...]
    unit_weights: np.ndarray
    unit_bias: np.ndarray
    whole_weights: np.ndarray
    whole_bias: np.ndarray
    weights: np.ndarray
    bias: np.ndarray
    thresholds: np.ndarray

    def read(
        self, situation: Situation, text: str, met: Mapping[str, str], wrong: Mapping[str, str]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Dimensions met and violations, each with the words that prove it; `met` and `wrong` are what cues found."""
        found, cues = units(text), {*met, *wrong}
        odds = self.unit_odds(situation, text, found)
        whole = self.odds(self.whole_weights, self.whole_bias, text, whole_rest(text, cues, self.encoder))
        said = np.stack([odds.max(axis=0), whole, mean_odds(self.taggers, text)])
        over = self.weights @ final_row(said, situation, text, cues) + self.bias >= self.thresholds
        over &= witnessed(said, cues)
        labels = {LABELS[i]: evidence(found, odds[:, i]) for i in np.flatnonzero(over)}
        return (
            {d: labels[d] for d in POSITIVE if d in labels},
            {v: labels[v] for v in VIOLATIONS if v in labels},
        )

    def unit_odds(self, situation: Situation, text: str, found: tuple[Unit, ...]) -> np.ndarray:
        """Log odds of each label for each unit, shape (units, labels)."""
        rest = unit_rest(situation, text, found, self.encoder)
        return np.array([
            self.odds(self.unit_weights, self.unit_bias, unit.text, row) for unit, row in zip(found, rest, strict=True)
        ])  # fmt: skip

    def odds(self, weights: np.ndarray, bias: np.ndarray, text: str, rest: np.ndarray) -> np.ndarray:
        columns, values = self.ngrams.row(text)
        return weights[:, columns] @ values + weights[:, self.ngrams.size :] @ rest + bias


def witnessed(said: np.ndarray, cues: Collection[str]) -> np.ndarray:
    """Which labels may be found, shape (labels,): a veto needs a cue or one of `said` that speaks for it by itself."""
    spoken = said.max(axis=0) >= 0
    return np.array([label not in VETO or label in cues or bool(spoken[i]) for i, label in enumerate(LABELS)])


def evidence(found: tuple[Unit, ...], odds: np.ndarray) -> str:
    """The unit that proves a label best, without the punctuation at its ends."""
    return found[int(odds.argmax())].text.strip().strip("，,、；;：:。")


def load_model(encoder: Encoder, path: Path = FILE) -> Model | None:
    """None where no model was trained, or for another encoder."""
    if not path.exists():
        return None
    with np.load(path) as data:
        if str(data["encoder"]) != encoder.name:
            return None
        ngrams = Ngrams(str(data["terms"]).split("\n"), data["idf"])
        return Model(encoder, ngrams, taggers_of(data), **{k: data[k].astype(np.float32) for k in PARTS})
