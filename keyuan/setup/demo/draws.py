"""Seeded draws: every stage of every chunk has a stream of its own, so that no stage moves another's numbers."""

from collections.abc import Sequence
from zlib import crc32

import numpy as np

from keyuan.setup.demo.days import Bools, Ints


class Draws:
    """Random columns of one stage."""

    def __init__(self, seed: int, stage: str, chunk: int = 0) -> None:
        self._rng = np.random.Generator(np.random.PCG64([seed, crc32(stage.encode()), chunk]))

    def below(self, limit: Ints | int, size: int) -> Ints:
        """Return whole numbers from 0 up to but not ``limit``."""
        return (self._rng.random(size) * np.asarray(limit)).astype(np.int64)

    def between(self, low: Ints | int, high: Ints | int, size: int) -> Ints:
        """Return whole numbers from ``low`` to ``high``, both possible."""
        return np.asarray(low) + self.below(np.asarray(high) - np.asarray(low) + 1, size)

    def chance(self, share: "float | np.ndarray[tuple[int], np.dtype[np.float64]]", size: int) -> Bools:
        """Return True in a ``share`` of cases."""
        return self._rng.random(size) < share

    def pick(self, weights: Sequence[float], size: int) -> Ints:
        """Return indexes into ``weights``, as often as they weigh."""
        edges = np.cumsum(np.asarray(weights, dtype=np.float64))
        return np.searchsorted(edges, self._rng.random(size) * edges[-1], side="right").astype(np.int64)

    def spread(self, median: Ints | float, sigma: float, size: int) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
        """Return log-normal amounts around ``median``."""
        return np.exp(self._rng.standard_normal(size) * sigma) * np.asarray(median)

    def waiting(self, mean: float, size: int) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
        """Return exponential waiting times."""
        return self._rng.exponential(mean, size)

    def uniform(self, size: int) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
        """Return numbers from 0 up to 1."""
        return self._rng.random(size)

    def poisson(self, mean: "float | np.ndarray[tuple[int], np.dtype[np.float64]]", size: int) -> Ints:
        """Return counts."""
        return self._rng.poisson(mean, size).astype(np.int64)
