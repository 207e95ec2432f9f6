"""Verdicts: which numbers lead to which word, a collapse made on purpose, and silence where there is none."""

import json
import shlex

import numpy as np
import pytest
import torch
from torch import nn

from sparring.doctor.signals import History, Look, remembered, to_row
from sparring.doctor.verdict import verdict as judge
from sparring.engine.experiment import Experiment
from sparring.errors import InterruptedRun
from sparring.games import GAN
from sparring.metrics.two_sample import TwoSample
from sparring.runs.folder import RunFolder
from sparring.sessions.advice import next_command
from sparring.sessions.play import pace_of_looks
from sparring.sessions.session import Session
from sparring.sessions.start import resume, train

LENGTH = 1000
SAME = TwoSample(0.51, 0.48, 0.54, 1000, True)
DIFFERENT = TwoSample(0.9, 0.88, 0.92, 1000, False)
GOOD = {"diversity": 0.9, "accuracy": 0.8, "value": -0.9}


SEEDS = [0, 1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (2, 3, 4))]


def verdict(looks, length, **facts):
    return judge(History(looks, length, **facts))


def looks(*changes, step=1000):
    """A look for each, evenly spaced, the last at the length of the run."""
    n = len(changes)
    return [Look(step * (i + 1) // n, LENGTH * (i + 1) // n, **{**GOOD, **c}) for i, c in enumerate(changes)]


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("collapsed", [{"diversity": 0.001}] * 2),
        ("collapsed", [{"diversity": 0.1}] * 4),
        ("collapsed", [{"diversity": 0.8}, {"diversity": 0.2}, {"diversity": 0.2}]),
        ("spreading", [{"diversity": 0.03}, {"diversity": 0.06}, {"diversity": 0.1}, {"diversity": 0.1}]),
        ("spreading", [{"diversity": 0.1}]),
        ("d_too_strong", [{"accuracy": 0.99, "value": -0.01}] * 3),
        ("steady", [{"accuracy": 0.99, "value": -0.3}] * 3),
        ("steady", [{"accuracy": 0.99, "value": -0.01}, {}, {"accuracy": 0.99, "value": -0.01}]),
        ("d_guesses", [{}, *[{"accuracy": 0.5, "judged": DIFFERENT}] * 3]),
        ("improving", [{}, *[{"accuracy": 0.5, "judged": DIFFERENT}] * 2]),
        ("steady", [{"accuracy": 0.8}, {"accuracy": 0.8, "judged": DIFFERENT}]),
        ("alike", [{}, {"accuracy": 0.5, "judged": SAME}]),
        ("improving", [{"accuracy": 0.9}, {"accuracy": 0.85}]),
        ("improving", [{"diversity": 0.7}, {"diversity": 0.8}]),
        ("improving", [{"error": 0.2}, {"error": 0.1}]),
        ("improving", [{}]),
        ("steady", [{}, {}]),
        ("steady", [{"accuracy": 0.7}, {"accuracy": 0.8}]),
        ("steady", [{"diversity": None, "accuracy": None, "value": None}] * 4),
    ],
)
def test_the_numbers_lead_to_the_word(name, changes):
    found = verdict(looks(*changes), LENGTH)
    assert found.name == name and len(found.words) > 20 and "None" not in found.words


def test_new_weights_draw_alike_and_that_is_early_and_no_collapse():
    alike = [{"diversity": 0.03, "accuracy": 0.97, "value": -0.3}] * 4
    assert verdict(looks(*alike), 20 * LENGTH).name == "early"
    assert verdict(looks(*alike), LENGTH).name == "collapsed"
    assert verdict(looks(*[{"diversity": 0.004}] * 4), 20 * LENGTH).name == "early", "gan2014 begins so"
    assert verdict(looks({"diversity": 0.0}, {"diversity": 0.0}, step=99), LENGTH).name == "early"
    assert verdict(looks({"diversity": 0.0}, {"diversity": 0.0}, step=100), 20 * LENGTH).name == "collapsed"


def test_words_have_the_numbers():
    assert "3 % of that of real pictures" in verdict(looks(*[{"diversity": 0.03}] * 3), LENGTH).words
    assert "right on 80 % of held-out pictures" in verdict(looks({}, {}), LENGTH).words
    guessing = verdict(looks(*[{"accuracy": 0.5, "judged": DIFFERENT}] * 3), LENGTH).words
    assert "a fresh classifier is right on 90 % of 1,000" in guessing


PLAN = {"recipe": "dcgan", "specs": [{}], "settings": {"gamma": 0.5, "d_steps": 1, "loss": "nonsaturating"}}
HISTORY = History([Look(10, 1000)], 2000)
CONFIG = {"data": {"sources": ["my photos"]}, "run": {"minutes": None, "steps": None, "images": None}}


