"""The model: a unigram tokenizer over words and characters, a table of vectors, InfoNCE with in-batch negatives.

Loss: van den Oord et al., Representation Learning with Contrastive Predictive Coding (2018), symmetric form.
"""

import math
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from embeddings.training.pairs import Pairs


@dataclass(frozen=True)
class Recipe:
    vocabulary: int = 26_000
    dim: int = 256
    steps: int = 1_500
    batch: int = 1_024
    rate: float = 0.02
    temperature: float = 0.05
    # Share of a text's tokens that is left out at random, so that no single word carries a meaning alone.
    dropped: float = 0.3
    # Share of all batches that are drawn from domain pairs.
    domain_share: float = 0.5
    # Batches of a source are drawn in proportion to its size to this power.
    size_power: float = 0.6
    seed: int = 0


def build_tokenizer(found: Sequence[Pairs], recipe: Recipe):
    """Pieces are jieba words and single characters scored by log frequency; no jieba at run time."""
    import jieba
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    jieba.setLogLevel(60)
    words, characters, chance = Counter(), Counter(), random.Random(recipe.seed)
    for source in found:
        texts = [*source.queries, *source.positives]
        own = source.name.startswith("domain:")
        for text in texts if own else chance.sample(texts, min(len(texts), 60_000)):
            words.update(w for w in jieba.cut(text.lower()[:200], HMM=False) if re.search(r"\w", w))
            characters.update(text.lower()[:200])
    total = sum(words.values())
    single = [c for c, n in characters.most_common(8_000) if n >= 2 and re.match(r"\w", c)]
    longer = [w for w, n in words.most_common() if 2 <= len(w) <= 6 and n >= 3][
        : recipe.vocabulary - len(single) - 1
    ]
    pieces = [("[UNK]", -25.0)]
    pieces += [(c, math.log(max(words[c], 0.5) / total) - 1.0) for c in single]
    pieces += [(w, math.log(words[w] / total)) for w in longer]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=0))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Whitespace(), pre_tokenizers.Punctuation("removed"),
        pre_tokenizers.Split(Regex(r"[a-z]+|[0-9]+"), "isolated"),
    ])  # fmt: skip
    return tokenizer


def pack(tokenizer, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Token ids of all texts end to end, and where each text starts."""
    ids = [e.ids or [0] for e in tokenizer.encode_batch(list(texts), add_special_tokens=False)]
    starts = np.concatenate([[0], np.cumsum([len(x) for x in ids])]).astype(np.int64)
    return np.concatenate([np.asarray(x, np.int64) for x in ids]), starts


def train(
    found: Sequence[Pairs], tokenizer, recipe: Recipe, report: Callable[[int, float], None]
) -> np.ndarray:
    """The table of token vectors, shape (vocabulary, dim), float32; the same seed gives the same table."""
    import torch

    torch.manual_seed(recipe.seed)
    chance = np.random.default_rng(recipe.seed)
    data = [(pack(tokenizer, p.queries), pack(tokenizer, p.positives), keys(p)) for p in found]
    weights = source_weights(found, recipe)
    table = torch.nn.EmbeddingBag(tokenizer.get_vocab_size(), recipe.dim, mode="mean")
    torch.nn.init.normal_(table.weight, 0, 0.1)
    optimizer = torch.optim.Adam(table.parameters(), lr=recipe.rate)
    smooth = 0.0
    for step in range(recipe.steps):
        for group in optimizer.param_groups:
            group["lr"] = recipe.rate * min(1.0, (step + 1) / 50) * max(0.02, 1 - step / recipe.steps)
        queries, positives, key = data[chance.choice(len(data), p=weights)]
        rows = chance.choice(len(key), min(recipe.batch, len(key)), replace=False)
        sides = [embed(table, side, rows, recipe.dropped, chance) for side in (queries, positives)]
        loss = contrast(*sides, key[rows], recipe.temperature)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        smooth = loss.item() if step == 0 else 0.98 * smooth + 0.02 * loss.item()
        if (step + 1) % 200 == 0:
            report(step + 1, smooth)
    return table.weight.detach().numpy()


def keys(found: Pairs) -> np.ndarray:
    """One number per row: equal for rows of one group, else of the query."""
    numbers: dict[str, int] = {}
    return np.array(
        [
            numbers.setdefault(g or f"\0{q}", len(numbers))
            for g, q in zip(found.groups, found.queries, strict=True)
        ]
    )


def source_weights(found: Sequence[Pairs], recipe: Recipe) -> np.ndarray:
    own = np.array([p.name.startswith("domain:") for p in found])
    size = np.array([len(p.queries) ** recipe.size_power for p in found])
    if own.all() or not own.any():
        return size / size.sum()
    shares = np.where(
        own, recipe.domain_share / size[own].sum(), (1 - recipe.domain_share) / size[~own].sum()
    )
    return size * shares


def embed(
    table,
    packed: tuple[np.ndarray, np.ndarray],
    rows: np.ndarray,
    dropped: float,
    chance: np.random.Generator,
):
    import torch

    tokens, starts = packed
    parts = [thin(tokens[starts[r] : starts[r + 1]], dropped, chance) for r in rows]
    offsets = np.concatenate([[0], np.cumsum([len(p) for p in parts])[:-1]])
    vectors = table(torch.from_numpy(np.concatenate(parts)), torch.from_numpy(offsets))
    return torch.nn.functional.normalize(vectors, dim=1)


def thin(tokens: np.ndarray, dropped: float, chance: np.random.Generator) -> np.ndarray:
    """The tokens without a random share of them, never without all."""
    kept = tokens[chance.random(len(tokens)) >= dropped]
    return kept if len(kept) else tokens[:1]


def contrast(queries, positives, key: np.ndarray, temperature: float):
    """Symmetric InfoNCE; rows of one group are masked out of each other's negatives."""
    import torch

    same = torch.from_numpy(key[:, None] == key[None, :])
    same.fill_diagonal_(False)
    scores = (queries @ positives.T / temperature).masked_fill(same, -1e4)
    label = torch.arange(len(key))
    return (
        torch.nn.functional.cross_entropy(scores, label) + torch.nn.functional.cross_entropy(scores.T, label)
    ) / 2


def save(folder: Path, tokenizer, vectors: np.ndarray) -> None:
    """Write in sentence-transformers format, half precision."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    model = SentenceTransformer(
        modules=[StaticEmbedding(tokenizer, embedding_weights=vectors), Normalize()], device="cpu"
    )
    model.half()
    model.save(str(folder))
