"""Nearest neighbours by inner product, kept in one FAISS file: exact while few, in cells when many."""

from pathlib import Path

import faiss
import numpy as np

faiss.omp_set_num_threads(1)
# From so many vectors on, only the cells nearest to a query are read (Jégou, Douze, Schmid 2011, inverted files).
MANY = 40_000
CELLS, VISITED, ROUNDS = 256, 64, 6


class VectorIndex:
    """Unit vectors in half precision; the row number is the id."""

    def __init__(self, index: faiss.Index) -> None:
        self.index = index

    @classmethod
    def build(cls, vectors: np.ndarray) -> "VectorIndex":
        vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        index = cells(vectors) if len(vectors) >= MANY else flat(vectors.shape[1])
        index.add(vectors)
        return cls(index)

    def extended(self, vectors: np.ndarray) -> "VectorIndex":
        """A copy with further rows; searches of this one go on undisturbed."""
        index = faiss.clone_index(self.index)
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return VectorIndex(index)

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


def flat(dim: int) -> faiss.Index:
    return faiss.IndexScalarQuantizer(dim, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)


def cells(vectors: np.ndarray) -> faiss.Index:
    """An empty index whose cells were learned from the vectors."""
    dim = vectors.shape[1]
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dim), dim, CELLS, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT, False
    )
    index.cp.niter, index.cp.spherical, index.nprobe = ROUNDS, True, VISITED
    index.train(vectors)
    return index
