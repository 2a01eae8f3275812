"""Other searches over the same passages: each takes the texts and gives a function from a query to its ten best."""

import sqlite3
from collections.abc import Callable, Sequence

from embeddings import load_encoder
from kb.search.analysis import fold, words

Search = Callable[[str], object]
BEST = 10


def bm25(texts: Sequence[str]) -> Search:
    """bm25s over jieba words."""
    import bm25s

    index = bm25s.BM25()
    index.index([words(fold(t)) for t in texts], show_progress=False)
    return lambda query: index.retrieve([words(fold(query)) or ["的"]], k=BEST, show_progress=False)


def trigrams(texts: Sequence[str]) -> Search:
    """SQLite's full-text search over three-character pieces, any of which may match."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE passage USING fts5(text, tokenize='trigram')")
    base.executemany("INSERT INTO passage VALUES (?)", [(fold(t),) for t in texts])

    def search(query: str) -> object:
        text = fold(query).replace('"', "")
        pieces = " OR ".join(f'"{text[i : i + 3]}"' for i in range(max(1, len(text) - 2)))
        ranked = "SELECT rowid FROM passage WHERE passage MATCH ? ORDER BY rank LIMIT ?"
        return base.execute(ranked, (pieces, BEST)).fetchall()

    return search


def vectors(texts: Sequence[str]) -> Search:
    """txtai with the same encoder, words and vectors together."""
    from txtai import Embeddings

    encoder = load_encoder()
    index = Embeddings(
        method="external", transform=lambda texts: encoder.encode(texts), backend="faiss", hybrid=True
    )
    index.index(enumerate(texts))
    return lambda query: index.search(query, BEST)


PEERS = {"bm25s": bm25, "SQLite FTS5 trigram": trigrams, "txtai hybrid": vectors}
