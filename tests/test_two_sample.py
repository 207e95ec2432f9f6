"""The honest two-sample test: what it must tell apart, what it must not, and what it says."""

import time

import pytest
import torch
from torch import Tensor

from sparring.metrics.two_sample import TwoSample, two_sample, wilson, words


def _points(n: int, shift: float, seed: int = 0) -> tuple[Tensor, Tensor]:
    g = torch.Generator().manual_seed(seed)
    return torch.randn(n, 2, generator=g), torch.randn(n, 2, generator=g) + torch.tensor([shift, 0.0])


def _pictures(n: int, same: bool, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Smooth blobs; the others have a little checkerboard, as transposed convolutions leave behind."""
    g = torch.Generator().manual_seed(seed)

    def draw() -> Tensor:
        coarse = torch.randn(n, 1, 7, 7, generator=g)
        return torch.nn.functional.interpolate(coarse, 28, mode="bilinear").tanh()

    real, fake = draw(), draw()
    board = (torch.arange(28)[:, None] + torch.arange(28)) % 2 * 2.0 - 1
    return real, fake if same else fake + 0.1 * board


def test_wilson_interval() -> None:
    assert wilson(50, 100) == pytest.approx((0.40383, 0.59617), abs=1e-5)
    assert wilson(0, 10) == pytest.approx((0.0, 0.27754), abs=1e-5)
    assert wilson(10, 10) == pytest.approx((0.72246, 1.0), abs=1e-5)
    with pytest.raises(ValueError, match="11 of 10"):
        wilson(11, 10)


def test_alike_points_cannot_be_told_apart() -> None:
    """At 95 % one in twenty misses, or a few more for the power that is asked: at least 6 of 8 seeds."""
    found = [two_sample(*_points(2000, 0.0, seed), seed=seed, epochs=5) for seed in range(8)]
    assert sum(f.indistinguishable for f in found) >= 6
    assert all(f.n == 2000 for f in found)


@pytest.mark.parametrize("shift", [0.5, 1.0, 3.0])
def test_shifted_points_are_told_apart(shift: float) -> None:
    """Control, and nearly as well as is possible: (1 + TV)/2 = Phi(shift / 2)."""
    found = two_sample(*_points(2000, shift))
    best = float(torch.special.ndtr(torch.tensor(shift / 2)))
    assert not found.indistinguishable
    assert best - 0.06 < found.accuracy < best + 0.03


def test_pictures() -> None:
    start = time.process_time()
    same, differ = two_sample(*_pictures(1000, True)), two_sample(*_pictures(1000, False))
    assert time.process_time() - start < 30
    assert same.indistinguishable
    assert not differ.indistinguishable
    assert differ.accuracy > 0.9


def test_a_small_test_never_says_alike() -> None:
    found = [two_sample(*_points(60, 0.0, seed), seed=seed) for seed in range(3)]
    assert not any(f.indistinguishable for f in found)
    assert "too few" in words(TwoSample(0.5, 0.38, 0.62, 60, False))


def test_the_answer_is_a_function_of_the_seed_and_leaves_chance_alone() -> None:
    real, fake = _points(100, 0.3)
    torch.manual_seed(5)
    before = torch.get_rng_state()
    assert two_sample(real, fake, seed=1) == two_sample(real, fake, seed=1)
    assert torch.equal(before, torch.get_rng_state())
    assert two_sample(real, fake, seed=1) != two_sample(real, fake, seed=2)


def test_no_accelerator_is_seeded(monkeypatch: pytest.MonkeyPatch) -> None:
    """All is done on the CPU; a training on an accelerator draws on as if nobody had asked."""
    seeds: list[int] = []
    monkeypatch.setattr(torch.cuda, "manual_seed_all", seeds.append)
    two_sample(*_points(40, 0.3), seed=1, epochs=1)
    assert seeds == []
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(4)
    assert seeds == [4], "control"


def test_scale_does_not_matter() -> None:
    real, fake = _points(400, 1.0)
    plain, scaled = two_sample(real, fake), two_sample(real * 1e4 + 3e4, fake * 1e4 + 3e4)
    assert scaled.accuracy == pytest.approx(plain.accuracy, abs=0.03)


def test_refuses() -> None:
    real, fake = _points(100, 0.0)
    with pytest.raises(ValueError, match="alike"):
        two_sample(real, fake[:, :1])
    with pytest.raises(ValueError, match="N >= 20"):
        two_sample(real[:10], fake)
    with pytest.raises(ValueError, match="not finite"):
        two_sample(real, fake.clone().fill_(torch.nan))


def test_words() -> None:
    differ = TwoSample(0.7, 0.67, 0.73, 1000, False)
    assert "D is at one half (50.2%) but the samples differ" in words(differ, 0.502)
    assert words(differ, 0.9).startswith("the samples differ")
    assert words(TwoSample(0.5, 0.469, 0.531, 1000, True), 0.5).startswith("indistinguishable")
