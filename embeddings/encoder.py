"""Encoders: the bundled static model run with numpy, or any sentence-transformers model by name."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

BUNDLED = Path(__file__).parent / "model"


class Encoder(Protocol):
    """Turns texts into unit vectors."""

    name: str
    dim: int

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Rows of unit length, shape (len(texts), dim), float32."""
        ...


class StaticEncoder:
    """A static (bag of token vectors) model read by model2vec, without torch."""

    def __init__(self, folder: Path, name: str) -> None:
        from model2vec import StaticModel
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        vectors = load_file(folder / "model.safetensors")["embedding.weight"]
        self.model = StaticModel(vectors, Tokenizer.from_file(str(folder / "tokenizer.json")))
        self.name = name
        self.dim = int(self.model.dim)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        return unit(np.asarray(self.model.encode(list(texts)), dtype=np.float32))


class TransformerEncoder:
    """Any sentence-transformers model; importing torch takes seconds, so it happens here only."""

    def __init__(self, name: str) -> None:
        from sentence_transformers import SentenceTransformer

        self.model = SentenceTransformer(name, device="cpu")
        self.name = name
        self.dim = int(self.model.get_embedding_dimension())

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        rows = self.model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(rows, dtype=np.float32)


def load_encoder(name: str = "bundled") -> Encoder:
    """The encoder called `name`: "bundled", a model name, or a folder."""
    if name == "bundled":
        digest = (BUNDLED / "digest.txt").read_text().strip()
        return StaticEncoder(BUNDLED, f"bundled-{digest}")
    return TransformerEncoder(name)


def unit(rows: np.ndarray) -> np.ndarray:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.maximum(norms, 1e-9)
