"""Training the tagger of characters on the proving words of the labelled utterances, with torch."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from embeddings.characters import BLANK, UNSEEN, WIDTH
from embeddings.training.characters import Layers, batches, letters_of, numbered, padded
from scenarios.judge.features import LABELS
from scenarios.judge.labels import Utterance
from scenarios.judge.tagger import SHARP, Tagger

EPOCHS, BATCH, RATE, DECAY, DROP = 20, 32, 4e-3, 0.02, 0.3
# Characters read of an utterance, utterances in which a character must stand, and characters hidden in training.
LONGEST, LEAST, HIDDEN = 200, 2, 0.08
# The tags of single characters count a third of the utterance's labels.
TAGS_SHARE = 1 / 3
# A rare label counts up to this many times.
RAREST = 8.0
# Utterances of about one length are learned together, from pools of so many batches.
POOL = 10
NEVER = -20.0


class Network(Layers):
    """The layers of `Tagger`, with dropout; (batch, characters) to log odds (batch, characters, labels)."""

    def __init__(self, letters: int) -> None:
        super().__init__(letters, DROP)
        self.lift = nn.Linear(WIDTH, WIDTH)
        self.out = nn.Linear(WIDTH, len(LABELS))

    def forward(self, numbers: Tensor) -> Tensor:
        real = (numbers != BLANK).unsqueeze(2)
        seen = self.read(numbers)
        whole = seen.masked_fill(~real, NEVER).amax(dim=1)
        seen = seen + functional.relu(self.lift(whole)).unsqueeze(1)
        return self.out(self.drop(seen)).masked_fill(~real, NEVER)


def train_tagger(rows: Sequence[Utterance], texts: Sequence[str], seed: int = 0) -> Tagger:
    """A tagger trained on utterances and their folded texts; the same every time on one machine."""
    torch.manual_seed(seed)
    letters = letters_of(texts, LEAST)
    numbers = numbered(letters, texts, LONGEST)
    tags = [tags_of(u, len(n)) for u, n in zip(rows, numbers, strict=True)]
    network = Network(len(letters))
    learn(network, numbers, tags, np.random.default_rng(seed))
    return taken(network.eval(), letters)


def tags_of(u: Utterance, size: int) -> np.ndarray:
    """1 where a character belongs to the proving words of a label; shape (size, labels)."""
    found = np.zeros((size, len(LABELS)), np.float32)
    for label, words in u.spans:
        start = u.text.find(words)
        found[start : start + len(words), LABELS.index(label)] = 1
    return found


def learn(network: Network, numbers: Sequence[list[int]], tags: Sequence[np.ndarray], chance: np.random.Generator) -> None:  # fmt: skip
    """Cross entropy of the labels of an utterance and of its characters, by AdamW on one cycle (Smith 2018)."""
    shown = np.array([t.max(axis=0) for t in tags]).mean(axis=0)
    weight = torch.tensor(np.sqrt((1 - shown) / np.maximum(shown, 1e-4)).clip(1, RAREST), dtype=torch.float32)
    machine = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    steps = EPOCHS * -(-len(numbers) // BATCH)
    rate = torch.optim.lr_scheduler.OneCycleLR(machine, RATE, total_steps=steps)
    for _ in range(EPOCHS):
        for at in batches([len(n) for n in numbers], chance, BATCH, POOL):
            seen, truth = padded([numbers[i] for i in at]), marked([tags[i] for i in at])
            hidden = (torch.rand(seen.shape) < HIDDEN) & (seen != BLANK)
            odds, real = network(seen.masked_fill(hidden, UNSEEN)), (seen != BLANK).unsqueeze(2)
            each = functional.binary_cross_entropy_with_logits(
                odds, truth, reduction="none", pos_weight=weight
            )
            whole = torch.logsumexp(SHARP * odds, dim=1) / SHARP
            loss = TAGS_SHARE * (each * real).sum() / real.sum()
            loss = loss + functional.binary_cross_entropy_with_logits(
                whole, truth.amax(dim=1), pos_weight=weight
            )
            machine.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            machine.step()
            rate.step()


def marked(tags: Sequence[np.ndarray]) -> Tensor:
    """Tags filled up with zeros; shape (utterances, longest, labels)."""
    truth = np.zeros((len(tags), max(map(len, tags)), len(LABELS)), np.float32)
    for row, t in enumerate(tags):
        truth[row, : len(t)] = t
    return torch.from_numpy(truth)


def taken(network: Network, letters: str) -> Tagger:
    """The weights, turned so that rows of characters multiply them from the left."""
    with torch.no_grad():
        return Tagger(
            letters, **network.arrays(), lift=network.lift.weight.numpy().T, lift_bias=network.lift.bias.numpy(),
            out=network.out.weight.numpy().T, out_bias=network.out.bias.numpy(),
        )  # fmt: skip
