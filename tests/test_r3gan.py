"""R3GAN: its block, sizes, initial weights and counts by hand, its schedules as they are played, and its labels."""

import math
from types import SimpleNamespace

import pytest
import torch
from small import pictures, trainer
from torch.nn.functional import conv2d, leaky_relu

from sparring.data.spec import Spec
from sparring.doctor.treatment import change
from sparring.games import Batch, Turn, noise_of
from sparring.games.view import unchanged
from sparring.networks.r3 import Block, Discriminator, Generator, downsampled, sizes, upsampled
from sparring.recipes.r3gan import PRESETS, preset_for, r3gan, scheduled
from sparring.sessions.build import plan, sketch

TINY = {"widths": (8, 4), "blocks": 1, "group": 4}


def params(network):
    return sum(p.numel() for p in network.parameters())


def test_a_block_is_its_formula_group_by_group():
    torch.manual_seed(0)
    block, x = Block(6, 4).double(), torch.randn(2, 6, 5, 4, dtype=torch.float64)
    for p in block.parameters():
        torch.nn.init.normal_(p)
    h = leaky_relu(
        torch.einsum("oi,nihw->nohw", block.widen.weight[:, :, 0, 0], x) + block.widen.bias[:, None, None], 0.2
    )
    parts = [
        conv2d(h[:, i : i + 4], block.grouped.weight[i : i + 4], block.grouped.bias[i : i + 4], padding=1)
        for i in range(0, 12, 4)
    ]
    added = torch.einsum("oi,nihw->nohw", block.narrow.weight[:, :, 0, 0], leaky_relu(torch.cat(parts, 1), 0.2))
    assert torch.allclose(block(x), x + added, rtol=1e-12, atol=1e-10)
    assert block.narrow.bias is None
    with pytest.raises(ValueError, match="group_width is 5; it must divide 12, twice the width 6"):
        Block(6, 5)


def test_parameters_of_the_cifar_10_preset_counted_by_hand():
    """A block of C channels and groups of g: 4 C^2 + 18 C g weights and 4 C biases."""
    block = 4 * 768**2 + 18 * 768 * 16 + 4 * 768
    assert block == 2_583_552
    g = 8 * block + 768 * 4 * 4 + (64 + 64) * 768 + 10 * 64 + 768 * 3  # blocks, basis, of z and label, labels, pixels
    d = 8 * block + 3 * 768 + 768 * 4 * 4 + 768 * 64 + 10 * 64  # blocks, pixels, places, to the labels' space, labels
    assert (g, d) == (20_781_952, 20_732_800)
    made = sketch(plan("r3gan", (Spec(3, 32, 32, 10),), {"preset": "cifar10", "conditional": True}))
    assert (params(made.game.G), params(made.game.D)) == (g, d)
    plain = sketch(plan("r3gan", (Spec(3, 32, 32),), {"preset": "auto"}))
    assert params(plain.game.G) == g - 64 * 768 - 10 * 64
    assert params(plain.game.D) == d - 768 * 63 - 10 * 64


def test_parameters_of_the_ffhq_256_preset_counted_by_hand():
    widths = (768, 768, 768, 768, 384, 192, 96)
    blocks = sum(2 * (4 * c**2 + 18 * c * 16 + 4 * c) for c in widths)
    changes = 768 * 384 + 384 * 192 + 192 * 96
    made = sketch(plan("r3gan", (Spec(3, 256, 256),), {"preset": "ffhq256"}))
    assert params(made.game.G) == blocks + changes + 768 * 16 + 64 * 768 + 96 * 3
    assert params(made.game.D) == blocks + changes + 768 * 16 + 768 + 96 * 3


def test_upsampled_stays_at_the_values_and_goes_straight_between():
    row = torch.tensor([1.0, 2.0, 4.0])
    x = row.view(1, 1, 1, 3).repeat(1, 2, 1, 1)
    assert upsampled(x, (2, 6))[0, 1, 1].tolist() == [1, 1.5, 2, 3, 4, 4]
    assert upsampled(x, (1, 5))[0, 0, 0].tolist() == [1, 1.5, 2, 3, 4]
    x = torch.arange(6.0).view(1, 1, 2, 3)
    assert upsampled(x, (3, 5))[0, 0].tolist() == [[0, 0.5, 1, 1.5, 2], [1.5, 2, 2.5, 3, 3.5], [3, 3.5, 4, 4.5, 5]]


