"""An experiment is obeyed: one check for every field of it, against arithmetic by hand; a new field without its line is an error.

The game is two numbers: a pays a * b and moves twice, b pays -a * b and moves once. Batches are their own positions.
"""

import dataclasses
from functools import partial

import numpy as np
import pytest
import torch
from small import trainer
from torch import nn

import sparring
from sparring.commands.ending import measured
from sparring.engine.backend import Backend
from sparring.engine.experiment import Experiment
from sparring.engine.schedules import Schedule, of_number, of_optimizer
from sparring.engine.trainer import Trainer
from sparring.games import GAN, Batch, Game, Map, Player, Terms, noise_of, normal, uniform
from sparring.networks import mlp
from sparring.sessions.config import Config
from sparring.sessions.dry_run import dry_run
from sparring.sessions.options import Run as options_of

START = (1.0, 2.0)
RATES = (0.1, 0.5)


class Pull(Game):
    """Writes down who moves when, and on what."""

    def __init__(self):
        super().__init__()
        self.a, self.b, self.nobody_s = (nn.Linear(1, 1, bias=False) for _ in range(3))
        for network, value in ((self.a, START[0]), (self.b, START[1]), (self.nobody_s, 3.0)):
            nn.init.constant_(network.weight, value)
        self.register_buffer("gain", torch.tensor(1.0))
        self.log = []

    def players(self):
        return {"a": Player(partial(self.pays, "a", 1), 2), "b": Player(partial(self.pays, "b", -1))}

    def maps(self):
        return {"samples": Map("b", uniform(1))}

    def pays(self, name, sign, batch, turn):
        self.log.append((name, turn.moves, turn.images, batch.x.flatten().tolist()))
        return Terms(
            {"product": sign * self.gain * self.a.weight.sum() * self.b.weight.sum() + 0 * self.nobody_s.weight.sum()}
        )

    @property
    def where(self):
        return self.a.weight.item(), self.b.weight.item()


def positions(position, n):
    return Batch(torch.arange(position, position + n).float()[:, None])


def sgd(game, rates=RATES):
    return {
        name: torch.optim.SGD(getattr(game, name).parameters(), rate) for name, rate in zip("ab", rates, strict=True)
    }


def made(**fields):
    game = fields.pop("game", None) or Pull()
    fields.setdefault("optimizers", sgd(game))
    return Experiment(game, **{"batch_size": 4, **fields})


def play(experiment, steps):
    t = Trainer(experiment, positions)
    for _ in range(steps):
        t.step()
    t.check()
    return t


def round_by_hand(a, b, rates=RATES, gain=1.0, together=False):
    """A's first move; then its second and b's move, in turn or from one state."""
    a -= rates[0] * gain * b
    if together:
        return a - rates[0] * gain * b, b + rates[1] * gain * a
    a -= rates[0] * gain * b
    return a, b + rates[1] * gain * a


def averages(decays, steps):
    """Of b, by hand, after ``steps`` rounds: decays are of the old average."""
    at, average = START, START[1]
    for _, decay in zip(range(steps), decays, strict=True):
        at = round_by_hand(*at)
        average = decay * average + (1 - decay) * at[1]
    return average


def game_is_obeyed():
    game = Pull()
    t = play(made(game=game), 2)
    assert t.game is game and list(t.ema.networks) == ["b"]
    assert game.log == [
        ("a", 0, 0, [0, 1, 2, 3]), ("a", 1, 0, [4, 5, 6, 7]), ("b", 0, 0, [8, 9, 10, 11]),
        ("a", 2, 4, [12, 13, 14, 15]), ("a", 3, 4, [16, 17, 18, 19]), ("b", 1, 4, [20, 21, 22, 23]),
    ]  # fmt: skip
    assert game.where == pytest.approx(round_by_hand(*round_by_hand(*START)))


