"""The judge: what one utterance shows, by cues with negation and quotation read, and by trained models."""

from scenarios.judge.judging import Judge, load_judge

__all__ = ["Judge", "load_judge"]
