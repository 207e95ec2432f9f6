"""Noise is a function of key, name and place: the same on every machine, in parts as in the whole, and as random as it says."""

import math

import pytest
import torch
from torch import nn

from sparring.games import Dropout, Noise, noise_of
from sparring.games.noise import _mix_, _signed, key_of

N = 1_000_000
GOLDEN = {
    "key": 8902871135767642146,
    "int32": [-1737199210, -345047022, 319248014],
    "int16": [29078, -26508, 18],
    "integers": [4, 9, 9, 3, 5, 0, 2, 3],
    "uniform": [-0.808946430683136, -0.1606750339269638, 0.14866143465042114],
    "within": [1674081418, -950238955],
    "normal": [-1.3074687719345093, -0.20275700092315674, 0.18741078674793243],
}
DRAWS = {
    "uniform": lambda noise, n, *shape: noise.uniform("a", n, *shape),
    "normal": lambda noise, n, *shape: noise.normal("a", n, *shape),
    "share": lambda noise, n, *shape: noise.share("a", n, *shape),
    "integers": lambda noise, n, *shape: noise.integers("a", 10, n, *shape),
    "words": lambda noise, n, *shape: noise.words("a", torch.int32, n, *shape),
    "short words": lambda noise, n, *shape: noise.words("a", torch.int16, n, *shape),
}


def test_golden_values():
    """Pinned: samples by seed are the same for ever."""
    noise = noise_of(0, "D", 7)
    assert key_of(0, "D", 7) == noise.key.item() == GOLDEN["key"]
    assert noise.words("z", torch.int32, 3).tolist() == GOLDEN["int32"]
    assert noise.words("z", torch.int16, 3).tolist() == GOLDEN["int16"]
    assert noise.integers("labels", 10, 8).tolist() == GOLDEN["integers"]
    assert noise.uniform("z", 3).tolist() == GOLDEN["uniform"]
    assert noise.within("real").words("z", torch.int32, 2).tolist() == GOLDEN["within"]
    torch.testing.assert_close(noise.normal("z", 3), torch.tensor(GOLDEN["normal"]), rtol=1e-6, atol=1e-6)


def test_words_are_splitmix64():
    """Its published first numbers from the state 0: with the key, name and place taken away, what is left is the generator."""
    counter = torch.arange(1, 4) * _signed(0x9E3779B97F4A7C15)
    want = [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]
    assert _mix_(counter).tolist() == [_signed(w) for w in want]


@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS)
@pytest.mark.parametrize("shape", [(), (1,), (3,), (8,), (2, 5, 7)])
@pytest.mark.parametrize("parts", [2, 3])
def test_parts_are_the_whole(draw, shape, parts):
    each = 7
    whole = draw(noise_of(5), each * parts, *shape)
    assert whole.shape == (each * parts, *shape)
    assert torch.equal(torch.cat([draw(noise_of(5, part=i, of=parts), each, *shape) for i in range(parts)]), whole)
    within = [draw(noise_of(5, part=i, of=parts).within("real"), each, *shape) for i in range(parts)]
    assert torch.equal(torch.cat(within), draw(noise_of(5).within("real"), each * parts, *shape))
    assert shape == () or torch.equal(draw(noise_of(5), 2, *shape), whole[:2]), "a row depends on nothing but its place"


@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS)
def test_keys_names_and_torch_s_stream(draw):
    a = draw(noise_of(1, "D", 3), 64)
    torch.manual_seed(0)
    state = torch.get_rng_state()
    assert torch.equal(draw(noise_of(1, "D", 3), 64), a) and torch.equal(torch.get_rng_state(), state)
    for other in ((2, "D", 3), (1, "G", 3), (1, "D", 4), (1, "D"), (3, "D", 1), (-1, "D", 3)):
        assert not torch.equal(draw(noise_of(*other), 64), a), other
    assert not torch.equal(draw(noise_of(1, "D", 3).within("real"), 64), a)


def test_keys_of_many_moves_differ():
    keys = {key_of(seed, name, move) for seed in range(10) for name in "DG" for move in range(1000)}
    assert len(keys) == 20_000


def _correlation(a, b):
    return ((a - a.mean()) * (b - b.mean())).mean() / (a.std() * b.std())


@pytest.mark.parametrize(
    ("name", "mean", "var", "fourth"),
    [("uniform", 0, 1 / 3, 1 / 5), ("normal", 0, 1, 3), ("share", 0.5, 1 / 12, 1 / 80)],
)
def test_moments_and_independence(name, mean, var, fourth):
    x = DRAWS[name](noise_of(3), N).double()
    assert x.mean().item() == pytest.approx(mean, abs=5 * math.sqrt(var / N))
    assert (x - mean).square().mean().item() == pytest.approx(var, rel=0.01)
    assert (x - mean).pow(4).mean().item() == pytest.approx(fourth, rel=0.02)
    others = {
        "neighbours": x.roll(1),
        "next but one": x.roll(2),
        "rows of a width": x.roll(1000),
        "keys": DRAWS[name](noise_of(4), N).double(),
        "moves": DRAWS[name](noise_of(3, "D", 1), N).double(),
        "names": noise_of(3).uniform("b", N).double(),
        "within": DRAWS[name](noise_of(3).within("real"), N).double(),
    }
    for what, y in others.items():
        assert abs(_correlation(x, y)) < 5 / math.sqrt(N), what
        assert abs(_correlation((x - mean).abs(), (y - y.mean()).abs())) < 5 / math.sqrt(N), what


