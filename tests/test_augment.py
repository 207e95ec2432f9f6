"""Augmentation: each operation against its definition, all chance from the noise, derivatives of every order."""

import math
from functools import partial

import pytest
import torch
from torch import nn
from torch.nn.functional import grid_sample

from sparring.games import GAN, Batch, Turn, noise_of
from sparring.games.penalties import exact, functional, r1, r2
from sparring.networks.augment import Augmentation, adaptive_set, colours, cutout, diffaugment, shades, translation
from sparring.networks.warp import STEPS, UPRIGHT, mirrored, moved, places, warp

SETS = {
    "diffaugment": diffaugment,
    "ada": lambda p=1.0, shared=False: Augmentation(adaptive_set(), p, shared),
    "with cutout": lambda p=1.0, shared=False: Augmentation(adaptive_set(0.5, 1.0), p, shared),
    "upright": lambda p=1.0, shared=False: Augmentation(adaptive_set(turns=False), p, shared),
}
SHAPES = [(3, 8, 8), (1, 17, 29), (7, 5, 1)]
ONE = torch.tensor(1.0)


def pictures(n, shape=(3, 8, 8), seed=0):
    return noise_of("pictures", seed).uniform("x", n, *shape)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("made", SETS.values(), ids=SETS)
def test_at_p_0_a_picture_is_itself_to_the_bit_and_at_p_1_hardly_any_is(made, shape):
    x = pictures(40, shape)
    x[0, 0, 0, 0], x[1, 0, 0, 0] = -0.0, torch.finfo(torch.float32).tiny / 2
    same, other = made(0.0)(x, noise_of(1)), made(1.0)(x, noise_of(1))
    assert torch.equal(same.view(torch.int32), x.view(torch.int32))
    assert other.shape == x.shape and other.isfinite().all()
    assert (other != x).flatten(1).any(1).float().mean() > 0.9
    assert made(1.0)(x.double(), noise_of(1)).dtype == torch.float64
    torch.testing.assert_close(made(1.0)(x.double(), noise_of(1)).float(), other, rtol=0, atol=1e-5)


OPERATIONS = {
    "translation": translation,
    "cutout": cutout,
    **{name: partial(places, only=(name,)) for name in STEPS},
}
UNSEEN = {"mirror": 1 / 2, "quarter": 1 / 4, "translation": 1 / 49, "shift": 1 / 49}
"""How often what is drawn changes nothing: on 24 pixels a move of none, of 3 each way."""


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_has_probability_p_of_every_sample(name):
    x, p = pictures(2000, (1, 24, 24)), 0.3
    changed = (OPERATIONS[name](x, noise_of(2), torch.tensor(p)) != x).flatten(1).any(1).float().mean().item()
    drawn = 1 - math.sqrt(1 - p) if "rotation" in name else p
    assert abs(changed - drawn * (1 - UNSEEN.get(name, 0.0))) < 0.03


@pytest.mark.parametrize("made", SETS.values(), ids=SETS)
def test_the_rows_of_a_process_are_a_piece_of_the_whole(made):
    x, augment = pictures(12), made(0.5)
    whole = augment(x, noise_of(3))
    parts = [augment(x[4 * i :][:4], noise_of(3, part=i, of=3)) for i in range(3)]
    torch.testing.assert_close(torch.cat(parts), whole, rtol=0, atol=1e-6)
    assert (augment(x[4:8], noise_of(3)) - whole[4:8]).abs().max() > 0.1, (
        "control: another process's noise is other noise"
    )
    assert not torch.equal(augment(x, noise_of(4)), whole) and torch.equal(augment(x, noise_of(3)), whole)


def test_diffaugment_is_as_defined():
    """Sample by sample, in the words of the paper's code: brightness, saturation, contrast; translation; cutout."""
    x, noise = pictures(5), noise_of(5)
    u = {name: noise.share(name, 5) for name in ("brightness", "saturation", "contrast")}
    found, moves, cuts = shades(x, noise, ONE), translation(x, noise, ONE), cutout(x, noise, ONE)
    down, right = (noise.integers(name, 3, 5) - 1 for name in ("down", "right"))
    centre = [noise.integers(name, 9, 5) for name in ("row", "column")]
    for i in range(5):
        y = x[i] + u["brightness"][i] - 0.5
        y = (y - y.mean(0)) * 2 * u["saturation"][i] + y.mean(0)
        y = (y - y.mean()) * (u["contrast"][i] + 0.5) + y.mean()
        torch.testing.assert_close(found[i], y)
        padded = nn.functional.pad(x[i], (1, 1, 1, 1))
        a, b = 1 - down[i], 1 - right[i]
        assert torch.equal(moves[i], padded[:, a : a + 8, b : b + 8])
        hole = torch.ones(8, 8)
        rows, columns = (slice(max(0, c[i] - 2), c[i] + 2) for c in centre)
        hole[rows, columns] = 0
        assert torch.equal(cuts[i], x[i] * hole)
    counts = torch.bincount(noise_of(6).integers("down", 3, 3000))
    assert (counts - 1000).abs().max() < 100, "each move is as likely as any"


