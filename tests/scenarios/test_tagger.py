"""The tagger marks the characters that prove a label, and numpy reads it as torch trained it."""

import numpy as np
import pytest
import torch

from scenarios.judge import tagging
from scenarios.judge.features import LABELS
from scenarios.judge.labels import Utterance
from scenarios.judge.tagger import Tagger, arrays_of, mean_odds, taggers_of
from scenarios.rubric import Situation

SITUATION = Situation("fee-refuse", "ot-general", "phone", "P3", "我就是不交")
THREAT, KIND = "停您家的水", "我帮您问清楚"
ROWS = [
    Utterance("a", SITUATION, text, ((("threat", THREAT),) if THREAT in text else ()), "差", "")
    for text in (f"再不交就{THREAT}。", f"明天{THREAT}！", f"{KIND}，下午回您。", f"您坐，{KIND}。") * 16
]


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return tagging.train_tagger(ROWS, [u.text for u in ROWS])


def test_the_words_of_a_threat_are_marked_and_a_kind_word_is_not(tagger):
    threat = LABELS.index("threat")

    assert tagger.odds(f"哼，{THREAT}")[threat] > 0 > tagger.odds(KIND)[threat]
    marked = tagger.tags(f"您坐，再不交就{THREAT}。")[:, threat]
    assert marked[7:12].min() > marked[:3].max()


def test_the_same_utterances_give_the_same_tagger(tagger):
    again = tagging.train_tagger(ROWS, [u.text for u in ROWS])

    np.testing.assert_allclose(again.out, tagger.out, atol=1e-5)


def test_numpy_reads_what_torch_computes():
    torch.manual_seed(3)
    network = tagging.Network(2).eval()
    tagger = tagging.taken(network, "停水")
    with torch.no_grad():
        numbers = torch.tensor([[2, 3, 1, 0, 0]])
        odds = network(numbers)[0, :3].numpy()

    np.testing.assert_allclose(tagger.tags("停水火"), odds, rtol=1e-4, atol=1e-5)


def test_half_precision_changes_little(tagger):
    kept = taggers_of(arrays_of([tagger]))

    np.testing.assert_allclose(kept[0].odds(THREAT), tagger.odds(THREAT), atol=0.1)


def test_taggers_that_began_differently_speak_with_their_mean(tagger):
    other = tagging.train_tagger(ROWS, [u.text for u in ROWS], seed=1)
    kept = taggers_of(arrays_of([tagger, other]))

    assert not np.allclose(other.out, tagger.out, atol=1e-3)
    between = (tagger.odds(THREAT) + other.odds(THREAT)) / 2
    np.testing.assert_allclose(mean_odds(kept, THREAT), between, atol=0.1)