def test_downsampled_smooths_by_1_2_1_and_keeps_what_is_flat():
    x = torch.tensor([4.0, 8.0, 0.0, 4.0, 12.0]).view(1, 1, 1, 5).repeat(1, 3, 1, 1)
    assert downsampled(x)[0, 2, 0].tolist() == [(3 * 4 + 8) / 4, (8 + 0 + 4) / 4, (4 + 3 * 12) / 4]
    assert downsampled(x[..., :4])[0, 0, 0].tolist() == [5, 3]
    for h, w in ((1, 1), (17, 29), (4, 6), (3, 2)):
        flat = torch.full((1, 3, h, w), 2.5)
        small = downsampled(flat)
        assert small.shape[2:] == (math.ceil(h / 2), math.ceil(w / 2)) and bool((small == 2.5).all())
        assert bool((upsampled(small, (h, w)) == 2.5).all())


def test_17_x_29_goes_down_and_comes_up_by_halves_rounded_up():
    assert sizes(17, 29, 4) == [(17, 29), (9, 15), (5, 8), (3, 4)]
    G, D = Generator(Spec(1, 17, 29), 5, (8, 8, 4, 4), 1, 4), Discriminator(Spec(1, 17, 29), (8, 8, 4, 4), 1, 4)
    assert G.basis.shape == (8, 3, 4) and D.places.weight.shape == (8, 1, 3, 4)
    assert G(torch.randn(2, 5)).shape == (2, 1, 17, 29)
    assert D(torch.randn(2, 1, 17, 29)).shape == (2,)


def test_weights_start_as_the_paper_says_so_that_every_block_is_the_identity():
    torch.manual_seed(0)
    G = Generator(Spec(3, 32, 32), 64, (64, 64, 128), 2, 16)
    blocks = [m for m in G.modules() if isinstance(m, Block)]
    assert len(blocks) == 6
    gain = math.sqrt(2 / 1.04) * 6**-0.25
    for block in blocks:
        width = block.widen.in_channels
        assert block.widen.weight.std().item() * math.sqrt(width) == pytest.approx(gain, rel=0.05)
        assert block.grouped.weight.std().item() * math.sqrt(16 * 9) == pytest.approx(gain, rel=0.05)
        assert not block.narrow.weight.any() and not block.widen.bias.any() and not block.grouped.bias.any()
        x = torch.randn(1, width, 4, 4)
        assert torch.equal(block(x), x)
    assert G.project.weight.std().item() * 8 == pytest.approx(1, rel=0.05)
    assert G.changes[1].weight.std().item() * 8 == pytest.approx(1, rel=0.05)
    assert G.basis.std().item() == pytest.approx(1, rel=0.1)


def test_g_is_unbounded_in_training_and_a_picture_in_use():
    torch.manual_seed(0)
    G, z = Generator(Spec(1, 8, 8), 5, **TINY).double(), torch.randn(50, 5, dtype=torch.float64)
    with torch.no_grad():
        raw, used = G(z), G.eval()(z)
    assert raw.abs().max() > 1.5 and used.abs().max() == 1 and raw.dtype == torch.float64
    assert torch.equal(used, raw.clamp(-1, 1))


def test_d_reads_labels_by_a_product_and_a_picture_without_one_by_their_mean():
    torch.manual_seed(0)
    D = Discriminator(Spec(1, 8, 8, 3), **TINY, classes=3, embedding=6).double()
    x = torch.randn(4, 1, 8, 8, dtype=torch.float64)
    each = torch.stack([D(x, torch.full((4,), y)) for y in range(3)])
    mixed = D(x, torch.tensor([0, 2, -1, -1]))
    assert torch.allclose(mixed, torch.stack([each[0, 0], each[2, 1], each[:, 2].mean(), each[:, 3].mean()]))
    assert torch.allclose(D(x), each.mean(0)) and each.std(0).min() > 1e-3


