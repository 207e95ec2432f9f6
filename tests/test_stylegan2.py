"""StyleGAN2: its layers against their definitions, its sizes against the published ones, its settings against the papers."""

import math

import pytest
import torch
from small import SMALL, pictures, trainer
from torch.nn.functional import conv2d, conv_transpose2d, leaky_relu

from sparring.data.spec import Spec
from sparring.games import noise_of
from sparring.networks import equalised
from sparring.networks.equalised import KEEPS, Linear, Resample, doubling, half, halving, pixel_norm, pyramid
from sparring.networks.modulated import Injection, modulated_conv
from sparring.networks.stylegan2 import Generator, Mixing
from sparring.networks.stylegan2_d import BatchDeviation, Discriminator, group_of
from sparring.recipes import stylegan2


def count(network):
    return sum(p.numel() for p in network.parameters())


@pytest.mark.parametrize(
    ("side", "fmaps", "g", "d"),
    [(1024, 1.0, 30_370_060, 29_012_513), (1024, 0.5, 24_900_764, 24_038_161), (256, 0.5, 24_767_458, 24_001_089)],
)
def test_as_many_parameters_as_the_published_networks(side, fmaps, g, d):
    """Counted by hand, layer by layer. The paper says 30 M and 29 M for configuration F at 1024 pixels, and 25 M and 24 M with half
    of the feature maps; D's layers at 1024 are those of the table in issue 124 of lucidrains/stylegan2-pytorch (MIT)."""
    spec = Spec(3, side, side)
    with torch.device("meta"):
        G, D = Generator(spec, fmaps=fmaps), Discriminator(spec, fmaps=fmaps)
    assert (count(G), count(D)) == (g, d)
    assert G.layers == 2 * math.log2(side) - 2, "18 styles at 1024 pixels"