def test_mirrors_quarters_and_moves_of_whole_pixels_take_pixels_as_they_are():
    x, noise = pictures(60, (2, 9, 9)), noise_of(7)
    mirror, quarter = noise.integers("mirror", 2, 60), noise.integers("quarter", 4, 60)
    flipped, turned = (places(x, noise, ONE, (name,)) for name in ("mirror", "quarter"))
    for i in range(60):
        assert torch.equal(flipped[i], x[i].flip(2) if mirror[i] else x[i])
        assert torch.equal(turned[i], x[i].rot90(-int(quarter[i]), (1, 2)))
    assert set(quarter.tolist()) == {0, 1, 2, 3}
    down, right = ((noise.uniform("shift", 60, 2) / 8 * 9).round().long()[:, i] for i in (0, 1))
    shifted = places(x, noise, ONE, ("shift",))
    padded = nn.functional.pad(x, (1, 1, 1, 1), "reflect")
    for i in range(60):
        a, b = 1 + down[i], 1 + right[i]
        assert torch.equal(shifted[i], padded[i, :, a : a + 9, b : b + 9])
    flat = places(pictures(60, (1, 6, 4)), noise, ONE, ("quarter",))
    half = 2 * noise.integers("quarter", 2, 60)
    assert all(torch.equal(flat[i], pictures(60, (1, 6, 4))[i].rot90(int(half[i]), (1, 2))) for i in range(60))


def test_the_resampling_is_bilinear_and_mirrored_beyond_the_edge():
    x, (h, w) = pictures(20, (2, 7, 11)), (7, 11)
    way = torch.eye(2, 3) + 0.4 * noise_of(8).normal("way", 20, 2, 3)
    axes = [(torch.arange(n) - (n - 1) / 2) for n in (h, w)]
    grid = torch.stack([*torch.meshgrid(*axes, indexing="ij"), torch.ones(h, w)], -1)
    row, column = torch.einsum("nij,hwj->inhw", way, grid)
    at = torch.stack([column * 2 / (w - 1), row * 2 / (h - 1)], -1)
    want = grid_sample(x, at, padding_mode="reflection", align_corners=True)
    torch.testing.assert_close(warp(x, way), want, rtol=0, atol=1e-5)
    assert mirrored(torch.arange(-4.0, 8.0), 4).tolist() == [2, 3, 2, 1, 0, 1, 2, 3, 2, 1, 0, 1]
    assert not moved(x, torch.full((20,), 9), torch.zeros(20, dtype=torch.int64)).any()


def test_steps_follow_each_other_in_the_order_of_the_paper():
    """A picture that is mirrored, then turned, then moved is what these three make of it one after the other."""
    x, noise = pictures(50, (1, 9, 9)), noise_of(9)
    want = x
    for name in ("mirror", "quarter"):
        want = places(want, noise, ONE, (name,))
    assert torch.equal(places(x, noise, ONE, ("mirror", "quarter")), want)
    other = x
    for name in ("quarter", "mirror"):
        other = places(other, noise, ONE, (name,))
    assert not torch.equal(other, want), "control: in another order it is another picture"


def test_scales_and_rotations_have_their_distributions():
    """Of a ramp, whose slope by row and column tells the linear part of the way that was gone."""
    n, noise = 4000, noise_of(10)
    axis = (torch.arange(9.0) - 4) / 100
    ramps = torch.stack([axis[:, None].expand(9, 9), axis.expand(9, 9)])[None].expand(n, -1, -1, -1)

    def linear(name):
        y = places(ramps, noise, ONE, (name,))[:, :, 3:6, 3:6] * 100
        return torch.stack([(y[:, :, 2, 1] - y[:, :, 0, 1]) / 2, (y[:, :, 1, 2] - y[:, :, 1, 0]) / 2], 2)

    for name, det in (("scale", None), ("stretch", 1.0)):
        a = linear(name)
        assert abs(a[:, 0, 0].log2().std().item() - 0.2) < 0.01 and abs(a[:, 0, 0].log2().mean().item()) < 0.02
        torch.testing.assert_close(a[:, 1, 1], a[:, 0, 0] if det is None else det / a[:, 0, 0], rtol=1e-3, atol=1e-3)
    angle = torch.atan2(linear("rotation")[:, 1, 0], linear("rotation")[:, 0, 0])
    assert abs(angle.std().item() - math.pi / math.sqrt(3)) < 0.05, "uniform over the circle"
    drift = (places(ramps, noise, ONE, ("drift",))[:, :, 4, 4] * 100)[
        noise.normal("drift", n, 2).abs().max(1).values < 2
    ]
    assert 0.9 < drift.std().item() < 1.05, "9/8 of a pixel, without its tails"


