"""Games that are played on one process and on several, and what they come to. Run as a script it is one process of several."""

import itertools
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import torch
from small import SMALL, trainer
from torch import nn
from torch.optim import Adam

from sparring.engine.distributed import ALONE, World
from sparring.engine.experiment import Experiment
from sparring.engine.joining import joined
from sparring.engine.synced import synchronise
from sparring.engine.trainer import Trainer
from sparring.games import GAN, LOSSES, Batch, Dropout, instance_noise, noise_of
from sparring.games.cyclegan import CycleGAN
from sparring.games.lookalikes import LookAlikes
from sparring.games.penalties import exact, finite_differences, functional, gradient_penalty, lazy, on_share, r1, r2

SHAPE = (2, 4, 4)
EPS = 1e-3
"""Adam's, so that it makes no step of a gradient that is only rounding: a bias in front of a norm has no other."""
FORMS = {"exact": exact, "functional": functional, "differences": finite_differences()}


class Said(nn.Module):
    """A penalty that remembers what D says of the whole batch."""

    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.tensor(0.0))

    def forward(self, D, view):
        view.turn.keep(self.mean, self.mean / 2 + view.real_logits.mean())
        return (view.real_logits - self.mean).square()


def experiment(game, **how):
    """Adam for every player, batches of eight."""
    own = {p: [w for n, w in game.named_parameters() if n.startswith(p)] for p in game.players()}
    return Experiment(game, {p: Adam(w, 0.01, fused=True) for p, w in own.items()}, 8, **how)


def stream(position, n):
    """Pictures of two domains, each a function of its place."""
    rows = [noise_of("data", at) for at in range(position, position + n)]
    return Batch(*(torch.cat([row.uniform(domain, 1, *SHAPE) for row in rows]) for domain in "xy"))


def gan(loss="nonsaturating", form="exact", every=1, k=1, norm=False, drop=0.0, together=False, share=1.0, **how):
    first = nn.Linear(3, 32), *([nn.BatchNorm1d(32)] if norm else []), nn.Tanh()
    G = nn.Sequential(*first, nn.Linear(32, 32), nn.Unflatten(1, SHAPE))
    D = nn.Sequential(nn.Flatten(), nn.Linear(32, 16), nn.SiLU(), Dropout(drop), nn.Linear(16, 1))
    of = FORMS[form]
    penalties = {"r1": r1(1.0, of), "r2": on_share(r2(1.0, of), share), "gp": gradient_penalty(1.0, of)}
    penalties = {name: lazy(p, every) for name, p in penalties.items()} | {"said": Said()}
    augment = instance_noise(0.1)
    game = GAN(G, D, 3, LOSSES[loss], penalties, d_steps=k, augment=augment, together=together)
    return experiment(game, **how)


def cyclegan(**how):
    G = [nn.Conv2d(2, 2, 3, padding=1) for _ in range(2)]
    D = [nn.Sequential(nn.Conv2d(2, 4, 3), nn.SiLU(), Dropout(0.3), nn.Conv2d(4, 1, 2)) for _ in range(2)]
    terms = {"pull": LookAlikes(SHAPE, SHAPE, memory=20)}
    game = CycleGAN(*G, *D, SHAPE, SHAPE, penalties={"r1": r1(1.0)}, terms=terms, pool=12, noise=0.1)
    return experiment(game, **how)


def product():
    """Every loss x form of penalty x lazy or not x k."""
    for loss, form, every, k in itertools.product(LOSSES, FORMS, (1, 4), (1, 2)):
        yield f"{loss}-{form}-{every}-{k}", lambda a=loss, f=form, e=every, s=k: gan(a, f, e, s)


