"""The race: both sides get the same pictures and networks, take turns fairly, and the numbers are put together rightly."""

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from sparring.data.pictures import Pictures

FOLDER = Path(__file__).parents[1] / "benchmarks"
SCRIPTS = ("race_steps", "race_roofline", "race_quality", "race_growth")


@pytest.fixture(scope="module", autouse=True)
def importable():
    sys.path.insert(0, str(FOLDER))
    yield
    sys.path.remove(str(FOLDER))


def script(name):
    return importlib.import_module(name)


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_script_says_how_it_is_used(name, capsys):
    with pytest.raises(SystemExit) as ended:
        script(name).parser().parse_args(["--help"])
    said = capsys.readouterr().out
    assert ended.value.code == 0 and f"benchmarks/{name}.py" in said and "--out" in said and "--plot" in said


def test_sides_take_turns_and_each_begins_as_often_as_the_other():
    steps = script("race_steps")
    assert list(steps.in_turn(3)) == [("ours", "tutorial"), ("tutorial", "ours"), ("ours", "tutorial")]
    assert list(steps.in_turn(0)) == []
    played = []
    match = script("race_ours").Match(lambda: played.append("o"), lambda: played.append("t"), lambda: None, 10, {})
    ticks = iter(range(1000))
    found = steps.raced(match, pairs=2, seconds=3.0, clock=lambda: next(ticks))
    assert "".join(played) == "oo" + "tt" + "t" + "ooo" + "ttt" + "ttt" + "ooo", "warm-up, pace, then A B B A"
    assert (found["steps_of_a_block"], found["images_of_a_block"]) == (3, 30)
    assert found["images_per_second"] == {"ours": 30, "tutorial": 30} and found["ratio"] == 1


def test_a_ratio_is_of_a_pair_and_the_median_of_them_counts():
    steps = script("race_steps")
    blocks = {"ours": [1.0, 2.0, 4.0], "tutorial": [3.0, 4.0, 20.0]}
    assert steps.ratios(blocks) == {"ratio": 3.0, "low": 2.0, "high": 5.0}
    assert [steps.steps_for(4.0, s) for s in (0.5, 3.0, 100.0)] == [8, 1, 1]
    found = {"ratio": 3.0, "low": 2.0, "high": 5.0, "images_per_second": {"ours": 1234.56, "tutorial": 400}}
    assert "| `mlp` | 1,234.6 | 400.0 | 3.00 (2.00 to 5.00) |" in steps.table({"cases": {"mlp": found}})


def test_networks_have_the_published_sizes_and_our_recipe_has_as_many_weights():
    networks = script("race_networks")
    sizes = [tuple(map(networks.parameters, pair)) for pair in (networks.mlp_networks(), networks.dcgan_networks(64))]
    assert sizes[0] == (64 * 256 + 256 * 256 + 256 * 784 + 2 * 256 + 784, 784 * 256 + 256 * 256 + 2 * 256 + 257)
    assert sizes[1] == (3_576_704, 2_765_568), "as the tutorial's networks print"
    G, D = networks.cyclegan_networks()
    assert (networks.parameters(G), networks.parameters(D)) == (11_378_179, 2_764_737), "11.378 M and 2.765 M"
    from sparring.networks.patch import PatchDiscriminator
    from sparring.networks.translate import ResNetTranslator

    for ours, theirs in ((ResNetTranslator(3, 3), G), (PatchDiscriminator(3), D)):
        assert [p.shape for p in ours.parameters()] == [p.shape for p in theirs.parameters()]


def test_both_sides_see_the_same_pixels(tmp_path):
    tutorials, images = script("race_tutorials"), np.random.default_rng(0).integers(0, 256, (3, 6, 5, 3), np.uint8)
    for i, image in enumerate(images):
        Image.fromarray(image).save(tmp_path / f"{i}.png")
    ours = Pictures(images).batch(torch.arange(3))[0]
    theirs = torch.stack([tutorials.FileItems(tmp_path)[i][0] for i in range(3)])
    assert theirs.shape == (3, 3, 6, 5) and torch.allclose(ours, theirs, atol=2e-7)
    grey = tutorials.ArrayItems(images[..., 0])[1][0]
    assert torch.allclose(Pictures(images[..., :1]).batch(torch.arange(3))[0][1], grey, atol=2e-7)
    a, b = tutorials.UnpairedItems(tmp_path, tmp_path, load=8, crop=4)[0]
    assert a.shape == b.shape == (3, 4, 4) and -1 <= float(a.min()) <= float(a.max()) <= 1


