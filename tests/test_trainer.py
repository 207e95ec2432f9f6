"""The trainer and what it is given: batches, averages, schedules, plans, recipes."""

import numpy as np
import pytest
import torch
from small import FROM_NOISE, SMALL, WITHOUT_TANH, assert_same, bits, pictures, trainer

from sparring.data.pictures import Pictures
from sparring.data.streams import picture_stream
from sparring.engine.ema import EMA
from sparring.engine.experiment import Experiment
from sparring.engine.schedules import half_cosine, linear, of_number
from sparring.engine.trainer import Trainer
from sparring.errors import CommandError, ModelError
from sparring.games import GAN, Batch, Dropout, Term, noise_of
from sparring.networks import mlp
from sparring.runs import checkpoint
from sparring.sessions.build import build, check_shapes, describe, measure, plan, plan_from, sketch


def test_every_move_draws_a_fresh_batch():
    t = trainer("dcgan", d_steps=3)
    seen = []
    stream = t.stream
    t.stream = lambda position, n: (seen.append((position, n)), stream(position, n))[1]
    t.step()
    assert seen == [(0, 8), (8, 8), (16, 8), (24, 8)] and t.images == 8 and t.drawn == 32


def test_what_is_watched_is_the_same_each_time_and_moves_nothing():
    t = trainer("dcgan")
    for _ in range(3):
        t.step()
    before = bits(t)
    held_out = t.stream(0, 8)
    a, b, c = (t.watch(held_out, seed) for seed in (5, 5, 6))
    assert {k: v.value.item() for k, v in a.items()} == {k: v.value.item() for k, v in b.items()}
    assert a["D(x)"].value == c["D(x)"].value and a["D(G(z))"].value != c["D(G(z))"].value
    assert_same(bits(t), before)


def test_restore_refuses_other_networks(tmp_path):
    path = checkpoint.save(tmp_path, trainer("gan").snapshot())
    with pytest.raises(ModelError, match="another network"):
        trainer("gan", g_hidden=(17,)).restore(checkpoint.read(path))
    made = plan("gan", (pictures().spec,), {**SMALL["gan"], "g_hidden": (17,)})
    with pytest.raises(ModelError, match=r"G.layers.0.bias is \(16,\) float32 in the file and \(17,\)"):
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
        ({"specs": [{"channels": 1, "height": 10**9, "width": 3}]}, "height is 1000000000; it must be from 1 to 65536"),
        ({"specs": [{"channels": "x", "height": 3, "width": 3}]}, "channels is 'x'; it must be a whole number"),
        ({"settings": {"z_dim": 10**12}}, "z_dim is 1000000000000"),
        ({"settings": {"zdim": 3}}, "did you mean 'z_dim'"),
        ({"seed": "x"}, "seed is 'x'; it must be a whole number"),
        ({"settings": [1]}, "settings is .1.; it must be an object"),
        ({"settings": None}, "settings is None; it must be an object"),
    ],
)
def test_a_plan_from_a_hostile_file_is_refused(change, message):
    facts = {**describe(plan("gan", (pictures().spec,), {})), **change}
    with pytest.raises(CommandError if "recipe" in change else ModelError, match=message):
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
            ema.schedule((i + 1) * batch)
            ema.update(one, batch)
        assert ema.networks["G"].weight.item() == pytest.approx(0.5, abs=1e-5)
    ramped, none = EMA(game(1.0), half_life=1000), EMA(game(1.0), half_life=0)
    for ema in (ramped, none):
        ema.schedule(100)
    assert ramped.weight(10).item() == pytest.approx(0.75), "half-life is 5 % of 100 images"
    assert none.weight(10).item() == 1.0


def test_the_half_life_is_a_buffer_under_a_law_and_an_update_asks_the_host_for_nothing():
    """Compiled once, the update follows the law: no number of it is a constant of the graph."""
    game = GAN(torch.nn.Linear(1, 1, bias=False), torch.nn.Linear(1, 1), 1)
    torch.nn.init.constant_(game.G.weight, 1.0)
    ema = EMA(game, half_life=lambda seen: {10: 10.0, 20: 5.0, 30: 0.0}[seen], ramp=1e9)
    torch.nn.init.constant_(game.G.weight, 0.0)
    torch._dynamo.reset()
    update = torch.compile(ema.update, fullgraph=True, backend="aot_eager")
    found = []
    for seen in (10, 20, 30):
        ema.schedule(seen)
        with torch._dynamo.config.patch(error_on_recompile=seen > 10):
            update(game, 10)
        found.append(ema.networks["G"].weight.item())
    assert found == pytest.approx([0.5, 0.125, 0.0])