@pytest.mark.parametrize(
    ("name", "settings", "command"),
    [
        ("collapsed", {"gamma": 0.5}, "sparring train dcgan --config 'a run/config.json' --gamma 2"),
        ("collapsed", {"lambda_cycle": 1.0}, "sparring train dcgan --config 'a run/config.json' --lambda-cycle 2"),
        ("collapsed", {}, "sparring train dcgan --data 'my photos'"),
        ("d_too_strong", {"loss": "minimax"}, "sparring train dcgan --config 'a run/config.json' --loss nonsaturating"),
        ("d_too_strong", {"d_steps": 5}, "sparring train dcgan --config 'a run/config.json' --d-steps 1"),
        ("d_guesses", {"d_steps": 1}, "sparring train dcgan --config 'a run/config.json' --d-steps 2"),
        ("few_pictures", {}, "sparring data check 'my photos'"),
        ("memorises", {"augment": "auto"}, "sparring train dcgan --config 'a run/config.json' --augment diffaugment"),
        ("improving", {}, "sparring resume 'a run' --images 2000"),
        ("alike", {}, "sparring sample 'a run'"),
    ],
)
def test_the_command_can_be_typed(tmp_path, name, settings, command):
    from pathlib import Path

    assert next_command(name, Path("a run"), {**PLAN, "settings": settings}, CONFIG, HISTORY) == command


def test_longer_is_told_in_the_run_s_own_unit():
    from pathlib import Path

    for unit, given, flag in (("minutes", 1.5, "--minutes 3"), ("steps", 700, "--steps 1400")):
        config = {**CONFIG, "run": {**CONFIG["run"], unit: given}}
        assert next_command("early", Path("r"), PLAN, config, HISTORY) == f"sparring resume r {flag}"


class Fixed(nn.Module):
    """Draws blobs that differ as z says, or one blob whatever z is."""

    def __init__(self, deaf):
        super().__init__()
        self.deaf, self.shade = deaf, nn.Parameter(torch.zeros(8, 8))

    def forward(self, z):
        return (self.shade + (0 if self.deaf else 1) * z.view(-1, 8, 8)).tanh()[:, None]


def played(spec, *, deaf: bool = False, lr: float = 1e-3):
    G, D = Fixed(deaf), nn.Sequential(nn.Flatten(), nn.Linear(64, 8), nn.LeakyReLU(0.2), nn.Linear(8, 1))
    optimizers = {name: torch.optim.Adam(net.parameters(), lr) for name, net in (("D", D), ("G", G))}
    return Experiment(GAN(G, D, 64), optimizers, batch_size=8, images=4000)


IMAGES = np.random.default_rng(0).integers(0, 256, (300, 8, 8, 1), np.uint8)


def verdicts(path):
    return [e["name"] for e in RunFolder.open(path).events() if e["kind"] == "verdict"]


def run_of(tmp_path, **more):
    base = {"out": tmp_path, "threads": 1, "precision": "float32", "device": "cpu", "steps": 300}
    return {**base, "log_every": 10, "sample_every": 80, "save_every": 1000, **more}


@pytest.fixture
def quick(monkeypatch):
    from sparring.sessions import shots

    monkeypatch.setattr(shots, "results_picture", lambda *args, **more: None)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_generator_that_ignores_z_is_called_collapsed(tmp_path, quick, seed):
    path = train(played, IMAGES, run=run_of(tmp_path, seed=seed), deaf=True)
    assert set(verdicts(path)) == {"collapsed"}
    found = RunFolder.open(path).verdict
    assert found["name"] == "collapsed" and found["step"] == 300 and "0 % of that of real" in found["words"]
    log = (path / "log.txt").read_text("utf-8")
    assert log.count("Collapsed: the samples are nearly all alike") == 2, "when it was found, and at the end"
    assert log.count(f"Next: {found['command']}") == 2 and shlex.split(found["command"])[:2] == ["sparring", "train"]


@pytest.mark.parametrize("seed", SEEDS)
def test_control_a_generator_that_hears_z_is_not(tmp_path, quick, seed):
    path = train(played, IMAGES, run=run_of(tmp_path, seed=seed))
    assert "collapsed" not in verdicts(path) and verdicts(path)


@pytest.mark.parametrize("recipe", ["gan", "dcgan"])
@pytest.mark.parametrize("seed", SEEDS)
def test_control_new_weights_of_a_recipe_are_not_called_collapsed(tmp_path, quick, recipe, seed):
    small = {"gan": {"g_hidden": (32,), "d_hidden": (32,)}, "dcgan": {"features": 4}}[recipe]
    path = train(recipe, IMAGES, run=run_of(tmp_path, seed=seed, steps=150, sample_every=20), batch_size=8, **small)
    assert "collapsed" not in verdicts(path)
    assert RunFolder.open(path).verdict["name"] in ("early", "d_too_strong")


