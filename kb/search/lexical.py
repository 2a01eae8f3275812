"""BM25 over flat arrays: small, fast, and saved as one file."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

# Robertson & Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009), usual values.
K1, B = 1.2, 0.75


class Lexical:
    """Postings of one field: for each term the rows that hold it and their BM25 weights."""

    def __init__(self, terms: Sequence[str], starts: np.ndarray, rows: np.ndarray, weights: np.ndarray,
                 idf: np.ndarray, size: int) -> None:  # fmt: skip
        self.ids = {term: i for i, term in enumerate(terms)}
        self.terms, self.starts, self.rows, self.weights, self.idf, self.size = (
            terms,
            starts,
            rows,
            weights,
            idf,
            size,
        )
        # A query term that no row holds still counts as rare, so that strange queries score low.
        self.unknown = float(np.log(1 + (size + 0.5) / 0.5))

    @classmethod
    def build(cls, texts: Sequence[Sequence[str]]) -> "Lexical":
        counts = [Counter(t) for t in texts]
        lengths = np.array([sum(c.values()) for c in counts], dtype=np.float32)
        mean = float(lengths.mean()) if len(lengths) else 1.0
        postings: dict[str, list[tuple[int, int]]] = {}
        for row, count in enumerate(counts):
            for term, n in count.items():
                postings.setdefault(term, []).append((row, n))
        terms = sorted(postings)
        sizes = np.array([len(postings[t]) for t in terms], dtype=np.int64)
        starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        rows = np.array([r for t in terms for r, _ in postings[t]], dtype=np.int32)
        tf = np.array([n for t in terms for _, n in postings[t]], dtype=np.float32)
        idf = np.log(1 + (len(texts) - sizes + 0.5) / (sizes + 0.5)).astype(np.float32)
        norm = K1 * (1 - B + B * lengths[rows] / max(mean, 1e-6)) if len(rows) else tf
        weights = (np.repeat(idf, sizes) * tf * (K1 + 1) / (tf + norm)).astype(np.float32)
        return cls(terms, starts, rows, weights, idf, len(texts))

    def scores(self, query: Sequence[str], weight: Sequence[float] | None = None) -> np.ndarray:
        """BM25 of every row divided by the query's own idf sum, so that 1 is about a full match."""
        out = np.zeros(self.size, dtype=np.float32)
        total = 0.0
        for at, term in enumerate(dict.fromkeys(query)):
            share = weight[at] if weight is not None else 1.0
            i = self.ids.get(term)
            if i is None:
                total += self.unknown * share
                continue
            part = slice(self.starts[i], self.starts[i + 1])
            out[self.rows[part]] += share * self.weights[part]
            total += float(self.idf[i]) * share
        return out / (total * (K1 + 1) / 2 + 1e-6) if total else out

    def save(self, path: Path) -> None:
        np.savez(path, terms=np.array("\n".join(self.terms)), starts=self.starts, rows=self.rows,
                 weights=self.weights, idf=self.idf, size=self.size)  # fmt: skip

    @classmethod
    def load(cls, path: Path) -> "Lexical":
        with np.load(path) as data:
            terms = str(data["terms"]).split("\n") if data["terms"].size else []
            return cls(terms, data["starts"], data["rows"], data["weights"], data["idf"], int(data["size"]))