def trained(networks):
    return [p.detach().clone() for net in networks for p in net.parameters()]


@pytest.mark.parametrize("kind", ["mlp", "dcgan", "cyclegan", "r3gan"])
def test_a_step_of_a_tutorial_moves_every_network_and_reads_finite_numbers(kind, tmp_path):
    tutorials, networks = script("race_tutorials"), script("race_networks")
    torch.manual_seed(0)
    images = np.random.default_rng(0).integers(0, 256, (4, 32, 32, 3), np.uint8)
    for i, image in enumerate(images):
        Image.fromarray(image).save(tmp_path / f"{i}.png")
    items = tutorials.FileItems(tmp_path)
    if kind == "mlp":
        nets, items = networks.mlp_networks(), tutorials.ArrayItems(images[:, :28, :28, 0])
        loop = tutorials.mlp_loop(*nets, items, batch=2)
    elif kind == "dcgan":
        nets = networks.dcgan_networks(32, features=4)
        loop = tutorials.dcgan_loop(*nets, items, batch=2)
    elif kind == "cyclegan":
        nets = [nn.Conv2d(3, 3, 3, padding=1) for _ in range(2)] + [nn.Conv2d(3, 1, 4) for _ in range(2)]
        loop = tutorials.cyclegan_loop(tuple(nets), tutorials.UnpairedItems(tmp_path, tmp_path, 36, 32))
    else:
        D = nn.Sequential(nn.Conv2d(3, 4, 4, 4), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(256, 1), nn.Flatten(0))
        G, average = (nn.Sequential(nn.Linear(64, 3072), nn.Unflatten(1, (3, 32, 32))) for _ in range(2))
        nets = (G, D, average)
        loop = tutorials.r3gan_loop(*nets, items, batch=2, gamma=0.5, lr=1e-3)
    before = trained(nets)
    read = next(loop)
    moved = [not torch.equal(a, b) for a, b in zip(before, trained(nets), strict=True)]
    still = {"r3gan": 1}.get(kind, 0)  # real minus fake: the last bias of a relativistic D has no gradient
    assert moved.count(False) <= still and np.isfinite(read).all()
    assert len(read) == {"mlp": 0, "dcgan": 5, "cyclegan": 8, "r3gan": 4}[kind]


def test_our_side_runs_the_tutorial_s_mlp_as_the_table_says(monkeypatch):
    ours, images = script("race_ours"), Pictures(np.random.default_rng(0).integers(0, 256, (120, 28, 28, 1), np.uint8))
    monkeypatch.setitem(ours.OURS, "mlp", ours.Ours(experiment={"updates": "simultaneous"}))
    match = ours.mlp("mlp", images, "float32")
    trainer = match.ours.__self__
    assert trainer.experiment.updates == "simultaneous" and not trainer.game.together
    assert (
        match.batch == 100 and all(a == b for a, b in match.parameters.values()) and set(match.parameters) == {"G", "D"}
    )
    before = trained((trainer.game.G, trainer.game.D))
    match.ours()
    match.settle()
    assert not any(torch.equal(a, b) for a, b in zip(before, trained((trainer.game.G, trainer.game.D)), strict=True))
    assert match.tutorial() == []


GROUPED = [
    (nn.Conv2d(8, 16, 3, padding=1), 2 * 4 * 100 * 16 * 8 * 9),
    (nn.Conv2d(8, 16, 3, padding=1, groups=4), 2 * 4 * 100 * 16 * 2 * 9),
    (nn.ConvTranspose2d(8, 8, 3, 2, 1, groups=8), 2 * 4 * 100 * 8 * 9),
    (nn.ConvTranspose2d(8, 16, 4, 2, 1), 2 * 4 * 100 * 8 * 16 * 16),
]


