"""Mean and covariance of a set of features, which can be gathered part by part."""

from typing import NamedTuple

import torch
from torch import Tensor

from sparring.metrics.rows import blocks, rows


class Moments(NamedTuple):
    """Number, mean and scatter of features; parts of a set merge to those of the whole.

    Args:
        n: Rows.
        mean: (d,) float64.
        scatter: sum_i (f_i - mean)(f_i - mean)^T, (d, d) float64.

    Source: Chan, Golub & LeVeque 1979 (updating formulae for sums of squares).
    """

    n: int
    mean: Tensor
    scatter: Tensor

    @classmethod
    def of(cls, features: Tensor) -> "Moments":
        """Of a set of features (N, d), N >= 1, of any floating type.

        Raises:
            ValueError: If it is not (N, d), is empty, or holds a value that is not finite.
        """
        if features.dim() != 2 or not len(features):
            rows(features, "features")
        found: Moments | None = None
        for part in blocks(*features.shape):
            f = rows(features[part], "features")
            mean = f.mean(0)
            own = cls(len(f), mean, (f - mean).T @ (f - mean))
            found = own if found is None else found.merged(own)
        assert found is not None
        return found

    def merged(self, other: "Moments") -> "Moments":
        """Of both sets together.

        Raises:
            ValueError: If they are of different features.
        """
        if len(self.mean) != len(other.mean):
            raise ValueError(f"moments of {len(self.mean)} and of {len(other.mean)} features cannot be merged")
        n, step = self.n + other.n, other.mean.to(self.mean) - self.mean
        between = torch.outer(step, step) * (self.n * other.n / n)
        return Moments(n, self.mean + step * (other.n / n), self.scatter + other.scatter.to(self.scatter) + between)

    @property
    def covariance(self) -> Tensor:
        """The unbiased one, scatter / (n - 1), (d, d) float64.

        Raises:
            ValueError: If there is only one row.
        """
        if self.n < 2:
            raise ValueError(f"{self.n} picture has no covariance; at least 2 are needed")
        return self.scatter / (self.n - 1)
