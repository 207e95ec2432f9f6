"""Measures of a translation, colour baselines, the honesty probe, and the toy whose right answer is known."""

import math

import pytest
import torch

from sparring.metrics import colour, honesty
from sparring.metrics.translation import (
    against_truth,
    colour_correlation,
    drawn,
    kernel_distance,
    mae,
    plain_features,
    psnr,
    share_of_gap,
    ssim,
)
from sparring.metrics.two_sample import TwoSample
from sparring.theory.translation_toy import Known, cycle_words, judge_toy, known_map, toy, world


def some(n=4, channels=3, side=32, seed=0):
    g = torch.Generator().manual_seed(seed)
    return torch.rand(n, channels, side, side, generator=g) * 2 - 1


def test_psnr_and_mae_have_their_closed_forms():
    truth = torch.zeros(2, 3, 8, 8)
    out = truth + torch.tensor([0.2, 0.02])[:, None, None, None]
    assert psnr(out, truth).tolist() == pytest.approx([20.0, 40.0], abs=1e-4)
    assert mae(out, truth).tolist() == pytest.approx([0.1, 0.01], abs=1e-6)
    assert psnr(truth, truth).tolist() == [100.0, 100.0]


def test_the_mask_is_what_is_not_paper_and_only_it_counts():
    a, b = torch.ones(1, 3, 8, 8), torch.ones(1, 3, 8, 8)
    a[0, 1, 2, 3] = 0.5
    b[0, :, 5, 5] = -1
    b[0, 0, 7, 7] = 1 - 2 * 4 / 255  # paper that is not quite white
    mask = drawn(a, b)
    assert mask.sum() == 2 and mask[0, 0, 2, 3] == mask[0, 0, 5, 5] == 1
    out = b.clone()
    out[0, :, 2, 3] -= 0.2
    assert psnr(out, b, mask).item() == pytest.approx(10 * math.log10(4 / (0.04 / 2)), abs=1e-3)
    assert psnr(out, b).item() > psnr(out, b, mask).item() + 10, "white paper flatters"


def test_ssim_is_one_for_equals_and_falls_with_noise_and_inversion():
    x = some()
    noise = torch.randn(x.shape, generator=torch.Generator().manual_seed(2))
    values = [ssim(x + s * noise, x).mean().item() for s in (0.0, 0.1, 0.5)]
    assert values[0] == pytest.approx(1, abs=1e-6) and values[0] > values[1] > values[2] > 0
    assert ssim(-x, x).mean() < 0
    flat, shifted = torch.full((1, 1, 16, 16), -0.5), torch.full((1, 1, 16, 16), 0.5)
    assert ssim(shifted, flat).item() == pytest.approx((2 * 0.25 * 0.75 + 1e-4) / (0.25**2 + 0.75**2 + 1e-4), abs=1e-6)


def test_colour_correlation_finds_an_inversion():
    x = some()
    assert colour_correlation(x, x) == pytest.approx(1) and colour_correlation(x, -x) == pytest.approx(-1)
    assert abs(colour_correlation(x, some(seed=9))) < 0.05
    assert colour_correlation(x, x.mean(1, keepdim=True)) == pytest.approx(1)


def test_kernel_distance_is_unbiased_and_sees_a_style():
    values = [
        kernel_distance(plain_features(some(40, seed=2 * i)), plain_features(some(60, seed=2 * i + 1)))
        for i in range(20)
    ]
    mean = sum(values) / 20
    spread = (sum((v - mean) ** 2 for v in values) / 19) ** 0.5
    assert abs(mean) < 4 * spread / 20**0.5, "about 0 for one distribution"
    blurred = honesty.blur(some(40, seed=1))
    assert kernel_distance(plain_features(blurred), plain_features(some(60))) > 20 * spread


def test_share_of_gap():
    assert share_of_gap(18.5, 17.5, 20.5) == pytest.approx(1 / 3) and share_of_gap(17.0, 17.5, 20.5) < 0
    with pytest.raises(ValueError, match="no gap"):
        share_of_gap(1.0, 2.0, 2.0)


def test_all_measures_at_once():
    x = some()
    x[:, :, :10] = 1
    found = against_truth(x, x, x)
    assert found["psnr_drawn"] == 100 and found["ssim"] == pytest.approx(1) and found["mae_drawn"] == 0
    assert set(found) == {"psnr", "mae", "ssim", "psnr_drawn", "mae_drawn", "ssim_drawn", "colour_correlation"}
    assert "psnr_drawn" not in against_truth(x, x, x, paper=None)
    blank = torch.ones(1, 3, 32, 32)
    assert math.isfinite(
        against_truth(torch.cat([x, blank]), torch.cat([x, blank]), torch.cat([x, blank]))["psnr_drawn"]
    )