@pytest.mark.parametrize("conv, forward", GROUPED, ids=["plain", "grouped", "depthwise transposed", "transposed"])
def test_backward_costs_twice_a_forward_pass_and_a_penalty_as_much_again(conv, forward):
    flops, x = script("race_flops").flops, torch.randn(4, 8, 10, 10, requires_grad=True)

    def penalty():
        (gradient,) = torch.autograd.grad(conv(x).square().sum(), x, create_graph=True)
        gradient.square().sum().backward()

    assert flops(lambda: conv(x), 1) == forward
    assert flops(lambda: conv(x).sum().backward(), 2) == 3 * forward
    assert flops(penalty, 1) == 6 * forward, "forward, gradient, and both of the two convolutions once more backward"


def test_an_operator_belongs_to_what_called_it():
    kinds = script("race_kinds")
    cases = {
        ("aten::copy_", "aten::convolution", "step"): "convolution",
        ("aten::mul_", "aten::_foreach_mul_", "Optimizer.step#Adam.step", "step"): "optimizer",
        ("aten::to", "data", "step"): "data",
        ("aten::addmm", "aten::linear", "step"): "matmul",
        ("aten::native_batch_norm", "aten::instance_norm", "step"): "norm",
        ("aten::mul", "MulBackward0", "step"): "elementwise",
        ("step",): "other",
    }
    assert {kinds.kind_of(names) for names in cases} == set(kinds.KINDS)
    for names, kind in cases.items():
        assert kinds.kind_of(names) == kind, names
    a = torch.randn(300, 300)
    shares = kinds.by_kind(lambda: a @ a @ a @ a, 3)
    assert sum(shares.values()) == pytest.approx(1) and shares["matmul"] > 0.5 and shares["convolution"] == 0


def test_the_share_of_the_peak_and_the_slope_of_a_cost():
    assert script("race_roofline").share(3e9, 0.5, 60e9) == pytest.approx(0.1)
    exponent = script("race_growth").exponent
    assert exponent([1, 2, 4], [3, 12, 48]) == pytest.approx(2)
    assert exponent([8, 16], [5, 5]) == pytest.approx(0)
    cases = script("race_growth").cases(["width", "pictures", "resolution"], (16, 32))
    assert list(cases) == ["width", "resolution"] and [size for size, _, _ in cases["resolution"]] == [16, 32]


def test_quality_over_time_is_the_median_of_seeds_at_the_looks_that_all_have():
    quality = script("race_quality")
    rows = []
    for seed, values in enumerate(([30.0, 10.0], [50.0, 14.0, 5.0], [20.0, 18.0])):
        looks = [
            {"seconds": 15.0 * 2**i, "images": 100 * i, "kernel_distance": [v, v, v]} for i, v in enumerate(values)
        ]
        rows.append({"data": "x", "recipe": "gan", "seed": seed, "lengths": "own", "count": 9, "looks": looks})
    assert quality.curve(rows, "kernel_distance") == [(15.0, 30.0, 20.0, 50.0), (30.0, 14.0, 10.0, 18.0)]
    other = rows[0] | {"lengths": "fitted"}
    assert {k: len(v) for k, v in quality.groups({"rows": [*rows, other]}).items()} == {
        ("x", "gan", "own"): 3,
        ("x", "gan", "fitted"): 1,
    }
    assert quality.key_of(rows[0]) != quality.key_of(other) and quality.key_of(rows[0]) != quality.key_of(rows[1])
    assert "| x | `gan` | 3 | 100 | 15: 30 [20 to 50], 30: 14 [10 to 18] |" in quality.table({"rows": rows})


def test_time_between_looks_is_not_counted(monkeypatch):
    quality = script("race_quality")
    now = [0.0]
    monkeypatch.setattr(quality.time, "process_time", lambda: now[0])

    class Fake:
        steps = 0

        def step(self):
            now[0] += 1.0
            self.steps += 1

        def check(self):
            pass

    trainer, seen = Fake(), []
    for spent in quality.looks(trainer, [3, 5]):
        seen.append((spent, trainer.steps))
        now[0] += 1000.0
    assert seen == [(3.0, 3), (5.0, 5)]