def test_the_schedules_are_half_cosines_of_the_images_as_they_are_played():
    ends = {"lr": 1e-3, "lr_end": 1e-4, "gamma": 2.0, "gamma_end": 0.2, "beta2": 0.9, "beta2_end": 0.99}
    t = trainer("r3gan", batch_size=8, decay=32, ema=10, **ends)
    found = []
    for _ in range(6):
        t.step()
        (group,) = t.experiment.optimizers["D"].param_groups
        (same,) = t.experiment.optimizers["G"].param_groups
        assert (group["lr"], group["betas"]) == (same["lr"], same["betas"])
        found.append((group["lr"], group["betas"][1], t.game.gamma.item(), t.ema.half_life.item()))
    for step, (lr, beta2, gamma, half_life) in enumerate(found):
        left = (1 + math.cos(math.pi * min(step * 8 / 32, 1))) / 2  # of the way, before the step
        assert lr == pytest.approx(1e-4 + 9e-4 * left) and beta2 == pytest.approx(0.99 - 0.09 * left)
        assert gamma == pytest.approx(0.2 + 1.8 * left)
        seen = (step + 1) * 8
        law = 10 * (1 - (1 + math.cos(math.pi * min(seen / 32, 1))) / 2)
        assert half_life == pytest.approx(min(law, seen), rel=1e-5), "the average is updated after the step"
    assert found[2][0] == pytest.approx(5.5e-4) and found[4][:3] == found[5][:3]


def test_d_pays_for_both_gradients_on_every_move_the_same_in_each_exact_form():
    paid = {}
    for form in ("exact", "functional", "finite_differences"):
        t = trainer("r3gan", penalty=form)
        for _ in range(3):
            paid[form] = {k: v.item() for k, v in t.step()["D"].paid.items()}
    assert paid["exact"].keys() == {"adversarial", "r1", "r2"} and min(paid["exact"].values()) > 0
    assert paid["functional"] == pytest.approx(paid["exact"], rel=1e-4)
    assert paid["finite_differences"]["r1"] != pytest.approx(paid["exact"]["r1"], rel=1e-3)
    free = trainer("r3gan", gamma=0, gamma_end=0).step()["D"].paid
    assert free.keys() == {"adversarial"}


def test_r1_is_at_the_data_and_r2_at_the_fakes_and_the_weight_is_the_scheduled_number():
    game = trainer("r3gan").game
    with torch.no_grad():
        game.gamma.fill_(3.0)
        for block in (m for m in game.D.modules() if isinstance(m, Block)):  # else D is linear and both are one
            torch.nn.init.normal_(block.narrow.weight)
    batch, turn = Batch(pictures().batch(torch.arange(8))[0]), Turn(noise_of(0))
    paid = game.d_pays(batch, turn).paid
    for name, x in (("r1", batch.x), ("r2", game.view(batch, turn).fake)):
        at = x.detach().clone().requires_grad_()
        (gradient,) = torch.autograd.grad(game.D(at).sum(), at)
        assert paid[name].item() == pytest.approx(1.5 * gradient.square().sum((1, 2, 3)).mean().item(), rel=1e-4)
    assert paid["r1"].item() != pytest.approx(paid["r2"].item(), rel=1e-2)


def test_the_loss_sees_only_differences_of_pairs():
    t = trainer("r3gan")
    x = pictures().batch(torch.arange(8))[0]
    view = t.game.view(Batch(x), Turn(noise_of(0)))
    a, b = view.real_logits, view.fake_logits
    paid = t.game.loss.d(a, b)
    assert torch.allclose(t.game.loss.d(a + 7, b + 7), paid, atol=1e-5)
    assert torch.allclose(paid, torch.log1p(torch.exp(b - a)), atol=1e-6)