def optimizers_are_obeyed():
    """Each player by its own, and what no optimizer holds stands still."""
    for rates in ((0.1, 0.5), (0.3, 0.0), (0.0, 0.2)):
        game = Pull()
        play(made(game=game, optimizers=sgd(game, rates)), 1)
        assert game.where == pytest.approx(round_by_hand(*START, rates))
        assert game.nobody_s.weight.item() == 3.0


def batch_size_is_obeyed():
    for n in (1, 3, 8):
        t = play(made(batch_size=n), 2)
        assert [given for *_, given in t.game.log] == [list(range(i * n, i * n + n)) for i in range(6)]
        assert (t.steps, t.images, t.drawn) == (2, 2 * n, 6 * n)


def updates_are_obeyed():
    for updates in ("alternating", "simultaneous"):
        together = updates == "simultaneous"
        found = play(made(updates=updates), 2).game.where
        assert found == pytest.approx(round_by_hand(*round_by_hand(*START, together=together), together=together))
        assert found != pytest.approx(
            round_by_hand(*round_by_hand(*START, together=not together), together=not together)
        )


class Handed(Pull):
    """b makes something of its batch, once a round, and both pay for what was made."""

    def players(self):
        a, b = super().players().values()
        return {"a": a, "b": b._replace(makes=self.makes)}

    def makes(self, batch, turn):
        self.log.append(("makes", turn.moves, turn.images, batch.x.flatten().tolist()))
        return self.b.weight * batch.x.sum()

    def pays(self, name, sign, batch, turn):
        self.log.append((name, turn.moves, turn.images, batch.x.flatten().tolist()))
        made = self.makes(batch, turn) if turn.made is None else turn.made
        return Terms({"product": sign * self.a.weight.sum() * (made.detach() if name == "a" else made).sum()})


def shared_is_obeyed():
    """Once a round, on the one batch of all last moves; and what was made is what it was, whoever moved meanwhile."""
    for updates in ("alternating", "simultaneous"):
        game = Handed()
        t = play(made(game=game, shared=True, updates=updates, optimizers=sgd(game, (0.1, 0.01))), 2)
        assert game.log == [
            ("a", 0, 0, [4, 5, 6, 7]), ("makes", 0, 0, [4, 5, 6, 7]), ("makes", 0, 0, [0, 1, 2, 3]), ("a", 1, 0, [0, 1, 2, 3]),
            ("b", 0, 0, [0, 1, 2, 3]),
            ("a", 2, 4, [12, 13, 14, 15]), ("makes", 2, 4, [12, 13, 14, 15]), ("makes", 1, 4, [8, 9, 10, 11]),
            ("a", 3, 4, [8, 9, 10, 11]), ("b", 1, 4, [8, 9, 10, 11]),
        ]  # fmt: skip
        assert t.drawn == 16
        a, b = START
        for first, common in ((22, 6), (54, 38)):
            a -= 0.1 * b * first
            before, a = a, a - 0.1 * b * common
            b += 0.01 * (before if updates == "simultaneous" else a) * common
        assert game.where == pytest.approx((a, b))
    with pytest.raises(ValueError, match="one player that makes"):
        made(shared=True)


def half_life_is_obeyed():
    """A number, none, and a law of the images seen."""
    for half_life, decays in (
        (4.0, [0.5] * 3),
        (8.0, [0.5**0.5] * 3),
        (0.0, [0.0] * 3),
        (lambda seen: {4: 4.0, 8: 2.0, 12: 0.0}[seen], [0.5, 0.25, 0.0]),
    ):
        t = play(made(ema_half_life=half_life, ema_ramp=1e9), 3)
        assert t.ema.networks["b"].weight.item() == pytest.approx(averages(decays, 3))
        assert t.game.b.weight.item() == pytest.approx(averages([0.0] * 3, 3)), "the newest weights are not touched"


