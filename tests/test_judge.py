"""Training until D can only guess: a fresh classifier decides, and the log says so in words."""

import numpy as np
import pytest
import torch
from torch import nn

from sparring.engine.experiment import Experiment
from sparring.errors import CommandError
from sparring.games import GAN, uniform
from sparring.runs.folder import RunFolder
from sparring.sessions.start import train

IMAGES = np.random.default_rng(0).integers(0, 256, (3000, 4, 4, 1), np.uint8)


class Scaled(nn.Module):
    """Uniform noise as pictures: with scale 1 just what the data is."""

    def __init__(self, scale):
        super().__init__()
        self.scale, self.idle = scale, nn.Parameter(torch.zeros(()))

    def forward(self, z):
        return (self.scale * z + 0 * self.idle).view(-1, 1, 4, 4)


def guessing(spec, *, scale: float = 1.0):
    """A G that is done from the start, and a D that cannot learn."""
    G, D = Scaled(scale), nn.Sequential(nn.Flatten(), nn.Linear(16, 1))
    nn.init.zeros_(D[1].weight)
    rates = {"D": (D, 1e-9), "G": (G, 1e-9)}
    optimizers = {name: torch.optim.SGD(net.parameters(), rate) for name, (net, rate) in rates.items()}
    return Experiment(GAN(G, D, uniform(16)), optimizers, batch_size=16)


def options(tmp_path, **more):
    base = {"out": tmp_path, "threads": 1, "precision": "float32", "device": "cpu", "held_out": 1000}
    return {**base, "log_every": 1, "sample_every": 1, "save_every": 1000, **more}


def test_a_run_ends_when_two_fresh_classifiers_cannot_tell(tmp_path):
    path = train(guessing, IMAGES, run=options(tmp_path, steps=40, until="indistinguishable"))
    run = RunFolder.open(path)
    tests = [e for e in run.events() if e["kind"] == "two_sample"]
    done = next(e for e in run.events() if e["kind"] == "done")
    assert done["step"] < 40 and tests[-1]["indistinguishable"] and tests[-1]["low"] <= 0.5 <= tests[-1]["high"] < 0.55
    log = (path / "log.txt").read_text()
    assert "indistinguishable: a fresh classifier is right on" in log and "second test: indistinguishable" in log


def test_control_d_at_one_half_is_not_enough_and_is_said_in_words(tmp_path):
    path = train(guessing, IMAGES, run=options(tmp_path, steps=2, until="indistinguishable"), scale=0.5)
    run = RunFolder.open(path)
    assert next(e for e in run.events() if e["kind"] == "done")["step"] == 2, "it ran to its other goal"
    (test,) = [e for e in run.events() if e["kind"] == "two_sample"]
    assert not test["indistinguishable"] and test["accuracy"] > 0.8 and abs(test["d_accuracy"] - 0.5) < 0.05
    assert "D is at one half (50.0%) but the samples differ" in (path / "log.txt").read_text()


def test_without_until_only_a_d_at_one_half_is_questioned(tmp_path):
    path = train(guessing, IMAGES, run=options(tmp_path, steps=2), scale=0.5)
    assert "but the samples differ" in (path / "log.txt").read_text()


def test_too_few_held_out_pictures_are_refused(tmp_path):
    with pytest.raises(CommandError, match="at least 400 held-out"):
        train(guessing, IMAGES, run=options(tmp_path, held_out=300, until="indistinguishable"))
