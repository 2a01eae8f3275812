"""Judging one utterance in one situation."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from embeddings import load_encoder
from scenarios.judge.clauses import fold
from scenarios.judge.cues import POSITIVE_CUES, protects, violation
from scenarios.judge.model import Model, load_model
from scenarios.judge.phrases import VIOLATION_CUES
from scenarios.rubric import Judgement, Situation, applicable_to, total

MAX_CHARS = 600


@dataclass(frozen=True)
class Judge:
    """Cues find words that usually show a label; the trained model weighs them with the rest."""

    model: Model | None = field(default=None)

    def judge(self, situation: Situation, utterance: str) -> Judgement:
        text = fold(utterance.strip())[:MAX_CHARS]
        if not text:
            return Judgement({}, {}, 0)
        met, wrong = self.by_cues(situation, text)
        if self.model:
            met, found = self.model.read(situation, text, met, wrong)
            wrong = {code: words for code, words in found.items() if code in wrong or not protects(code, text)}
        return Judgement(met, wrong, total(met, wrong, applicable_to(situation)))

    def by_cues(self, situation: Situation, text: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
        met = {d: words for d, cue in POSITIVE_CUES.items() if (words := cue(text, situation))}
        wrong = {code: words for code in VIOLATION_CUES if (words := violation(code, text, situation))}
        if "privacy-leak" in wrong:
            met.pop("privacy", None)
        return met, wrong


def load_judge() -> Judge:
    """The judge with its trained model, which belongs to the bundled encoder."""
    return Judge(load_model(load_encoder()))
