"""The trainer: exact resume, divergence, averages, schedules."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import torch

from sparring.data.pictures import Pictures
from sparring.data.streams import picture_stream
from sparring.engine.backend import Backend
from sparring.engine.ema import EMA
from sparring.engine.experiment import Experiment
from sparring.engine.schedules import half_cosine, linear
from sparring.engine.trainer import Trainer
from sparring.errors import DivergedError, ModelError
from sparring.games import GAN, Batch
from sparring.networks import mlp
from sparring.runs import checkpoint
from sparring.sessions.build import build, check_shapes, describe, measure, plan, plan_from, sketch

STEPS = 12
SMALL = {
    "gan": {"g_hidden": (16,), "d_hidden": (16,), "z_dim": 8, "batch_size": 8, "ema": 40},
    "gan2014": {"g_units": 16, "d_units": 8, "z_dim": 8, "batch_size": 8, "ema": 40},
    "dcgan": {"features": 4, "z_dim": 8, "batch_size": 8, "ema": 40, "d_steps": 2},
}


def pictures(n=50, channels=1, side=16):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (n, side, side, channels), np.uint8)
    return Pictures(images, np.arange(n) % 3, ("a", "b", "c"), name="noise")


def trainer(recipe, backend=None, **settings):
    data = pictures()
    made = plan(recipe, (data.spec,), {**SMALL[recipe], **settings}, seed=7)
    return Trainer(build(made), picture_stream(data, made.seed), backend)


def bits(t):
    snapshot = t.snapshot()
    flat = {f"{part}/{k}": v.clone() for part, tensors in snapshot.tensors.items() for k, v in tensors.items()}
    return flat, snapshot.state


def assert_same(a, b):
    assert a[0].keys() == b[0].keys() and a[1] == b[1]
    differing = [k for k in a[0] if not torch.equal(a[0][k], b[0][k])]
    assert not differing, differing


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("recipe", SMALL)
def test_n_steps_stop_resume_m_steps_are_n_plus_m_steps_bit_for_bit(recipe, precision, tmp_path):
    backend = Backend("cpu", precision, precision == "bfloat16")
    straight = trainer(recipe, backend)
    for step in range(1, STEPS + 1):
        straight.step()
        if step <= 10:
            checkpoint.save(tmp_path, straight.snapshot(), keep=10)
    end = bits(straight)
    paths = sorted(p for p in tmp_path.iterdir() if p.is_dir())
    assert len(paths) == 10
    for path in paths:
        torch.manual_seed(999)
        resumed = trainer(recipe, backend)
        resumed.restore(checkpoint.read(path))
        while resumed.steps < STEPS:
            resumed.step()
        assert_same(bits(resumed), end)


def test_control_a_resume_that_forgets_the_random_state_is_another_run(tmp_path):
    straight = trainer("gan")
    for _ in range(3):
        straight.step()
    path = checkpoint.save(tmp_path, straight.snapshot())
    straight.step()
    resumed = trainer("gan")
    resumed.restore(checkpoint.read(path))
    torch.manual_seed(1)
    resumed.step()
    with pytest.raises(AssertionError):
        assert_same(bits(resumed), bits(straight))


def test_the_unrolled_example_is_bit_identical_to_the_trainer_after_three_steps():
    path = Path(__file__).parents[1] / "examples" / "unrolled_gan.py"
    spec = importlib.util.spec_from_file_location("unrolled_gan", path)
    unrolled = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(unrolled)
    G, D = unrolled.main(3)
    from sparring import open_pictures

    data = open_pictures("fashion")
    made = plan("gan", (data.spec,), {}, seed=unrolled.SEED)
    t = Trainer(build(made), picture_stream(data, made.seed))
    for _ in range(3):
        t.step()
    for mine, theirs in ((t.game.G, G), (t.game.D, D)):
        assert len(list(mine.parameters())) > 3
        for p, q in zip(mine.parameters(), theirs.parameters(), strict=True):
            assert torch.equal(p, q)
    t.step()
    assert not torch.equal(next(t.game.G.parameters()), next(G.parameters())), "a fourth step differs"


def test_every_move_draws_a_fresh_batch():
    t = trainer("dcgan", d_steps=3)
    seen = []
    stream = t.stream
    t.stream = lambda position, n: (seen.append((position, n)), stream(position, n))[1]
    t.step()
    assert seen == [(0, 8), (8, 8), (16, 8), (24, 8)] and t.images == 8 and t.drawn == 32


def test_divergence_names_player_and_term_and_leaves_the_networks_finite():
    t = trainer("gan")
    t.step()
    t.game.penalties = {"bad": lambda D, view: view.real_logits * torch.nan}
    before = bits(t)[0]
    with pytest.raises(DivergedError, match=r"step 2: player D: its loss term 'bad' is nan"):
        t.step()
    after = bits(t)[0]
    assert all(torch.equal(before[k], after[k]) for k in before if k.startswith(("game/G", "game/D", "ema", "optim")))


def test_restore_refuses_other_networks(tmp_path):
    path = checkpoint.save(tmp_path, trainer("gan").snapshot())
    with pytest.raises(ModelError, match="another network"):
        trainer("gan", g_hidden=(17,)).restore(checkpoint.read(path))
    made = plan("gan", (pictures().spec,), {**SMALL["gan"], "g_hidden": (17,)})
    with pytest.raises(ModelError, match=r"G.layers.0.bias is \(16,\) in the file and \(17,\)"):
        check_shapes(sketch(made).game, checkpoint.shapes(path)["game"])


def test_a_sketch_takes_no_memory_and_has_the_right_size():
    made = plan("dcgan", (pictures().spec,), {"features": 2048, "z_dim": 16_000})
    experiment = sketch(made)
    assert all(p.is_meta for p in experiment.game.parameters())
    size = measure(experiment)
    assert size.parameters["G"] > 200_000_000 and size.bytes > 4 * 5 * size.parameters["G"]
    small = build(plan("gan", (pictures().spec,), SMALL["gan"]))
    assert measure(small).parameters["D"] == (256 * 16 + 16) + (16 + 1)


def test_a_plan_comes_back_from_json():
    made = plan("gan", (pictures().spec,), {"lr": "1e-3", "g_hidden": [3, 4]}, seed=5)
    assert made.settings["lr"] == 1e-3 and made.settings["g_hidden"] == (3, 4)
    assert plan_from(describe(made)) == made


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"recipe": "os.system"}, "not one of the library's"),
        ({"specs": [{"channels": 1, "height": 10**9, "width": 3}]}, "absurd"),
        ({"specs": [{"channels": "x", "height": 3, "width": 3}]}, "describe itself"),
        ({"settings": {"z_dim": 10**12}}, "z_dim is 1000000000000"),
        ({"settings": {"zdim": 3}}, "did you mean 'z_dim'"),
        ({"seed": "x"}, "describe itself"),
    ],
)
def test_a_plan_from_a_hostile_file_is_refused(change, message):
    facts = {**describe(plan("gan", (pictures().spec,), {})), **change}
    with pytest.raises(ModelError, match=message):
        plan_from(facts)


def test_ema_half_life_is_exact_in_images():
    def game(value):
        g = GAN(torch.nn.Linear(1, 1, bias=False), torch.nn.Linear(1, 1), 1)
        torch.nn.init.constant_(g.G.weight, value)
        return g

    for batch in (1, 10, 100):
        one = game(1.0)
        ema = EMA(one, half_life=1000, ramp=1e9)
        torch.nn.init.constant_(one.G.weight, 0.0)
        for i in range(1000 // batch):
            ema.update(one, batch, (i + 1) * batch)
        assert ema.networks["G"].weight.item() == pytest.approx(0.5, abs=1e-5)
    ramped = EMA(game(1.0), half_life=1000)
    assert ramped.decay(10, 100) == pytest.approx(0.25), "half-life is 5 % of 100 images"
    assert EMA(game(1.0), half_life=0).decay(10, 100) == 0.0


def test_ema_averages_buffers_and_swaps_in_and_out():
    t = trainer("dcgan")
    raw = t.game.G
    for _ in range(3):
        t.step()
    running = [k for k, _ in t.ema.networks["G"].named_buffers() if k.endswith("running_mean")]
    average, newest = dict(t.ema.networks["G"].named_buffers()), dict(raw.named_buffers())
    assert running and not torch.equal(average[running[0]], newest[running[0]])
    with t.ema.applied(t.game):
        assert t.game.G is t.ema.networks["G"]
    assert t.game.G is raw


def test_laws():
    law = half_cosine(1.0, 0.1, 100)
    assert [law(0), law(50), law(100), law(1000)] == pytest.approx([1.0, 0.55, 0.1, 0.1])
    line = linear(0.5, 0.7, images=200, after=100)
    assert [line(0), line(100), line(200), line(999)] == pytest.approx([0.5, 0.5, 0.6, 0.7])


def test_gan2014_is_the_original_to_the_constant():
    spec = Pictures(np.full((1000, 28, 28, 1), 51, np.uint8)).spec
    e = build(plan("gan2014", (spec,), {}))
    G, D = e.game.G, e.game.D
    assert [m.out_features for m in G.layers if hasattr(m, "out_features")] == [1200, 1200, 784]
    assert D.layers[2].linear.out_features == D.layers[4].linear.out_features == 240 * 5
    assert [m.p for m in D.layers if isinstance(m, torch.nn.Dropout)] == [0.2, 0.5, 0.5]
    assert 0.0499 < G.layers[0].weight.abs().max() <= 0.05 and 0.00499 < D.layers[2].linear.weight.abs().max() <= 0.005
    assert e.game.prior(5000).std().item() == pytest.approx(1, abs=0.01)
    assert e.batch_size == 100 and e.updates == "simultaneous" and e.game.d_steps == 1
    laws = [(s.law(0), s.law(100 * 1000), s.law(10**12)) for s in e.schedules]
    assert laws[0] == pytest.approx((0.1, 0.1 / 1.000004**1000, 1e-6))
    assert laws[1][0] == 0.5 and e.schedules[1].law(250 * 1000) == pytest.approx(0.7)
    e.prepare(Pictures(np.full((1000, 28, 28, 1), 51, np.uint8)))
    assert torch.sigmoid(G.layers[-1].bias).mean().item() == pytest.approx(51 / 255, abs=1e-4)
    a, b = torch.tensor([1.0]), torch.tensor([-2.0])
    assert e.game.loss.d(a, b).item() == pytest.approx((np.log1p(np.exp(-1)) + np.log1p(np.exp(-2))) / 2)


@pytest.mark.parametrize("recipe", SMALL)
@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32), (3, 64, 48), (7, 30, 101), (1, 2, 5)])
def test_any_size_and_channel_count_and_g_s_range_is_the_data_s(recipe, shape):
    channels, height, width = shape
    data = Pictures(np.random.default_rng(0).integers(0, 256, (20, height, width, channels), np.uint8))
    t = Trainer(build(plan(recipe, (data.spec,), SMALL[recipe])), picture_stream(data, 0))
    t.step()
    x = data.batch(torch.arange(20))[0]
    fake = t.game.sample(9)["samples"]
    assert fake.shape[1:] == x.shape[1:] == shape
    assert x.min() >= -1 and x.max() <= 1 and x.min() < -0.9 and x.max() > 0.9
    with torch.no_grad():  # driven to its ends, G reaches just what the data can reach
        last = [m for m in t.game.G.modules() if getattr(m, "bias", None) is not None][-1]
        last.bias.fill_(50.0)
        assert t.game.sample(2)["samples"].min() == 1
        last.bias.fill_(-50.0)
        assert t.game.sample(2)["samples"].max() == -1


def test_batch_norm_gets_its_keywords():
    from sparring.networks import dcgan

    norms = [m for m in dcgan.Generator(pictures().spec).modules() if isinstance(m, torch.nn.BatchNorm2d)]
    assert norms and all(m.eps == 1e-5 and m.momentum == 0.1 and m.affine for m in norms)


def test_an_experiment_needs_an_optimizer_for_every_player():
    G, D = mlp.Generator(pictures().spec, 4, (4,)), mlp.Discriminator(pictures().spec, (4,))
    with pytest.raises(ValueError, match=r"players are \['D', 'G'\]"):
        Experiment(GAN(G, D, 4), {"G": torch.optim.SGD(G.parameters(), 0.1)})


def test_a_stream_is_a_pure_function_of_the_position():
    stream = picture_stream(pictures(), seed=3)
    one, again = stream(40, 20), stream(40, 20)
    assert isinstance(one, Batch) and torch.equal(one.x, again.x) and torch.equal(one.y, again.y)
    assert not torch.equal(one.x, stream(60, 20).x)