def test_colours_are_the_matrices_of_the_paper():
    """Brightness, contrast, luma flip, hue rotation and saturation as 4 x 4 matrices about the grey axis, in that order."""
    n, noise, x = 6, noise_of(11), pictures(6)
    v = torch.full((3,), 1 / math.sqrt(3))
    grey, one = v.outer(v), torch.eye(3)
    cross = torch.tensor([[0.0, -1, 1], [1, 0, -1], [-1, 1, 0]]) / math.sqrt(3)
    b, c = 0.2 * noise.normal("brightness", n), torch.exp2(0.5 * noise.normal("contrast", n))
    flip, angle = noise.integers("flip", 2, n), math.pi * noise.uniform("hue", n)
    s = torch.exp2(noise.normal("saturation", n))
    found = colours(x, noise, ONE)
    for i in range(n):
        y = (x[i] + b[i]) * c[i]
        hue = angle[i].cos() * (one - grey) + grey + angle[i].sin() * cross
        m = (grey + s[i] * (one - grey)) @ hue @ (one - 2 * flip[i] * grey)
        torch.testing.assert_close(found[i], torch.einsum("ij,jhw->ihw", m, y), rtol=0, atol=1e-5)
    assert flip.unique().tolist() == [0, 1]
    one_channel = colours(x[:, :1], noise, ONE)
    want = (1.0 - 2 * flip)[:, None, None, None] * (x[:, :1] + b.view(-1, 1, 1, 1)) * c.view(-1, 1, 1, 1)
    torch.testing.assert_close(one_channel, want, rtol=0, atol=1e-5)


@pytest.mark.parametrize("made", SETS.values(), ids=SETS)
def test_gradients_of_the_first_and_second_order_are_right(made):
    x = pictures(3, (2, 4, 5)).double().requires_grad_()

    def of(t):
        return made(0.8)(t, noise_of(12)).pow(3)

    assert torch.autograd.gradcheck(of, (x,), fast_mode=True)
    assert torch.autograd.gradgradcheck(of, (x,), fast_mode=True)


@pytest.mark.parametrize("made", SETS.values(), ids=SETS)
def test_penalties_go_through_the_augmentation_in_each_form(made):
    """R1 + R2 by double backward and by torch.func are one number, and its gradient in D is one; without augmentation another."""
    torch.manual_seed(0)
    D = nn.Sequential(nn.Flatten(), nn.Linear(3 * 64, 8), nn.Tanh(), nn.Linear(8, 1))
    G = nn.Sequential(nn.Linear(2, 3 * 64), nn.Unflatten(1, (3, 8, 8)))
    found = []
    for form, augment in ((exact, made(0.8)), (functional, made(0.8)), (exact, made(0.0))):
        game = GAN(G, D, 2, penalties={"r1": r1(1.0, form), "r2": r2(1.0, form)}, augment=augment)
        paid = game.d_pays(Batch(pictures(6)), Turn(noise_of(13))).paid
        value = paid["r1"] + paid["r2"]
        found.append((value.detach(), torch.autograd.grad(value, D[1].weight)[0]))
    for one, other in zip(*found[:2], strict=True):
        torch.testing.assert_close(one, other)
    assert not torch.allclose(found[0][0], found[2][0], rtol=1e-3)


def test_real_and_fake_of_a_pair_go_through_one_draw_if_asked():
    x = pictures(8)
    for shared in (True, False):
        augment = Augmentation(adaptive_set(), 0.8, shared)
        real, fake = (augment(x, noise_of(14).within(side)) for side in ("real", "fake"))
        assert torch.equal(real, fake) is shared
        rows = torch.tensor([0]).repeat(8)
        assert not torch.equal(augment(x[rows], noise_of(14).within("real")), real[rows]), (
            "each pair has a draw of its own"
        )


def test_up_stays_up_if_asked():
    """The top half is bright, the bottom dark: it stays so in the mean of every picture, and does not under all steps."""
    x = torch.ones(400, 1, 16, 16)
    x[:, :, 8:] = -1
    for only, least in ((UPRIGHT, 1.0), (STEPS, 0.0)):
        y = places(x, noise_of(15), ONE, only)
        up = (y[:, :, :4].mean((1, 2, 3)) > y[:, :, 12:].mean((1, 2, 3))).float().mean().item()
        assert up > 0.97 if least else up < 0.7


@pytest.mark.parametrize("p", [-0.1, 1.1, math.nan])
def test_a_probability_is_one(p):
    with pytest.raises(ValueError, match="from 0 to 1"):
        diffaugment(p)


def test_a_schedule_puts_p_and_at_0_nothing_is_computed():
    asked = []
    augment = Augmentation({"same": lambda x, noise, p: (asked.append(p.item()), x)[1]}, 0.5)
    for p in (0.0, 0.25, 0.0):
        augment.put(p)
        augment(pictures(2), noise_of(16))
        assert augment.p == p
    assert asked == [0.25]


def test_it_can_be_sketched_without_memory():
    from sparring.games.noise import Noise

    x = torch.empty(4, 3, 8, 8, device="meta")
    for made in SETS.values():
        assert made().to("meta")(x, Noise(torch.empty((), dtype=torch.int64, device="meta"))).is_meta
