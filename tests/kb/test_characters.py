"""Layers that guess hidden characters learn what stands beside what, and numpy reads them as torch does."""

import numpy as np
import torch

from embeddings.characters import Reader
from embeddings.training.characters import Layers, batches, letters_of, numbered, padded, pretrain


def test_guessing_teaches_that_words_stand_together():
    texts = ["停水通知", "停电通知", "停气通知", "收费标准", "收费公示"] * 20
    layers, letters = pretrain(texts, 60)
    reader = Reader(letters, **layers.arrays())

    water, power, fee = (reader.read(text)[0] for text in ("停水通知", "停电通知", "收费标准"))
    assert np.linalg.norm(water - power) < np.linalg.norm(water - fee)


def test_numpy_reads_what_torch_computes_and_blanks_stay_out():
    torch.manual_seed(1)
    layers = Layers(2).eval()
    reader = Reader("停水", **layers.arrays())
    with torch.no_grad():
        seen = layers.read(padded([[2, 3, 1], [2]]))

    np.testing.assert_allclose(reader.read("停水火"), seen[0].numpy(), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(reader.read("停"), seen[1, :1].numpy(), rtol=1e-4, atol=1e-5)


def test_a_rare_character_is_read_as_unseen():
    assert "停" == letters_of(["停水", "停电", "停"], 2)
    assert [[2, 1]] == numbered("停", ["停水"])


def test_every_text_is_learned_once_in_batches_of_like_length():
    sizes = [n % 7 for n in range(50)]
    found = list(batches(sizes, np.random.default_rng(0), batch=5, pool=10))

    assert sorted(i for batch in found for i in batch) == list(range(50))
    assert max(len(batch) for batch in found) == 5