def test_presets_by_resolution_and_what_is_given_goes_first():
    assert [preset_for(Spec(3, side, side // 2), "auto") for side in (28, 32, 48, 64, 65, 300)] == [
        PRESETS[n] for n in ("cifar10", "cifar10", "ffhq64", "ffhq64", "ffhq256", "ffhq256")
    ]
    table = {
        n: (len(p.widths), p.group_width, p.batch_size, p.gamma, p.ema / 1e6, p.decay / 1e6) for n, p in PRESETS.items()
    }
    assert table == {
        "cifar10": (4, 16, 512, 0.05, 5, 20), "ffhq64": (5, 16, 256, 2, 0.5, 20), "ffhq256": (7, 16, 256, 150, 0.5, 20),
        "imagenet32": (4, 32, 4096, 0.5, 50, 200), "imagenet64": (5, 32, 4096, 1, 50, 200),
    }  # fmt: skip
    made = sketch(plan("r3gan", (Spec(3, 64, 64),), {"preset": "ffhq64", "batch_size": 7, "gamma": 9, "decay": 1000}))
    assert (made.batch_size, made.images, made.game.D.stages[0][0].widen.in_channels) == (7, 1000, 384)
    gamma, lr, _, beta2, _, p = (schedule.law for schedule in made.schedules)
    assert (p(0), p(1000)) == pytest.approx((0, 0.3))
    assert (gamma(0), gamma(1000)) == pytest.approx((9, 0.9))
    assert (lr(0), lr(500), lr(1000), lr(10**9)) == pytest.approx((2e-4, 1.25e-4, 5e-5, 5e-5))
    assert (beta2(0), beta2(1000)) == pytest.approx((0.9, 0.99))
    assert (
        made.chosen["widths"] == "768 768 768 768 384 (preset ffhq64)"
        and made.chosen["ema"] == "500000 (preset ffhq64)"
    )
    assert made.chosen["gamma_end"] == "0.9 (a tenth of gamma)" and made.chosen["lr_end"] == "5e-05 (a quarter of lr)"
    assert not made.chosen.keys() & {"batch_size", "gamma", "decay"}


@pytest.mark.parametrize("side", [8, 17, 28, 32, 64])
def test_the_small_preset_begins_with_maps_of_3_or_4_pixels(side):
    of = preset_for(Spec(1, side, side), "small")
    assert sizes(side, side, len(of.widths))[-1][0] in (3, 4)
    assert all(2 * w % of.group_width == 0 for w in of.widths)


def test_conditional_needs_labels_and_tells_them_to_both():
    with pytest.raises(ValueError, match="the data has no labels"):
        r3gan(Spec(1, 8, 8), conditional=True)
    game = r3gan(Spec(1, 8, 8, 3), conditional=True, **{"widths": (8, 4), "group_width": 4}).game
    z = torch.randn(1, 64)
    with torch.no_grad():
        drawn = [game.G(z, torch.tensor([y])) for y in (0, 1)]
    assert game.classes == 3 and not torch.allclose(*drawn, atol=1e-2)


def test_augmentation_is_the_papers_in_its_presets_and_grows_along_the_schedule():
    assert {n: p.augment_p for n, p in PRESETS.items()} == {
        "cifar10": 0.55, "ffhq64": 0.3, "ffhq256": 0.3, "imagenet32": 0.5, "imagenet64": 0.4
    }  # fmt: skip
    made = sketch(plan("r3gan", (Spec(3, 32, 32),), {"preset": "cifar10"}))
    assert list(made.game.augment.operations) == ["places", "colours", "cutout"]
    assert [made.schedules[-1].law(n * 10**7) for n in (0, 1, 2, 3)] == pytest.approx([0, 0.275, 0.55, 0.55])
    t = trainer("r3gan", batch_size=8, decay=32, augment="scheduled", augment_p=0.4)
    found = []
    for _ in range(6):
        t.step()
        found.append(t.game.augment.p.item())
    assert found == pytest.approx([0.2 * (1 - math.cos(math.pi * min(i / 4, 1))) for i in range(6)])
    assert trainer("r3gan", augment="none").game.augment is unchanged


def test_a_shared_draw_changes_real_and_fake_of_a_pair_alike():
    x = torch.rand(16, 3, 8, 8) * 2 - 1
    for shared in (True, False):
        augment = scheduled(lambda seen: 1.0, shared).augment
        real, fake = (augment(x, noise_of(5).within(side)) for side in ("real", "fake"))
        assert torch.equal(real, fake) is shared and not torch.equal(real, x)


def test_the_doctor_changes_no_gamma_that_a_preset_chose():
    history = SimpleNamespace(settings={"gamma": None}, defaults={"gamma": None}, now=SimpleNamespace(diversity=0.5))
    assert change("collapsed", history) == {}
    history.settings["gamma"] = 2.0
    assert change("collapsed", history) == {"gamma": 8.0}