def test_ema_averages_buffers_as_it_does_weights_and_copies_counts():
    t = trainer("dcgan", ema=40)
    average = {k: v.clone() for k, v in t.ema.networks["G"].state_dict().items()}
    kinds = {k.rsplit(".", 1)[1] for k in average}
    assert {"weight", "running_mean", "running_var", "num_batches_tracked"} <= kinds
    for _step in range(3):
        t.step()
        decay = 1 - t.ema.weight(8).item()
        assert 0 < decay < 1
        for k, new in t.game.G.state_dict().items():
            average[k] = decay * average[k] + (1 - decay) * new if new.is_floating_point() else new.clone()
    found = t.ema.networks["G"].state_dict()
    assert found.keys() == average.keys()
    for k, want in average.items():
        torch.testing.assert_close(found[k], want, rtol=1e-5, atol=1e-6)
        if "running" in k:
            assert not torch.equal(found[k], t.game.G.state_dict()[k])
    assert found["layers.0.num_batches_tracked"] > 0


def test_the_average_swaps_in_and_out():
    t = trainer("dcgan")
    raw = t.game.G
    t.step()
    with pytest.raises(KeyError), t.ema.applied(t.game):
        assert t.game.G is t.ema.networks["G"]
        raise KeyError
    assert t.game.G is raw


def test_a_number_is_scheduled_wherever_the_game_has_been_moved():
    """A buffer is another tensor after `.to`: the schedule writes into the one that the game has now."""
    G, D = torch.nn.Linear(2, 3), torch.nn.Linear(3, 1)
    constant = Term(lambda D, view: view.real_logits * 0 + 1, "gamma")
    game = GAN(G, D, 2, penalties={"constant": constant}, numbers={"gamma": 2.0})
    schedule = of_number(game, "gamma", half_cosine(1.0, 0.0, 100))
    before = game.gamma
    game.double()
    schedule.put(schedule.law(50))
    assert before.item() == 2.0 and game.gamma is not before
    assert game.gamma.dtype == torch.float64 and game.gamma.item() == pytest.approx(0.5)
    sgd = {name: torch.optim.SGD(net.parameters(), 0.1) for name, net in (("D", D), ("G", G))}
    t = Trainer(Experiment(game.float(), sgd, 10, schedules=(schedule,)), lambda position, n: Batch(torch.ones(n, 3)))
    paid = [t.step()["D"].paid["constant"].item() for _ in range(12)]
    assert paid == pytest.approx([schedule.law(10 * i) for i in range(12)]), "and the term is paid with it"
    with pytest.raises(ValueError, match="no number 'gama'"):
        of_number(game, "gama", half_cosine(1.0, 0.0, 100))


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
    assert [m.p for m in D.layers if isinstance(m, Dropout)] == [0.2, 0.5, 0.5]
    assert not any(isinstance(m, torch.nn.Dropout) for m in D.modules()), "its masks would be of torch's stream"
    assert 0.0499 < G.layers[0].weight.abs().max() <= 0.05 and 0.00499 < D.layers[2].linear.weight.abs().max() <= 0.005
    assert e.game.prior(noise_of(0), 5000).std().item() == pytest.approx(1, abs=0.01)
    assert e.batch_size == 100 and e.updates == "simultaneous" and e.game.d_steps == 1
    laws = [(s.law(0), s.law(100 * 1000), s.law(10**12)) for s in e.schedules]
    assert laws[0] == pytest.approx((0.1, 0.1 / 1.000004**1000, 1e-6))
    assert laws[1][0] == 0.5 and e.schedules[1].law(250 * 1000) == pytest.approx(0.7)
    e.prepare(Pictures(np.full((1000, 28, 28, 1), 51, np.uint8)))
    assert torch.sigmoid(G.layers[-1].bias).mean().item() == pytest.approx(51 / 255, abs=1e-4)
    a, b = torch.tensor([1.0]), torch.tensor([-2.0])
    assert e.game.loss.d(a, b).item() == pytest.approx((np.log1p(np.exp(-1)) + np.log1p(np.exp(-2))) / 2)


@pytest.mark.parametrize("recipe", FROM_NOISE)
@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32), (3, 64, 48), (7, 30, 101), (1, 2, 5)])
def test_any_size_and_channel_count_and_g_s_range_is_the_data_s(recipe, shape):
    channels, height, width = shape
    images = np.random.default_rng(0).integers(0, 256, (20, height, width, channels), np.uint8)
    data = Pictures(images, np.arange(20) % 3, ("a", "b", "c"))
    t = Trainer(build(plan(recipe, (data.spec,), SMALL[recipe])), picture_stream(data, 0))
    t.step()
    x = data.batch(torch.arange(20))[0]
    fake = drawn(t.game, 9)
    assert fake.shape[1:] == x.shape[1:] == shape
    assert x.min() >= -1 and x.max() <= 1 and x.min() < -0.9 and x.max() > 0.9
    if recipe in WITHOUT_TANH:
        return
    with torch.no_grad():  # driven to its ends, G reaches just what the data can reach
        last = [m for m in t.game.G.modules() if getattr(m, "bias", None) is not None][-1]
        last.bias.fill_(50.0)
        assert drawn(t.game, 2).min() == 1
        last.bias.fill_(-50.0)
        assert drawn(t.game, 2).max() == -1


def drawn(game, n):
    """Fakes of n z, as a user draws them: by the game's only map."""
    (drawing,) = game.maps().values()
    labels = (torch.arange(n) % drawing.classes,) if drawing.classes else ()
    return getattr(game, drawing.network)(drawing.reads(noise_of(3), n), *labels)


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
