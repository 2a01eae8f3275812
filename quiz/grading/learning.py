"""Train the networks that compare a wording with an answer: `python -m quiz.grading.learning`, about an hour on two cores.

They begin from layers that have guessed hidden characters in the texts of the handbook and the question bank, and learn
from the dev part of the labelled answers, each without a fourth of the keys.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import torch
from sklearn.utils.parallel import Parallel, delayed
from torch import Tensor, nn
from torch.nn import functional

from embeddings.characters import BLANK, FIRST, UNSEEN, WIDTH
from embeddings.training.characters import Layers, batches, numbered, padded, pretrain
from kb.reading import CONTENT, load_library
from quiz.bank import shipped
from quiz.grading.comparing import FILE, FOLDS, LONGEST, Comparer, arrays_of, fold_of
from quiz.grading.quantities import fold

GUESSING_STEPS = 8_000
EPOCHS, BATCH, RATE, DECAY, DROP, HIDDEN = 9, 32, 1.5e-3, 0.02, 0.2, 0.06
WIDE = 128
# What is known is known to this share, so that no mark is certain.
CERTAIN = 0.96
# Answers to other keys that each key is shown, which meet nothing.
FOREIGN = 3
NEVER = -1e4
LABELLED = Path(__file__).parents[2] / "tests" / "golden" / "grade.jsonl"


@dataclass(frozen=True)
class Example:
    """Whether an answer asserts a point, by any of its wordings; `fold` is the network that does not see it."""

    wordings: tuple[str, ...]
    answer: str
    met: bool
    fold: int


class Network(Layers):
    """The layers of `Comparer`, with dropout; two batches of characters to log odds (batch,)."""

    def __init__(self, letters: int) -> None:
        super().__init__(letters, DROP)
        self.attend = nn.Linear(WIDTH, WIDTH, bias=False)
        nn.init.eye_(self.attend.weight)
        self.attend.weight.data *= 2 / WIDTH**0.5
        self.set_beside = nn.Linear(4 * WIDTH, WIDE)
        self.near = nn.Conv1d(WIDE, WIDE, 3, padding=1)
        self.weigh = nn.Linear(4 * WIDE, WIDE)
        self.out = nn.Linear(WIDE, 1)

    def forward(self, keys: Tensor, answers: Tensor) -> Tensor:
        key, said = self.read(keys), self.read(answers)
        blank_key, blank_said = keys == BLANK, answers == BLANK
        like = self.attend(key) @ said.transpose(1, 2)
        of_key = torch.softmax(like.masked_fill(blank_said.unsqueeze(1), NEVER), 2) @ said
        of_said = torch.softmax(like.masked_fill(blank_key.unsqueeze(2), NEVER), 1).transpose(1, 2) @ key
        pooled = torch.cat([self.side(key, of_key, blank_key), self.side(said, of_said, blank_said)], 1)
        return self.out(self.drop(functional.relu(self.weigh(self.drop(pooled))))).squeeze(1)

    def side(self, own: Tensor, other: Tensor, blank: Tensor) -> Tensor:
        real = (~blank).unsqueeze(2)
        beside = torch.cat([own, other, (own - other).abs(), own * other], 2)
        seen = self.drop(functional.relu(self.set_beside(beside)) * real)
        seen = (seen + functional.relu(self.near(seen.transpose(1, 2))).transpose(1, 2)) * real
        mean = seen.sum(1) / real.sum(1).clamp(min=1)
        return torch.cat([seen.masked_fill(~real, NEVER).amax(1), mean], 1)


def examples(rows: Sequence[dict]) -> list[Example]:
    """Every labelled point, wordings of one point as answers to each other, and answers to other keys."""
    found, keys = [], {row["key"][0][0]: row["key"] for row in rows}
    for row in rows:
        for wordings, met in zip(row["key"], row["met"], strict=True):
            found.append(Example(tuple(wordings), row["answer"], met, fold_of(row["key"])))
    for key in keys.values():
        for wordings in key:
            for i, own in enumerate(wordings):
                if others := (*wordings[:i], *wordings[i + 1 :]):
                    found.append(Example(others, own, True, fold_of(key)))
    return found + list(foreign(rows, keys))


def foreign(rows: Sequence[dict], keys: dict[str, list[list[str]]]) -> Iterator[Example]:
    """Right answers to other keys of the same fold, so that no network sees what it must not."""
    chance = np.random.default_rng(0)
    right = [row for row in rows if all(row["met"])]
    of_fold = {n: [r["answer"] for r in right if fold_of(r["key"]) == n] for n in range(FOLDS)}
    for key in keys.values():
        for wordings in key:
            for answer in chance.choice(of_fold[fold_of(key)], FOREIGN):
                yield Example(tuple(wordings), str(answer), False, fold_of(key))


def texts(rows: Sequence[dict]) -> list[str]:
    """What hidden characters are guessed in: the handbook, the question bank, and the labelled answers with their keys."""
    library = load_library(("shipped", CONTENT), today=date.today())
    found = [text for a in library.articles.values() for text in (a.title, *a.questions)]
    found += [part for a in library.articles.values() for h in a.headings for part in h.text.split("\n")]
    for question in shipped()[0].values():
        found += [question.stem, question.explanation, *question.options]
    found += [text for row in rows for text in (row["answer"], *(w for point in row["key"] for w in point))]
    return sorted({fold(t.replace("**", "")) for t in found if len(t) > 3})


def fit(rows: Sequence[dict]) -> list[Comparer]:
    """One network for each fold, which does not see the keys of its own."""
    layers, letters = pretrain(texts(rows), GUESSING_STEPS)
    known, start = examples(rows), layers.state_dict()
    return Parallel(n_jobs=-1)(
        delayed(train)([e for e in known if e.fold != n], letters, start, n) for n in range(FOLDS)
    )


def train(known: Sequence[Example], letters: str, start: dict, seed: int) -> Comparer:
    """Cross entropy over one wording of each point at a time, by AdamW on one cycle (Smith 2018)."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    chance = np.random.default_rng(seed)
    network = Network(len(letters))
    network.load_state_dict(start, strict=False)
    keys = [numbered(letters, [fold(w) for w in e.wordings], LONGEST) for e in known]
    answers = numbered(letters, [fold(e.answer) or " " for e in known], LONGEST)
    truth = torch.tensor([CERTAIN * e.met + (1 - CERTAIN) / 2 for e in known])
    machine = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    steps = EPOCHS * -(-len(known) // BATCH)
    rate = torch.optim.lr_scheduler.OneCycleLR(machine, RATE, total_steps=steps)
    for _ in range(EPOCHS):
        for at in batches([len(a) for a in answers], chance, BATCH):
            shown = padded([keys[i][chance.integers(len(keys[i]))] for i in at])
            odds = network(dimmed(shown), dimmed(padded([answers[i] for i in at])))
            loss = functional.binary_cross_entropy_with_logits(odds, truth[at])
            machine.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            machine.step()
            rate.step()
    return taken(network.eval(), letters)


def dimmed(numbers: Tensor) -> Tensor:
    """With some characters hidden, so that no single one decides."""
    return numbers.masked_fill((torch.rand(numbers.shape) < HIDDEN) & (numbers >= FIRST), UNSEEN)


def taken(network: Network, letters: str) -> Comparer:
    """The weights, turned so that rows of characters multiply them from the left."""
    with torch.no_grad():
        return Comparer(
            letters, **network.arrays(), attend=network.attend.weight.numpy().T,
            set_beside=network.set_beside.weight.numpy().T, set_beside_bias=network.set_beside.bias.numpy(),
            near=network.near.weight.permute(2, 1, 0).numpy(), near_bias=network.near.bias.numpy(),
            weigh=network.weigh.weight.numpy().T, weigh_bias=network.weigh.bias.numpy(),
            out=network.out.weight.numpy()[0], out_bias=network.out.bias.numpy(),
        )  # fmt: skip


if __name__ == "__main__":
    labelled = [json.loads(line) for line in LABELLED.read_text(encoding="utf-8").splitlines()]
    taught = [row for row in labelled if row["split"] == "dev"]
    np.savez_compressed(FILE, **arrays_of(fit(taught)))
    print(f"{len(taught)} labelled answers: {FILE.name}")