FEW = {
    **{f"{loss}-{form}": lambda a=loss, f=form: gan(a, f) for loss, form in zip(LOSSES, itertools.cycle(FORMS), strict=False)},
    "lazy, k = 2": lambda: gan(every=4, k=2),
    "together, dropout, half of the batch": lambda: gan(form="functional", drop=0.3, together=True, share=0.5),
    "shared": lambda: gan(shared=True),
    "simultaneous": lambda: gan(updates="simultaneous"),
    "synced batch norm": lambda: gan(norm=True),
    "look-alikes": cyclegan,
    "look-alikes, shared": lambda: cyclegan(shared=True),
}  # fmt: skip
"""A case of each kind; float64."""
RECIPES = {name: settings for name, settings in SMALL.items() if name not in ("fastcut", "lsgan")}
RECIPES["stylegan2"] = SMALL["stylegan2"] | {"augment": "ada", "batch_size": 8}
RECIPES |= {
    name: RECIPES[name] | {"batch_size": 8}
    for name in ("cyclegan", "cyclegan_small", "cut", "pix2pix", "sngan", "r3gan")
}
"""Of small.py, with batches that four processes can share."""


def wants(t):
    return isinstance(t, torch.Tensor) and t.is_floating_point()


def double(of):
    """Everything in float64, but the noise that it begins with."""
    of.game.double()
    for m in of.game.modules():
        m.register_forward_pre_hook(lambda m, given: tuple(t.double() if wants(t) else t for t in given))
    return of


def play(name, world=ALONE, rounds=20, broken="", wide=True):
    """What is learnt, in one row, after so many rounds.

    Args:
        name: Of `FEW`, of `product`, or of a recipe.
        world: The processes.
        rounds: To play.
        wide: In float64 and not in float32.
        broken: What is wrong: ``noise`` of this process alone, the gradients of ``G`` not averaged, ``norm`` of this process alone.
    """
    torch.manual_seed(0)
    if name in RECIPES:
        alone = trainer(name, **RECIPES[name])
        made, data = alone.experiment, alone.stream
    else:
        made, data = (FEW | dict(product()))[name](), stream
    if wide:
        made, data = double(made), lambda at, n, of=data: Batch(*(t.double() if wants(t) else t for t in of(at, n)))
    for optimizer in made.optimizers.values():
        for group in optimizer.param_groups:
            group["eps"] = EPS
    if broken != "norm":
        synchronise(made.game, world)
    t = Trainer(made, data, seed=3, world=world)
    if broken == "noise":
        given = t._given
        t._given = lambda *what, **how: _apart(*given(*what, **how))
    if broken == "G":
        t.seats["G"].average = None
    for _ in range(rounds):
        t.step()
    t.check()
    return torch.cat([v.double().flatten() for v in t.game.state_dict().values() if v.is_floating_point()])


def _apart(batch, turn):
    """The same noise on every process."""
    return batch, replace(turn, noise=turn.noise._replace(part=0))


def on(size, cases, folder, limit=300):
    """What so many processes come to, by process.

    Args:
        size: How many.
        cases: What each plays: ``(name, rounds, broken)``.
        folder: For what they say.
        limit: Seconds.
    """
    store = folder / f"{size}.port"
    started = []
    for rank in range(size):
        env = os.environ | {"OMP_NUM_THREADS": "1", "RANK": str(rank), "WORLD_SIZE": str(size), "LOCAL_RANK": str(rank)}
        env |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port(store))}
        started.append(subprocess.Popen([sys.executable, __file__, str(folder), repr(cases)], env=env))
    assert [p.wait(limit) for p in started] == [0] * size
    return [torch.load(folder / f"{rank}-of-{size}.pt") for rank in range(size)]


def free_port(note):
    """A port that was free a moment ago, the same for all that share a note."""
    import socket

    if not note.exists():
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            note.write_text(str(s.getsockname()[1]))
    return int(note.read_text())


def main(folder, cases):
    torch.set_num_threads(1)
    with joined() as world:
        assert isinstance(world, World)
        found = {case: play(case[0], world, *case[1:]) for case in cases}
        torch.save(found, Path(folder) / f"{world.rank}-of-{world.size}.pt")


if __name__ == "__main__":
    main(sys.argv[1], eval(sys.argv[2]))
