"""The kernel distance of two sets of features, with its interval; in Inception features it is the KID."""

import math
from typing import NamedTuple

from torch import Tensor

from sparring.metrics.rows import blocks, rows, two
from sparring.metrics.two_sample import Z_95
from sparring.metrics.value import Value

FEWEST = 20
"""Pictures of each set from which an interval is given."""


class Table(NamedTuple):
    """What is needed of a table of kernel values: row and column means, the mean of all and of their squares."""

    rows: Tensor
    columns: Tensor
    mean: float
    square: float

    @property
    def surprise(self) -> float:
        """The mean square of what is left when row and column means are taken off: E k~(x, y)^2."""
        means = self.rows.square().mean() + self.columns.square().mean()
        return max(0.0, self.square - float(means) + self.mean**2)


def kernel_distance(fake: Tensor, real: Tensor) -> Value:
    """Unbiased squared MMD with k(f, g) = (f.g / d + 1)^3 of raw features; about 0, also below, for one distribution.

    All pairs count, none twice: no subsets are drawn, so it is a function of the two sets, and its expectation does not depend on
    how many pictures there are. Published KIDs are means over subsets of 1,000 and have the same expectation.

    The interval is for both sets drawn anew: all t with (value - t)^2 <= 1.96^2 (V2 + c t). V2 is the variance where both are of
    one distribution and the statistic is degenerate: 2/m(m-1) E k~(x, x')^2 + 2/n(n-1) E k~(y, y')^2 + 4/mn E k~(x, y)^2, with
    the doubly centred kernel k~. The rest, V1, is the jackknife's variance, 4/m Var(g_i) + 4/n Var(h_j) with
    g_i = mean_j k(x_i, x_j) - mean_j k(x_i, y_j) and h_j likewise, less twice V2, which the jackknife counts twice. V1 grows with
    the distance, hence c = V1 / value. So 0 is tested with the variance that holds at 0, and 95 in 100 intervals of one
    distribution contain it; far from 0 the interval is the usual one, moved somewhat upwards.

    Args:
        fake: (m, d), m >= 2.
        real: (n, d), n >= 2.

    Returns:
        The distance and its 95 % interval; no interval below 20 pictures on either side.

    Raises:
        ValueError: If a set is too small, they differ in d, or a value is not finite.

    Source: Binkowski et al. 2018, section 4 (KID); Gretton et al. 2012, lemma 6 and theorem 12; Efron & Stein 1981 (jackknife).
    """
    x, y = two(fake, real, least=2)
    xx, yy, xy = _within(x), _within(y), _between(x, y)
    value, m, n = xx.mean + yy.mean - 2 * xy.mean, len(x), len(y)
    if min(m, n) < FEWEST:
        return Value(value)
    second = 2 / (m * (m - 1)) * xx.surprise + 2 / (n * (n - 1)) * yy.surprise + 4 / (m * n) * xy.surprise
    jackknife = 4 / m * float((xx.rows - xy.rows).var()) + 4 / n * float((yy.rows - xy.columns).var())
    return Value(value, *_interval(value, second, max(0.0, jackknife - 2 * second)))


class Kept:
    """Real features to which many sets are compared: what depends on them alone is computed once.

    Args:
        real: (n, d), n >= 2.

    Raises:
        ValueError: If there are too few, or a value is not finite.
    """

    def __init__(self, real: Tensor) -> None:
        self.real = rows(real, "real", least=2)
        self.within = _within(self.real).mean

    def distance(self, fake: Tensor) -> float:
        """The value of `kernel_distance`, without its interval, of (m, d) features, m >= 2."""
        x, y = two(fake, self.real, least=2)
        return _within(x).mean + self.within - 2 * _between(x, y).mean


def _interval(value: float, second: float, first: float) -> tuple[float, float]:
    """The roots t of (value - t)^2 = z^2 (second + c t)."""
    at_zero = Z_95**2 * second
    growth = first * value / max(value**2, at_zero) if value > 0 else 0.0  # where the value may be 0, c means little
    lean = Z_95**2 * growth / 2
    reach = math.sqrt(at_zero + 2 * lean * value + lean**2)
    return value + lean - reach, value + lean + reach


def _kernel(a: Tensor, b: Tensor) -> Tensor:
    return (a @ b.T).div_(a.shape[1]).add_(1).pow_(3)


def _between(x: Tensor, y: Tensor) -> Table:
    rows, columns, squares = x.new_zeros(len(x)), x.new_zeros(len(y)), x.new_zeros(())
    for part in blocks(len(x), len(y)):
        k = _kernel(x[part], y)
        rows[part] = k.sum(1)
        columns += k.sum(0)
        squares += k.square_().sum()
    n = len(x) * len(y)
    return Table(rows / len(y), columns / len(x), float(rows.sum()) / n, float(squares) / n)


def _within(x: Tensor) -> Table:
    """Without a picture's kernel with itself; only the upper half is computed."""
    n = len(x)
    sums, squares = x.new_zeros(n), x.new_zeros(())
    for part in blocks(n, n):
        k = _kernel(x[part], x[part.start :])
        width = len(k)
        k.diagonal().zero_()
        sums[part] += k.sum(1)
        sums[part.stop :] += k[:, width:].sum(0)
        k.square_()
        squares += k[:, :width].sum() + 2 * k[:, width:].sum()
    means = sums / (n - 1)
    return Table(means, means, float(means.mean()), float(squares) / (n * (n - 1)))
