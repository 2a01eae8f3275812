"""Texts read character by character, with numpy: residual dilated convolutions (Strubell et al. 2017)."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

# Numbers of no character, and of one that is hidden or that training had not seen.
BLANK, UNSEEN = 0, 1
FIRST = 2
# How far apart the three characters lie that each layer looks at.
STEPS = (1, 2, 4, 8)
WIDTH = 128


@dataclass(frozen=True)
class Reader:
    """`vectors` (characters + 2, width), `kernels` (layers, 3, width, width), `biases` (layers, width)."""

    letters: str
    vectors: np.ndarray
    kernels: np.ndarray
    biases: np.ndarray

    @cached_property
    def numbers(self) -> dict[str, int]:
        return {letter: n for n, letter in enumerate(self.letters, FIRST)}

    def read(self, text: str) -> np.ndarray:
        """Each character with what stands around it, shape (characters, width)."""
        seen = self.vectors[[self.numbers.get(letter, UNSEEN) for letter in text]]
        for step, kernel, bias in zip(STEPS, self.kernels, self.biases, strict=True):
            wide = np.pad(seen, ((step, step), (0, 0)))
            near = sum(wide[i * step : i * step + len(text)] @ kernel[i] for i in range(3))
            seen = seen + np.maximum(near + bias, 0)
        return seen