def ramp_is_obeyed():
    for ramp, decays in ((0.5, [0.25, 0.5, 0.5 ** (2 / 3)]), (0.25, [0.0625, 0.25, 0.5 ** (4 / 3)])):
        t = play(made(ema_half_life=1e9, ema_ramp=ramp), 3)
        assert t.ema.networks["b"].weight.item() == pytest.approx(averages(decays, 3))
    t = play(made(ema_half_life=4.0, ema_ramp=0.5), 3)
    assert t.ema.networks["b"].weight.item() == pytest.approx(averages([0.25, 0.5, 0.5], 3)), "whichever is shorter"


def schedules_are_obeyed():
    """Every one of them is put before every step, with the images seen, and what is put is what is played with."""
    game = Pull()
    optimizers = sgd(game)
    rate, gain = {0: 0.1, 4: 0.3, 8: 0.02}, {0: 1.0, 4: 0.5, 8: 2.0}
    told = Schedule(lambda seen: seen, lambda value: game.log.append(("put", value)))
    schedules = (of_optimizer(optimizers["a"], "lr", rate.get), told, of_number(game, "gain", gain.get))
    play(made(game=game, optimizers=optimizers, schedules=schedules), 3)
    assert [entry[:2] for entry in game.log] == [
        ("put", 0), ("a", 0), ("a", 1), ("b", 0), ("put", 4), ("a", 2), ("a", 3), ("b", 1), ("put", 8), ("a", 4), ("a", 5), ("b", 2)
    ]  # fmt: skip
    at = START
    for seen in (0, 4, 8):
        at = round_by_hand(*at, (rate[seen], RATES[1]), gain[seen])
    assert game.where == pytest.approx(at)


class Run:
    """A whole run of a recipe of one's own on 30 pictures, 10 of them held out, as its experiment sees it."""

    def __init__(self, folder, **fields):
        self.prepared, self.drawn, self.streams = [], [], []
        pictures = np.arange(30, dtype=np.uint8)[:, None, None] + np.zeros((30, 4, 4), np.uint8)
        options = {"out": folder, "threads": 1, "precision": "float32", "held_out": 10, "seed": 5}

        def recipe(spec):
            """Of one's own."""
            G, D = mlp.Generator(spec, 2, (4,)), mlp.Discriminator(spec, (4,))
            adams = {"D": torch.optim.Adam(D.parameters()), "G": torch.optim.Adam(G.parameters())}
            how = {"prepare": self.prepare, "stream": self.stream, "batch_size": 4, "images": 80, **fields}
            return Experiment(GAN(G, D, 2), adams, **how)

        sparring.train(recipe, pictures, run=options)

    def prepare(self, *domains):
        self.prepared.append((len(domains), len(domains[0]), list(self.drawn)))

    def stream(self, *domains):
        *pictures, seed = domains
        self.streams.append((len(pictures), len(pictures[0]), seed))

        def draw(position, n):
            self.drawn += [position] * (n > 1)  # one sample alone is drawn for its shape, which memory is told from
            return Batch(pictures[0].batch(torch.arange(position, position + n) % 20)[0])

        return draw


def images_are_obeyed(folder):
    """The run is that long if the user says nothing: two batches a step, the last one but four before the end."""
    for images in (80, 120):
        assert Run(folder, images=images).drawn[-1] == 2 * images - 4


def prepare_is_obeyed(folder):
    """Once, with what is trained on, before any batch is drawn."""
    assert Run(folder).prepared == [(1, 20, [])]
    Run(folder, prepare=None)


def stream_is_obeyed(folder):
    """It is made of what is trained on and the run's seed, and it is what the players are given."""
    run = Run(folder)
    assert set(run.streams) == {(1, 20, 5)}
    assert run.drawn[-40:] == list(range(0, 160, 4))


