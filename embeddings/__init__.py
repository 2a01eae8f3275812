"""Text to vectors to nearest ids; knows no business word."""

from embeddings.encoder import Encoder, load_encoder
from embeddings.vectors import VectorIndex

__all__ = ["Encoder", "VectorIndex", "load_encoder"]
