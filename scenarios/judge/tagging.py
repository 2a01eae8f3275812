"""Training the tagger of characters on the proving words of the labelled utterances, with torch."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from scenarios.judge.features import LABELS
from scenarios.judge.labels import Utterance
from scenarios.judge.tagger import BLANK, FIRST, SHARP, STEPS, UNSEEN, WIDTH, Tagger

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


class Network(nn.Module):
    """The layers of `Tagger`, with dropout; (batch, characters) to log odds (batch, characters, labels)."""

    def __init__(self, letters: int) -> None:
        super().__init__()
        self.vectors = nn.Embedding(letters + FIRST, WIDTH, padding_idx=BLANK)
        self.layers = nn.ModuleList(nn.Conv1d(WIDTH, WIDTH, 3, padding=n, dilation=n) for n in STEPS)
        self.lift = nn.Linear(WIDTH, WIDTH)
        self.out = nn.Linear(WIDTH, len(LABELS))
        self.drop = nn.Dropout(DROP)

    def forward(self, numbers: Tensor) -> Tensor:
        real = (numbers != BLANK).unsqueeze(1)
        seen = self.drop(self.vectors(numbers)).transpose(1, 2) * real
        for layer in self.layers:
            seen = (seen + self.drop(functional.relu(layer(seen)))) * real
        whole = seen.masked_fill(~real, NEVER).amax(dim=2)
        seen = seen + functional.relu(self.lift(whole)).unsqueeze(2)
        odds = self.out(self.drop(seen).transpose(1, 2))
        return odds.masked_fill(~real.transpose(1, 2), NEVER)


def train_tagger(rows: Sequence[Utterance], texts: Sequence[str], seed: int = 0) -> Tagger:
    """A tagger trained on utterances and their folded texts; the same every time on one machine."""
    torch.manual_seed(seed)
    counts = Counter(letter for text in texts for letter in set(text))
    letters = "".join(sorted(letter for letter, n in counts.items() if n >= LEAST))
    places = {letter: n for n, letter in enumerate(letters, FIRST)}
    numbers = [[places.get(letter, UNSEEN) for letter in text[:LONGEST]] for text in texts]
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
        for at in batches(numbers, chance):
            seen, truth = padded([numbers[i] for i in at], [tags[i] for i in at])
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


def batches(numbers: Sequence[list[int]], chance: np.random.Generator) -> Iterator[np.ndarray]:
    """All utterances once, in batches of like length."""
    order, found = chance.permutation(len(numbers)), []
    for start in range(0, len(order), POOL * BATCH):
        pool = sorted(order[start : start + POOL * BATCH], key=lambda i: len(numbers[i]))
        found += [np.array(pool[i : i + BATCH]) for i in range(0, len(pool), BATCH)]
    yield from (found[i] for i in chance.permutation(len(found)))


def padded(numbers: Sequence[list[int]], tags: Sequence[np.ndarray]) -> tuple[Tensor, Tensor]:
    size = max(map(len, numbers))
    seen = np.full((len(numbers), size), BLANK)
    truth = np.zeros((len(numbers), size, len(LABELS)), np.float32)
    for row, (n, t) in enumerate(zip(numbers, tags, strict=True)):
        seen[row, : len(n)], truth[row, : len(n)] = n, t
    return torch.from_numpy(seen), torch.from_numpy(truth)


def taken(network: Network, letters: str) -> Tagger:
    """The weights, turned so that rows of characters multiply them from the left."""
    with torch.no_grad():
        return Tagger(
            letters, network.vectors.weight.numpy(),
            np.stack([layer.weight.permute(2, 1, 0).numpy() for layer in network.layers]),
            np.stack([layer.bias.numpy() for layer in network.layers]),
            network.lift.weight.numpy().T, network.lift.bias.numpy(),
            network.out.weight.numpy().T, network.out.bias.numpy(),
        )  # fmt: skip