def test_the_first_number_of_many_moves_is_as_random():
    """Across moves, not within one: what a single z sees in a whole run."""
    z = torch.cat([noise_of(0, "D", i).normal("z", 1, 4) for i in range(5000)])
    assert z.mean(0).abs().max() < 5 / math.sqrt(5000) and (z.var(0) - 1).abs().max() < 0.1
    assert (torch.corrcoef(z.T) - torch.eye(4)).abs().max() < 5 / math.sqrt(5000)
    assert abs(_correlation(z[1:, 0], z[:-1, 0])) < 5 / math.sqrt(5000)


def test_normal_is_normal_to_its_tails():
    x = noise_of(0).normal("z", N)
    assert x.isfinite().all() and 4.4 < x.abs().max() < 5.5
    for at in (-3, -1, 0, 0.5, 2, 3.5):
        p = 0.5 * math.erfc(-at / math.sqrt(2))
        assert (x < at).double().mean().item() == pytest.approx(p, abs=5 * math.sqrt(p * (1 - p) / N))


def test_the_outermost_words_stay_within_bounds(monkeypatch):
    edge = torch.tensor([-(2**31), 2**31 - 1], dtype=torch.int32)
    monkeypatch.setattr(Noise, "words", lambda *a: edge)
    noise = noise_of(0)
    assert noise.normal("z", 2).isfinite().all() and noise.normal("z", 2).abs().max() < 5.5
    assert noise.integers("labels", 10, 2).tolist() == [0, 9]


def _chi_square(counts, expected):
    """In deviations from what it should be."""
    k = len(counts)
    return ((counts - expected).square() / expected).sum().sub(k - 1).div(math.sqrt(2 * (k - 1))).item()


@pytest.mark.parametrize("below", [2, 10, 1000])
def test_integers_are_uniform(below):
    x = noise_of(1).integers("labels", below, N)
    assert x.dtype == torch.int64 and x.min() == 0 and x.max() == below - 1
    assert abs(_chi_square(x.bincount(minlength=below).double(), torch.full((below,), N / below).double())) < 5


@pytest.mark.parametrize("kind", [torch.int16, torch.int32])
def test_every_bit_is_a_coin_and_every_byte_is_uniform(kind):
    words = noise_of(2).words("bits", kind, N)
    for bit in range(8 * kind.itemsize):
        assert ((words >> bit) & 1).double().mean().item() == pytest.approx(0.5, abs=5 / (2 * math.sqrt(N)))
    counts = words.view(torch.uint8).int().bincount(minlength=256).double()
    assert abs(_chi_square(counts, counts.sum() / 256)) < 5
    pairs = words.view(torch.uint8).int()
    counts = (pairs[:-1] % 16 * 16 + pairs[1:] % 16).bincount(minlength=256).double()
    assert abs(_chi_square(counts, counts.sum() / 256)) < 5, "neighbours"


def test_uniform_stays_within_its_bounds():
    x, share = noise_of(1).uniform("z", N), noise_of(1).share("z", N)
    assert -1 <= x.min() < -0.999 and 0.999 < x.max() <= 1
    assert 0 <= share.min() < 0.001 and 0.999 < share.max() <= 1


def test_threads_make_no_difference():
    before, found = torch.get_num_threads(), []
    try:
        for threads in (1, 3):
            torch.set_num_threads(threads)
            found.append([draw(noise_of(9), 50_001, 3) for draw in DRAWS.values()])
    finally:
        torch.set_num_threads(before)
    assert all(torch.equal(a, b) for a, b in zip(*found, strict=True))


@pytest.mark.parametrize("p", [0.1, 0.5, 0.8])
def test_dropout_drops_its_share_and_scales_the_rest(p):
    layer, x = Dropout(p), torch.ones(1000, 1000)
    layer.noise = noise_of(0)
    out = layer(x)
    assert (out == 0).double().mean().item() == pytest.approx(p, abs=5 * math.sqrt(p * (1 - p) / N) + 2.0**-16)
    torch.testing.assert_close(out[out != 0], torch.full_like(out[out != 0], 1 / (1 - p)))
    assert torch.equal(layer(x), out), "a function of the turn"


def test_dropout_masks_by_name_and_place():
    layer, x = Dropout(0.5), torch.ones(8, 9)
    layer.noise = noise_of(0)
    whole = layer(x)
    layer.noise = noise_of(0, part=1, of=2)
    assert torch.equal(layer(x[4:]), whole[4:])
    layer.noise, layer.name = noise_of(0), "dropout/1"
    assert not torch.equal(layer(x), whole), "two layers drop apart"
    layer.noise, layer.name = noise_of(1), "dropout"
    assert not torch.equal(layer(x), whole)


def test_dropout_without_a_turn_is_torch_s():
    layer, x = Dropout(0.5), torch.ones(8, 9)
    torch.manual_seed(0)
    own = layer(x)
    torch.manual_seed(0)
    assert torch.equal(own, nn.functional.dropout(x, 0.5))
    for still in (Dropout(0.5).eval(), Dropout(0.0)):
        still.noise = noise_of(0)
        assert still(x) is x
    with pytest.raises(ValueError, match="p is 1"):
        Dropout(1)
