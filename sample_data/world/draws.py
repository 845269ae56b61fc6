"""Random draws that are the same on every machine and under every NumPy.

Only the raw 64-bit stream of PCG64, which NumPy promises to keep, is used; every law is made from it here.
"""

import math
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")
BLOCK = 128


class Draws:
    """One independent stream of random numbers, named by whole numbers such as (seed, branch, day)."""

    def __init__(self, *key: int) -> None:
        self._bits = np.random.PCG64(np.random.SeedSequence(list(key)))
        self._block: list[int] = []

    def uniform(self) -> float:
        """A number in [0, 1)."""
        if not self._block:
            self._block = self._bits.random_raw(BLOCK).tolist()[::-1]
        return (self._block.pop() >> 11) * 2.0**-53

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.uniform() < probability

    def below(self, n: int) -> int:
        """A whole number from 0 to n - 1."""
        return int(self.uniform() * n)

    def pick(self, options: Sequence[tuple[T, float]]) -> T:
        """One of the options, each given with its weight."""
        left = self.uniform() * sum(weight for _, weight in options)
        for value, weight in options:
            left -= weight
            if left < 0:
                return value
        return options[-1][0]

    def exponential(self, mean: float) -> float:
        """Exponential with this mean."""
        return -mean * math.log(1.0 - self.uniform())

    def weibull(self, scale: float, shape: float) -> float:
        """Weibull with this scale and shape."""
        return scale * (-math.log(1.0 - self.uniform())) ** (1.0 / shape)

    def normal(self, mean: float = 0.0, sd: float = 1.0) -> float:
        """Normal, by Box and Muller."""
        radius = math.sqrt(-2.0 * math.log(1.0 - self.uniform()))
        return mean + sd * radius * math.cos(2.0 * math.pi * self.uniform())

    def logistic(self, scale: float = 1.0) -> float:
        """Logistic around 0."""
        u = min(max(self.uniform(), 1e-12), 1 - 1e-12)
        return scale * math.log(u / (1.0 - u))

    def lognormal(self, mean: float, cv: float) -> float:
        """Lognormal with this mean and coefficient of variation."""
        variance = math.log(1.0 + cv * cv)
        return math.exp(self.normal(math.log(mean) - variance / 2.0, math.sqrt(variance)))
