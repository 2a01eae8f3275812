"""Exact nearest neighbours by inner product, kept in one FAISS file."""

from pathlib import Path

import faiss
import numpy as np

faiss.omp_set_num_threads(1)


class VectorIndex:
    """Unit vectors in half precision; the row number is the id."""

    def __init__(self, index: faiss.Index) -> None:
        self.index = index

    @classmethod
    def build(cls, vectors: np.ndarray) -> "VectorIndex":
        index = faiss.IndexScalarQuantizer(
            vectors.shape[1], faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        )
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    def search(self, query: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
        """(rows, cosines) of the nearest `count` vectors to one query of shape (dim,)."""
        count = min(count, self.index.ntotal)
        if count == 0:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        scores, rows = self.index.search(query[None].astype(np.float32), count)
        return rows[0], scores[0]

    def save(self, path: Path) -> None:
        faiss.write_index(self.index, str(path))

    @classmethod
    def load(cls, path: Path) -> "VectorIndex":
        """Read a saved index; raises RuntimeError when the file is damaged."""
        return cls(faiss.read_index(str(path)))
