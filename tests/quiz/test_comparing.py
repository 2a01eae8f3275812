"""Networks read a wording and an answer side by side; numpy reads them as torch trained them, and none knows its own keys."""

import numpy as np
import pytest
import torch

from quiz.grading import comparing, learning
from quiz.grading.comparing import FOLDS, Comparer, compared, comparers, fold_of

KEY = ["物业不得因业主欠费停水停电", "不能拿断水断电催费"]


@pytest.mark.parametrize("answer", ["欠费归欠费，水电不能停", "再怎么欠也不许断人家的水电"])
def test_the_same_in_other_words_is_likelier_than_the_opposite(answer):
    assert compared(KEY, answer) > max(compared(KEY, "欠费的可以停水停电"), compared(KEY, "垃圾要分类投放"))


@pytest.mark.parametrize("empty", ["", "   "])
def test_an_answer_of_nothing_asserts_nothing(empty):
    assert compared(KEY, empty) == -comparing.SURE


def test_numpy_reads_what_torch_computes():
    torch.manual_seed(3)
    network = learning.Network(3).eval()
    comparer = learning.taken(network, "停水电")
    with torch.no_grad():
        odds = network(torch.tensor([[2, 3, 0]]), torch.tensor([[4, 3, 2, 1]])).item()

    assert comparer.odds(["停水"], "电水停火") == pytest.approx(odds, abs=1e-4)


def test_half_precision_changes_little():
    again = comparing.comparers_of(comparing.arrays_of(comparers()))

    assert len(again) == FOLDS
    assert again[0].odds(KEY, "水电不能停") == pytest.approx(comparers()[0].odds(KEY, "水电不能停"), abs=0.05)


def test_no_network_learns_from_the_keys_that_it_is_asked_about():
    rows = [
        {"key": [[f"要点{n}甲", f"要点{n}乙"]], "answer": f"答{n}", "met": [True], "split": "dev"} for n in range(40)
    ]
    known = learning.examples(rows)

    assert {e.fold for e in known} == set(range(FOLDS))
    assert all(e.fold == fold_of([[f"{e.wordings[0][:-1]}甲"]]) for e in known)


def test_a_network_learns_what_it_is_shown():
    """甲 asserts 甲 and not 乙; a few passes over forty pairs are enough to tell."""
    known = [learning.Example((word,), said, word == said, 0) for word in "甲乙" for said in "甲乙"] * 40
    start = learning.Network(2).state_dict()
    comparer = learning.train(known, "甲乙", start, 0)

    assert isinstance(comparer, Comparer)
    assert comparer.odds(["甲"], "甲") > 0 > comparer.odds(["甲"], "乙")
    assert np.isfinite(comparer.odds(["乙"], "乙"))
