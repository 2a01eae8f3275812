"""BM25 over flat arrays: small, fast, and saved as one file."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

# Robertson & Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009), usual values.
K1, B = 1.2, 0.75


class Lexical:
    """Postings of one field: for each term the rows that hold it and their BM25 weights."""

    def __init__(self, terms: Sequence[str], starts: np.ndarray, rows: np.ndarray, weights: np.ndarray,
                 idf: np.ndarray, size: int, mean: float) -> None:  # fmt: skip
        """`mean` is the mean length of a row."""
        self.ids = {term: i for i, term in enumerate(terms)}
        self.terms, self.starts, self.rows, self.weights = terms, starts, rows, weights
        self.idf, self.size, self.mean = idf, size, mean
        # A query term that no row holds still counts as rare, so that strange queries score low.
        self.unknown = float(np.log(1 + (size + 0.5) / 0.5))

    @classmethod
    def build(cls, texts: Sequence[Sequence[str]]) -> "Lexical":
        lengths = np.array([len(t) for t in texts], dtype=np.float32)
        mean = float(lengths.mean()) if len(lengths) else 1.0
        terms = sorted({term for text in texts for term in text})
        ids = {term: i for i, term in enumerate(terms)}
        tokens = np.fromiter((ids[term] for text in texts for term in text), np.int64, int(lengths.sum()))
        places = tokens * len(texts) + np.repeat(np.arange(len(texts)), lengths.astype(np.int64))
        places, tf = np.unique(places, return_counts=True)
        owners, rows = np.divmod(places, max(len(texts), 1))
        sizes = np.bincount(owners, minlength=len(terms))
        starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        idf = np.log(1 + (len(texts) - sizes + 0.5) / (sizes + 0.5)).astype(np.float32)
        norm = K1 * (1 - B + B * lengths[rows] / max(mean, 1e-6))
        weights = (idf[owners] * tf * (K1 + 1) / (tf + norm)).astype(np.float32)
        return cls(terms, starts, rows.astype(np.int32), weights, idf, len(texts), mean)

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

    def with_room(self, at: int) -> "Lexical":
        """A copy with an empty row `at`; later rows move up by one."""
        rows = self.rows + (self.rows >= at).astype(np.int32)
        return Lexical(self.terms, self.starts, rows, self.weights, self.idf, self.size + 1, self.mean)

    def with_rows(self, gone: np.ndarray, fresh: Mapping[int, Sequence[str]]) -> "Lexical":
        """A copy in which the rows `gone` say nothing and the `fresh` ones say what is given, at the old idf."""
        kept = ~np.isin(self.rows, gone)
        before = np.concatenate([[0], np.cumsum(kept)])
        ids = dict(self.ids)
        for text in fresh.values():
            for term in text:
                ids.setdefault(term, len(ids))
        added = len(ids) - len(self.terms)
        idf = np.concatenate([self.idf, np.full(added, self.unknown, np.float32)])
        starts = before[np.concatenate([self.starts, np.full(added, self.starts[-1])])]
        found = sorted(
            (ids[t], row, n, len(text)) for row, text in fresh.items() for t, n in Counter(text).items()
        )
        owners, rows, tf, length = np.array(found, np.int64).reshape(-1, 4).T
        norm = K1 * (1 - B + B * length / max(self.mean, 1e-6))
        gained = (idf[owners] * tf * (K1 + 1) / (tf + norm)).astype(np.float32)
        ends = starts[owners + 1]
        starts = starts + np.concatenate([[0], np.cumsum(np.bincount(owners, minlength=len(ids)))])
        size = max(self.size, *(row + 1 for row in fresh)) if fresh else self.size
        return Lexical(list(ids), starts, np.insert(self.rows[kept], ends, rows.astype(np.int32)),
                       np.insert(self.weights[kept], ends, gained), idf, size, self.mean)  # fmt: skip

    def save(self, path: Path) -> None:
        np.savez(path, terms=np.array("\n".join(self.terms)), starts=self.starts, rows=self.rows,
                 weights=self.weights, idf=self.idf, size=self.size, mean=self.mean)  # fmt: skip

    @classmethod
    def load(cls, path: Path) -> "Lexical":
        with np.load(path) as data:
            terms = str(data["terms"]).split("\n") if data["terms"].size else []
            return cls(terms, data["starts"], data["rows"], data["weights"], data["idf"], int(data["size"]),
                       float(data["mean"]))  # fmt: skip