def test_the_screen_keeps_rows_samples_and_the_end_and_the_log_has_them(tmp_path, quick, capsys):
    from sparring.report.console import Console

    path = train(played, IMAGES, run=run_of(tmp_path), console=Console(json_lines=True))
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert said[0] == {"event": "wait", "text": "reading pictures"}
    assert [s["text"] for s in said if s["event"] == "wait"][1:] == ["building networks", "timing a few steps"]
    start = next(s for s in said if s["event"] == "start")
    assert all(" " not in key for key in start)
    kept = [s for s in said if s["event"] == "samples"]
    assert kept[-1]["step"] == 300 and kept[-1]["path"].endswith("00000300.png")
    assert all(s["seconds_left"] is None or s["seconds_left"] >= 0 for s in said if s["event"] == "report")
    log = (path / "log.txt").read_text("utf-8")
    assert "Done after step 300: 2,400 images" in log and "step 300  D(x)" in log and "data: array" in log


def stop_after(monkeypatch, steps):
    """Ask to stop once so many steps are done, as a signal would."""
    look = Session._look

    def asked(self):
        look(self)
        if self.trainer.steps == steps:
            self.stop.asked = "SIGTERM"

    monkeypatch.setattr(Session, "_look", asked)


def told(path):
    """All that was looked at and said of a run."""
    folder = RunFolder.open(path)
    said = [{**e, "time": ""} for e in folder.events() if e["kind"] == "verdict"]
    return folder.read_looks(), [{**e, "command": ""} for e in said], folder.verdict["words"], folder.verdict["name"]


def resumed(tmp_path, monkeypatch, at, meanwhile=lambda folder: None, **settings):
    with monkeypatch.context() as patch:
        stop_after(patch, at)
        with pytest.raises(InterruptedRun):
            train(played, IMAGES, run=run_of(tmp_path / str(at), log_every=30), **settings)
    (path,) = (tmp_path / str(at)).iterdir()
    meanwhile(RunFolder.open(path))
    return resume(RunFolder.open(path), data=IMAGES, recipe=played)


@pytest.mark.parametrize("lr", [1e-3, 1e-12])
def test_the_verdict_of_a_resumed_run_is_that_of_one_that_never_stopped(tmp_path, quick, monkeypatch, lr):
    whole = told(train(played, IMAGES, run=run_of(tmp_path, log_every=30), lr=lr))
    assert [row["step"] for row in whole[0]] == list(range(20, 301, 20))
    for at in (7, 299) if lr > 1e-6 else (150,):
        assert told(resumed(tmp_path, monkeypatch, at, lr=lr)) == whole

    def killed(folder):
        """Looked at beyond the newest checkpoint, as by a trainer that was killed before it could save."""
        folder.look({**folder.read_looks()[-1], "step": 160, "accuracy": 0.0})

    assert told(resumed(tmp_path, monkeypatch, 151, killed, lr=lr)) == whole


def test_control_without_what_was_looked_at_before_it_is_another_one(tmp_path, quick, monkeypatch):
    whole = told(train(played, IMAGES, run=run_of(tmp_path, log_every=30), lr=1e-12))

    def forgets(folder):
        (folder.path / "looks.jsonl").unlink()

    other = told(resumed(tmp_path, monkeypatch, 299, forgets, lr=1e-12))
    assert whole[3] == "steady" and other[3] == "improving"


def test_a_run_made_longer_is_judged_as_if_it_had_been_that_long(tmp_path, quick):
    short = train(played, IMAGES, run=run_of(tmp_path, steps=290))
    assert [row["step"] for row in RunFolder.open(short).read_looks()][-2:] == [280, 290]
    resume(RunFolder.open(short), data=IMAGES, recipe=played, extend={"steps": 330})
    rows = RunFolder.open(short).read_looks()
    assert [look.step for look in remembered(rows, 20)] == list(range(20, 321, 20))
    whole = train(played, IMAGES, run=run_of(tmp_path, steps=330))
    assert told(short)[2] == told(whole)[2] and rows[-1] == RunFolder.open(whole).read_looks()[-1]


def test_a_look_comes_back_from_its_row_and_what_is_no_look_is_passed_over():
    given = [Look(10, 80), Look(20, 160, 0.5, 0.75, -0.1, 0.3, DIFFERENT), Look(30, 240, judged=SAME)]
    rows = [json.loads(json.dumps(to_row(look))) for look in given]
    assert remembered([rows[0], {"step": 20}, {**rows[1], "more": 1}, *rows[1:]], 10) == given


@pytest.mark.parametrize("every", [1, 2, 5, 7, 10, 20, 50, 80, 100, 500, 5000])
def test_the_referee_looks_at_every_step_at_which_the_judge_may_have_looked(every):
    pace = pace_of_looks(every)
    assert 1 <= pace <= every and every % pace == 0