def coloured(n, seed):
    """Pictures with correlated, skewed colours."""
    x = some(n, seed=seed)
    mix = torch.tensor([[0.6, 0.3, 0.1], [0.1, 0.5, 0.0], [0.2, 0.0, 0.4]])
    return torch.einsum("nchw,dc->ndhw", x * 0.5 + 0.3 * x**3, mix)


def test_linear_maps_recover_linear_truths():
    x, other = coloured(30, 0), coloured(30, 1)
    scale, shift = torch.tensor([0.5, 1.2, 0.8])[:, None, None], torch.tensor([0.2, -0.1, 0.0])[:, None, None]
    assert psnr(colour.fit_moments(x, other * scale + shift)(x), x * scale + shift).mean() > 35
    symmetric = torch.tensor([[0.9, 0.2, 0.0], [0.2, 0.7, -0.1], [0.0, -0.1, 0.8]])
    turned = torch.einsum("nchw,dc->ndhw", other, symmetric)
    assert psnr(colour.fit_monge(x, turned)(x), torch.einsum("nchw,dc->ndhw", x, symmetric)).mean() > 35
    any_matrix = torch.tensor([[0.2, 0.7, 0.0], [-0.3, 0.1, 0.4], [0.5, 0.0, -0.2]])
    truth = torch.einsum("nchw,dc->ndhw", x, any_matrix) + 0.1
    assert psnr(colour.fit_paired_linear(x, truth)(x), truth).mean() > 80
    assert psnr(colour.fit_monge(x, truth)(x), truth).mean() < 35, "a transport does not know which turn it was"


def test_transport_matches_the_distribution_and_recovers_a_monotone_map():
    x, other = some(20, 1, seed=0), some(20, 1, seed=1)
    mapped = colour.fit_transport(x, other.abs().pow(3) * other.sign())(x)
    assert psnr(mapped, x.abs().pow(3) * x.sign()).mean() > 30
    a, b = coloured(20, 0), coloured(20, 1).flip(1).tanh()
    moved = colour.colours(colour.fit_transport(a, b)(a))
    target = colour.colours(b)
    before = (torch.cov(colour.colours(a).T) - torch.cov(target.T)).abs().max()
    assert (torch.cov(moved.T) - torch.cov(target.T)).abs().max() < 0.1 * before
    assert (moved.mean(0) - target.mean(0)).abs().max() < 0.01
    with pytest.raises(ValueError, match="same number"):
        colour.fit_monge(x, a)


def test_the_honesty_probe_tells_a_message_from_a_picture():
    x = some(8, 1)
    honest = honesty.probe(lambda p: p * 0.9, lambda p: p / 0.9, x)
    assert honest.clean < 1e-6 and honest.amplification == pytest.approx(1 / 0.9, abs=0.01)
    assert "no hidden copy of the source found" in honesty.words(honest)
    grey = torch.zeros(1)
    cheater = honesty.probe(lambda p: grey + 0.004 * p, lambda p: (p - grey) / 0.004, x)
    assert cheater.clean < 1e-5, "a closed cycle"
    assert cheater.amplification == pytest.approx(250, rel=0.01) and cheater.rounded > 0.1
    assert "hides a copy of the source" in honesty.words(cheater)
    curve = list(cheater.noise.values())
    assert curve == sorted(curve) and len(curve) == len(honesty.LEVELS)
    assert cheater.as_json()["noise"][0][0] == honesty.LEVELS[0]


def test_the_toy_s_map_and_words():
    T = known_map()
    assert torch.linalg.det(T.matrix).item() == pytest.approx(1.2 * 0.8, abs=1e-6) and isinstance(T, Known)
    assert torch.allclose(T(torch.zeros(1, 2)), T.shift)
    modes = world().modes
    assert torch.cdist(modes, modes).add(torch.eye(5) * 9).min() > 5 * world().mode_std, "components do not overlap"
    alike, differ = TwoSample(0.5, 0.48, 0.52, 4000, True), TwoSample(0.9, 0.89, 0.91, 4000, False)
    assert cycle_words(0.001, differ).startswith("the cycle is closed, but the distributions differ")
    assert cycle_words(0.001, alike).startswith("the cycle is closed and nobody")
    assert cycle_words(0.5, differ).startswith("the cycle is open and")
    assert cycle_words(0.5, alike).startswith("the distributions look alike")


@pytest.mark.slow
@pytest.mark.parametrize("lambda_cycle", [0.3, 1.0])
def test_the_known_map_is_found_without_a_pair(lambda_cycle):
    found = [judge_toy(toy(lambda_cycle, seed=seed)) for seed in range(5)]
    good = [o for o in found if o.error < 0.08 and o.right > 0.99]
    assert len(good) >= 4, found


@pytest.mark.slow
def test_control_a_closed_cycle_around_a_wrong_map_is_named():
    found = [judge_toy(toy(10.0, 5.0, seed=seed)) for seed in range(3)]
    for o in found:
        assert o.cycle_error < 0.01 and o.right < 0.5 and o.error > 0.5
        assert o.words.startswith("the cycle is closed, but the distributions differ")
