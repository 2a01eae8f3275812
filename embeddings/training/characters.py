"""The layers of a `Reader` in torch, and learning them by guessing hidden characters (Devlin et al. 2018)."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from embeddings.characters import BLANK, FIRST, STEPS, UNSEEN, WIDTH

# A character must stand in so many texts, and so many characters of a text are read.
LEAST, LONGEST = 3, 120
BATCH, RATE, DECAY = 64, 2e-3, 0.01
# Share of characters where hiding begins, and how often it goes on to the next one.
HIDDEN, GOES_ON = 0.12, 0.6
# Texts of about one length are learned together, from pools of so many batches.
POOL = 20


class Layers(nn.Module):
    """(batch, characters) to (batch, characters, WIDTH); blanks stay zero."""

    def __init__(self, letters: int, drop: float = 0.0) -> None:
        super().__init__()
        self.vectors = nn.Embedding(letters + FIRST, WIDTH, padding_idx=BLANK)
        self.layers = nn.ModuleList(nn.Conv1d(WIDTH, WIDTH, 3, padding=n, dilation=n) for n in STEPS)
        self.drop = nn.Dropout(drop)

    def read(self, numbers: Tensor) -> Tensor:
        real = (numbers != BLANK).unsqueeze(1)
        seen = self.drop(self.vectors(numbers)).transpose(1, 2) * real
        for layer in self.layers:
            seen = (seen + self.drop(functional.relu(layer(seen)))) * real
        return seen.transpose(1, 2)

    def arrays(self) -> dict[str, np.ndarray]:
        """The weights as a `Reader` has them, turned so that rows of characters multiply them from the left."""
        return {
            "vectors": self.vectors.weight.detach().numpy(),
            "kernels": np.stack([layer.weight.detach().permute(2, 1, 0).numpy() for layer in self.layers]),
            "biases": np.stack([layer.bias.detach().numpy() for layer in self.layers]),
        }


def letters_of(texts: Sequence[str], least: int = LEAST) -> str:
    """The characters that stand in at least so many texts, in order."""
    counts = Counter(letter for text in texts for letter in set(text))
    return "".join(sorted(letter for letter, n in counts.items() if n >= least))


def numbered(letters: str, texts: Sequence[str], longest: int = LONGEST) -> list[list[int]]:
    places = {letter: n for n, letter in enumerate(letters, FIRST)}
    return [[places.get(letter, UNSEEN) for letter in text[:longest]] for text in texts]


def padded(rows: Sequence[Sequence[int]]) -> Tensor:
    """Rows of numbers filled up with blanks; shape (rows, longest)."""
    found = np.full((len(rows), max(map(len, rows))), BLANK)
    for at, row in enumerate(rows):
        found[at, : len(row)] = row
    return torch.from_numpy(found)


def batches(sizes: Sequence[int], chance: np.random.Generator, batch: int = BATCH, pool: int = POOL) -> Iterator[np.ndarray]:  # fmt: skip
    """All places once, in batches of like size."""
    order, found = chance.permutation(len(sizes)), []
    for start in range(0, len(order), pool * batch):
        alike = sorted(order[start : start + pool * batch], key=lambda i: sizes[i])
        found += [np.array(alike[i : i + batch]) for i in range(0, len(alike), batch)]
    yield from (found[i] for i in chance.permutation(len(found)))


def hidden(numbers: Tensor) -> Tensor:
    """Where stretches of characters are to be guessed."""
    begins = torch.rand(numbers.shape) < HIDDEN
    goes_on = torch.roll(begins, 1, 1) & (torch.rand(numbers.shape) < GOES_ON)
    return (begins | goes_on) & (numbers >= FIRST)


def pretrain(texts: Sequence[str], steps: int, seed: int = 0) -> tuple[Layers, str]:
    """Layers that have learned to guess hidden characters of the texts, and the characters they know."""
    torch.manual_seed(seed)
    chance = np.random.default_rng(seed)
    letters = letters_of(texts)
    rows = numbered(letters, texts)
    layers, level, bias = Layers(len(letters)), nn.LayerNorm(WIDTH), nn.Parameter(torch.zeros(len(letters) + FIRST))  # fmt: skip
    nn.init.normal_(layers.vectors.weight, std=0.1)
    weights = [*layers.parameters(), *level.parameters(), bias]
    machine = torch.optim.AdamW(weights, lr=RATE, weight_decay=DECAY)
    rate = torch.optim.lr_scheduler.OneCycleLR(machine, RATE, total_steps=steps)
    todo: list[np.ndarray] = []
    for _ in range(steps):
        todo = todo or list(batches([len(r) for r in rows], chance))
        seen = padded([rows[i] for i in todo.pop()])
        away = hidden(seen)
        if not away.any():
            continue
        told = level(layers.read(seen.masked_fill(away, UNSEEN))[away])
        loss = functional.cross_entropy(told @ layers.vectors.weight.T + bias, seen[away])
        machine.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(weights, 1.0)
        machine.step()
        rate.step()
    return layers, letters