def chosen_is_obeyed():
    """A dry run says it in place of the setting's value, and leaves the value itself in the configuration."""

    def recipe(spec, *, rate: float = 0.0, hidden: int = 4):
        """Of one's own."""
        G, D = mlp.Generator(spec, 2, (hidden,)), mlp.Discriminator(spec, (hidden,))
        adams = {"D": torch.optim.Adam(D.parameters()), "G": torch.optim.Adam(G.parameters())}
        return Experiment(GAN(G, D, 2), adams, batch_size=4, chosen={"rate": "0.1: the best of three"})

    options = {"threads": 1, "precision": "float32", "held_out": 10}
    facts = dry_run(Config("recipe", (np.zeros((30, 4, 4), np.uint8),), None, {}, options_of(**options)), recipe)
    assert facts["chosen"] == {"rate": "0.1: the best of three"} and facts["config"]["settings"]["rate"] == 0
    flags = dict(line.split(maxsplit=1) for line in measured(facts).splitlines() if line.startswith("--"))
    assert flags == {"--rate": "0.1: the best of three", "--hidden": "4"}


OBEYED = {
    "game": game_is_obeyed,
    "optimizers": optimizers_are_obeyed,
    "batch_size": batch_size_is_obeyed,
    "images": images_are_obeyed,
    "updates": updates_are_obeyed,
    "shared": shared_is_obeyed,
    "ema_half_life": half_life_is_obeyed,
    "ema_ramp": ramp_is_obeyed,
    "schedules": schedules_are_obeyed,
    "prepare": prepare_is_obeyed,
    "stream": stream_is_obeyed,
    "chosen": chosen_is_obeyed,
}
BY_SESSIONS = {"images", "prepare", "stream"}


def test_every_field_of_an_experiment_has_its_check():
    assert OBEYED.keys() == {field.name for field in dataclasses.fields(Experiment)}


@pytest.mark.parametrize("field", OBEYED)
def test_an_experiment_is_obeyed(field, tmp_path):
    OBEYED[field](*[tmp_path] * (field in BY_SESSIONS))


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("recipe", ["gan", "gan2014", "cyclegan_small"])
def test_the_backend_is_obeyed_in_every_player_s_loss(recipe, precision):
    """Its precision is that of activations, when players move and when they are watched; weights and averages stay float32."""
    t = trainer(recipe, Backend("cpu", precision))
    seen = []
    for m in t.game.modules():
        if isinstance(m, nn.Linear | nn.Conv2d):
            m.register_forward_hook(lambda m, given, out: seen.append(out.dtype))
    seats = dict(t.seats)
    for name, seat in seats.items():
        seen.clear()
        t.seats = {name: seat}
        t.step()
        assert len(seen) > 3 and set(seen) == {getattr(torch, precision)}, name
    t.seats = seats
    seen.clear()
    t.watch(t.stream(0, 4), 0)
    assert len(seen) > 3 and set(seen) == {getattr(torch, precision)}
    kept = t.snapshot().tensors
    weights = [p for network in (t.game, t.ema.networks) for p in network.parameters()]
    assert all(w.dtype == torch.float32 for w in [*weights, *kept["optimizers"].values()])


def test_the_way_between_two_z_is_through_places_where_z_is_likely():
    """A normal prior's z of 100 numbers are about 10 long; half-way on the straight line they would be 7."""
    prior = normal(100)
    t = torch.linspace(0, 1, 9)[:, None]
    for seed in range(20):
        a, b = prior(noise_of(seed), 2).split(1)
        way = prior.between(a, b, t)
        torch.testing.assert_close(way.norm(dim=1), torch.lerp(a.norm(), b.norm(), t[:, 0]))
        torch.testing.assert_close(way[[0, -1]], torch.cat([a, b]))
        angles = torch.cosine_similarity(way[1:], way[:-1]).arccos()
        torch.testing.assert_close(angles, angles.mean().expand(8), rtol=1e-2, atol=0.0)
        assert torch.lerp(a, b, t)[4].norm() < 0.85 * way[4].norm(), "control"
    a, b = uniform(100)(noise_of(0), 2).split(1)
    torch.testing.assert_close(uniform(100).between(a, b, t), torch.lerp(a, b, t))
    assert torch.equal(prior.between(a, a, t), a.expand(9, 100))