def one_by_one(x, weight, style, demodulate, up):
    """Equations 1 to 3, a sample at a time, an output channel at a time."""
    rows = []
    for picture, s in zip(x, style, strict=True):
        own = weight * s.view(1, -1, 1, 1)
        if demodulate:
            own = torch.stack([w / (w.square().sum() + 1e-8).sqrt() for w in own])
        if up:
            rows.append(conv_transpose2d(picture[None], own.transpose(0, 1), stride=2))
        else:
            rows.append(conv2d(picture[None], own, padding=weight.shape[2] // 2))
    return torch.cat(rows)


@pytest.mark.parametrize("grouped", [False, True])
@pytest.mark.parametrize("up", [False, True])
@pytest.mark.parametrize("demodulate", [False, True])
def test_modulated_convolution_is_that_of_each_sample_with_its_own_weights(demodulate, up, grouped):
    torch.manual_seed(0)
    x, weight, style = torch.randn(3, 5, 4, 6), torch.randn(7, 5, 3, 3), torch.randn(3, 5)
    found = modulated_conv(x, weight, style, demodulate, up, grouped)
    expected = one_by_one(x, weight, style, demodulate, up)
    assert found.shape == expected.shape and (found - expected).abs().max() < 1e-5
    assert (found - one_by_one(x, weight, style.flip(0), demodulate, up)).abs().max() > 0.1, "whose style it is matters"


def test_demodulated_weights_bring_unit_maps_to_unit_maps_whatever_the_style():
    torch.manual_seed(0)
    x, weight = torch.randn(8, 16, 24, 24), torch.randn(12, 16, 3, 3)
    style = torch.rand(8, 16) * torch.logspace(-2, 2, 8).unsqueeze(1)
    inner = (slice(None), slice(None), slice(1, -1), slice(1, -1))
    assert (modulated_conv(x, weight, style)[inner].std((1, 2, 3)) - 1).abs().max() < 0.05
    assert modulated_conv(x, weight, style, demodulate=False)[inner].std((1, 2, 3)).max() > 100, "control"
    assert torch.allclose(modulated_conv(x, weight, style, gain=3.0), 3 * modulated_conv(x, weight, style), atol=1e-5)


def slid(x, size, up, down, before, gain):
    """The filter by its definition: zeros between, zeros around, the outer product of the taps, every down-th value."""
    n, c, h, w = x.shape
    spread = torch.zeros(n, c, up * h, up * w)
    spread[:, :, ::up, ::up] = x
    wide = torch.zeros(n, c, up * h + 40, up * w + 40)
    wide[:, :, before : before + up * h, before : before + up * w] = spread
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8 * up * gain
    full = conv2d(wide.flatten(0, 1)[:, None], torch.outer(taps, taps)[None, None]).unflatten(0, (n, c))[:, :, 0]
    return full[:, :, ::down, ::down][:, :, : size[0], : size[1]]


@pytest.mark.parametrize("dense", [64, 0])
def test_the_filter_is_its_definition_by_matrices_and_by_convolutions(dense, monkeypatch):
    monkeypatch.setattr(equalised, "DENSE", dense)
    torch.manual_seed(0)
    x = torch.randn(2, 3, 7, 10)
    for size, up, down, before, gain in [
        ((13, 20), 2, 1, 2, 1.0),
        ((4, 5), 1, 2, 1, 1.0),
        ((9, 11), 1, 1, 2, 1.0),
        ((6, 9), 1, 1, 1, 2.0),
    ]:
        layer = Resample((7, 10), size, up, down, before, gain)
        assert layer.dense is (dense == 64 or up == 2)
        assert torch.allclose(layer(x), slid(x, size, up, down, before, gain), atol=1e-6)


def test_doubling_and_halving_keep_brightness_and_place():
    flat = torch.ones(1, 1, 8, 8)
    assert torch.allclose(doubling((8, 8), (16, 15))(flat)[..., 2:-2, 2:-2], torch.tensor(1.0))
    assert torch.allclose(halving((8, 8))(flat)[..., 1:-1, 1:-1], torch.tensor(1.0))
    ramp = torch.arange(16.0).expand(1, 1, 16, 16)
    assert torch.allclose(halving((16, 16))(ramp)[0, 0, 4, 2:-2], torch.arange(4.5, 12, 2)), "means of two pixels"
    assert torch.allclose(doubling((16, 16), (32, 32))(ramp)[0, 0, 8, 4:-4], torch.arange(1.75, 13.5, 0.5))


def test_sizes_are_halves_rounded_up():
    assert pyramid(17, 29) == [(3, 4), (5, 8), (9, 15), (17, 29)] and pyramid(1024, 1024)[0] == (4, 4)
    assert pyramid(1, 1) == [(1, 1)] and half((5, 8)) == (3, 4)


def test_odd_sizes_of_any_channels_in_float64():
    torch.manual_seed(0)
    for shape in [(1, 17, 29), (7, 5, 3), (2, 1, 9)]:
        spec = Spec(*shape)
        G, D = Generator(spec, 8, 8, 2, width=4).double(), Discriminator(spec, width=4).double()
        x = G(torch.randn(6, 8, dtype=torch.float64))
        assert x.shape[1:] == shape and x.dtype == torch.float64
        assert D(x).shape == (6,) and D(x).dtype == torch.float64
        loss = D(x).sum()
        loss.backward()
        assert all(p.grad is not None and p.grad.isfinite().all() for p in (*G.parameters(), *D.parameters()))


def test_signals_keep_their_size_through_both_networks():
    """Unit weights that are scaled when used, gains of sqrt 2: at 32 pixels neither network's answer has vanished or grown."""
    torch.manual_seed(0)
    spec = Spec(3, 32, 32)
    G, D = Generator(spec, 32, 32, 8, width=32), Discriminator(spec, width=32)
    with torch.no_grad():
        w = G.mapping(torch.randn(64, 32))
        assert 0.3 < w.square().mean().sqrt() < 3
        assert 0.2 < G(torch.randn(8, 32)).std() < 5
        assert 0.01 < D(torch.randn(16, 3, 32, 32)).std() < 5


def test_learning_rates_are_equalised():
    """Adam moves each weight by lr; what that changes of the layer is lr * scale, and in the mapping a hundredth."""
    torch.manual_seed(0)
    wide, slow = Linear(400, 8), Linear(400, 8, rate=0.01)
    assert abs(wide.weight.std() - 1) < 0.05 and abs(slow.weight.std() - 100) < 5
    x = torch.randn(256, 400)
    assert abs(wide(x).std() - 1) < 0.05 and abs(slow(x).std() - 1) < 0.05
    moved = []
    for layer in (wide, slow):
        before = layer(x)
        torch.optim.Adam(layer.parameters(), 0.1).zero_grad()
        with torch.no_grad():
            layer.weight += 0.1
        moved.append((layer(x) - before).std().item())
    assert moved[0] / moved[1] == pytest.approx(100, rel=1e-3)


def test_the_gain_of_a_leaky_relu_is_in_the_layer_before():
    torch.manual_seed(0)
    x, layer = torch.randn(4, 6), Linear(6, 5, bias=0.3, gain=KEEPS)
    expected = leaky_relu(x @ (layer.weight / math.sqrt(6)).T + layer.bias, 0.2) * math.sqrt(2)
    assert torch.allclose(equalised.activate(layer(x)), expected, atol=1e-6)
    assert torch.allclose(pixel_norm(x).square().mean(1), torch.ones(4), atol=1e-5)


def test_noise_is_the_moves_in_training_and_fixed_outside():
    layer, x = Injection((3, 5)), torch.zeros(4, 2, 3, 5)
    assert not layer(x).any(), "strength begins at 0"
    torch.nn.init.constant_(layer.strength, 2.0)
    layer.noise = noise_of(3)
    expected = 2 * noise_of(3).normal(layer.name, 4, 1, 3, 5)
    assert torch.equal(layer(x), expected) and not torch.equal(expected[0], expected[1])
    layer.noise = noise_of(4)
    assert not torch.equal(layer(x), expected)
    layer.eval()
    assert torch.equal(layer(x), layer.fixed * 2) and layer.fixed.shape == (1, 1, 3, 5)


def test_style_mixing_takes_the_later_layers_of_some_samples_from_another_z():
    n, layers = 4000, 6
    mixing, mapping = Mixing(0.9, 3), lambda z, y: z + 100
    styles = torch.zeros(n, layers, 3)
    mixing.noise = noise_of(1)
    taken = mixing.mixed(styles, mapping, None)[:, :, 0] > 50
    assert not taken[:, 0].any(), "the first layer is always the first z's"
    mixed = taken.any(1)
    assert abs(mixed.float().mean() - 0.9) < 0.02
    assert (taken[:, 1:].int() >= taken[:, :-1].int()).all(), "from one layer on"
    begins = (layers - taken[mixed].sum(1)).bincount(minlength=layers)[1:] / mixed.sum()
    assert (begins - 1 / (layers - 1)).abs().max() < 0.03
    assert torch.equal(mixing.eval().mixed(styles, mapping, None), styles)


def test_truncation_goes_towards_the_mean_of_w_which_g_s_moves_alone_renew():
    t = trainer("stylegan2")
    G = t.game.G
    assert not G.w_mean.any()
    means = []
    remember = G._remember
    G._remember = lambda w: (means.append((w.detach().mean(0), torch.is_grad_enabled())), remember(w))[1]
    for _ in range(3):
        t.step()
    expected = torch.zeros_like(G.w_mean)
    for mean, of_g in means:
        expected = torch.lerp(expected, mean, 0.005 if of_g else 0.0)
    assert len(means) == 6 and torch.allclose(G.w_mean, expected, atol=1e-7) and G.w_mean.any()
    average = t.ema.networks["G"].w_mean
    assert average.any() and not torch.equal(average, G.w_mean), "averaged like the weights"
    with torch.no_grad():
        G.eval()
        z = torch.randn(5, 8)
        mean = G(z, truncation=0.0)
        assert torch.equal(mean, mean[:1].expand_as(mean)) and torch.equal(mean, G(z + 1, truncation=0))
        assert torch.equal(G(z, truncation=1.0), G(z)) and not torch.equal(G(z)[0], G(z)[1])
        half_way = G.w_mean + 0.5 * (G.styles(z) - G.w_mean)
        assert torch.allclose(G(z, truncation=0.5), G.draw(half_way), atol=1e-6)


def test_pictures_are_cut_to_their_range_outside_of_training():
    G = Generator(Spec(1, 8, 8), 4, 4, 1, width=4)
    torch.nn.init.constant_(G.picture.bias, 9.0)
    with torch.no_grad():
        assert G(torch.randn(2, 4)).max() > 3
        assert G.eval()(torch.randn(2, 4)).max() == 1


def test_the_deviation_of_a_group_is_one_more_map():
    x = torch.randn(8, 3, 2, 2)
    found = BatchDeviation(4)(x)
    assert found.shape == (8, 4, 2, 2) and torch.equal(found[:, :3], x)
    for rows in (slice(0, 4), slice(4, 8)):
        expected = (x[rows].var(0, unbiased=False) + 1e-8).sqrt().mean()
        assert torch.allclose(found[rows, 3], expected.expand(4, 2, 2))
    assert BatchDeviation(4)(x[:1].expand(4, -1, -1, -1))[0, 3, 0, 0] == pytest.approx(1e-4, rel=1e-3)
    assert [group_of(n, 4) for n in (1, 2, 6, 7, 8, 9, 10, 25, 32)] == [1, 2, 3, 7, 4, 3, 2, 5, 4]


def test_labels_reach_both_networks_and_no_label_is_zero():
    torch.manual_seed(0)
    spec = Spec(1, 8, 8, classes=3)
    G, D = Generator(spec, 4, 4, 2, width=4, classes=3).eval(), Discriminator(spec, width=4, classes=3)
    z, x, y = torch.randn(4, 4), torch.randn(4, 1, 8, 8), torch.tensor([0, 1, 2, -1])
    with torch.no_grad():
        assert (G(z, y)[:3] - G(z, (y + 1) % 3)[:3]).flatten(1).abs().amax(1).min() > 1e-4
        change = D(x, y) - D(x, torch.full_like(y, -1))
        h = equalised.activate(
            D.dense(equalised.activate(D.conv(D.deviation(D.blocks(equalised.activate(D.read(x)))))).flatten(1))
        )
        assert torch.allclose(change[:3], (h[:3] * D.embed.weight).sum(1) / 2, atol=1e-5) and change[3] == 0
    spec = pictures().spec
    told = stylegan2(spec, **{**SMALL["stylegan2"], "conditional": True})
    assert told.game.maps()["samples"].classes == 3 and told.game.maps()["samples"].options == ("truncation",)
    with pytest.raises(ValueError, match="has no labels"):
        stylegan2(Spec(1, 8, 8), conditional=True)


def test_settings_follow_from_the_resolution_and_adam_from_the_pace_of_regularization():
    with torch.device("meta"):
        e = stylegan2(Spec(3, 256, 256), batch_size=16, z_dim=8, fmaps=None)
        large = stylegan2(Spec(3, 512, 512), z_dim=8, width=16, gamma=10.0, path_weight=0.0, lr=0.002, augment="none")
    assert e.game.penalties["r1"].weight == pytest.approx(0.0002 * 256**2 / 16) and e.game.penalties["r1"].every == 16
    assert e.game.terms["path_length"].weight == 2 and e.game.terms["path_length"].every == 4
    assert (e.ema_half_life, e.ema_ramp, e.game.G.stages[-1].second.bias.numel()) == (5000, 0.05, 64)
    assert e.chosen == {"fmaps": "0.5 (automatic)", "gamma": "0.8192 (automatic)", "ema": "5000 (automatic)"}
    for name, k in (("D", 16), ("G", 4)):
        (group,) = e.optimizers[name].param_groups
        c = k / (k + 1)
        assert group["lr"] == pytest.approx(0.0025 * c) and group["betas"] == pytest.approx((0.0, 0.99**c))
        assert group["eps"] == 1e-8
    assert large.optimizers["G"].param_groups[0]["lr"] == 0.002 and large.game.terms == {}
    assert set(large.chosen) == {"fmaps", "ema"} and large.game.penalties["r1"].weight == 10
