"""CONTRIBUTING.md is true: what it names is there, and three of its rows are carried out."""

import filecmp
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from test_cli import call

import sparring
from sparring.runs.folder import RunFolder

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
IMAGES = np.random.default_rng(0).integers(0, 256, (40, 6, 6, 1), np.uint8)
QUICK = ["--run.steps", "3", "--run.threads", "1", "--run.log-every", "1"]
TINY = ["--g-hidden", "8", "--d-hidden", "8", "--z-dim", "4", "--batch-size", "4"]


def test_it_is_one_screen():
    assert len(PAGE.splitlines()) <= 40 and max(map(len, PAGE.splitlines())) <= 180
    assert 10 <= sum(line.startswith("| a") or line.startswith("| something") for line in PAGE.splitlines()) <= 14


def test_every_file_and_folder_it_names_is_there():
    places = set(re.findall(r"`([\w/]+(?:\.py|/))`", PAGE))
    assert len(places) >= 12
    for place in places:
        assert (ROOT / place).exists() or (ROOT / "src" / "sparring" / place).exists(), place


def test_every_name_it_names_is_there():
    from sparring.engine import schedules
    from sparring.games import GAN, LOSSES
    from sparring.measure.table import METRICS
    from sparring.recipes import RECIPES

    names = set(re.findall(r"`([A-Z]\w+)`", PAGE)) - {"LOSSES", "METRICS", "PENALTIES", "RECIPES"}
    assert names == {"Term", "Game", "Experiment", "Hook"} and names <= set(sparring.__all__)
    assert "frechet_distance" in METRICS
    assert LOSSES and RECIPES and schedules.of_optimizer and schedules.of_number
    for owner, option in re.findall(r"(GAN|Experiment|sparring\.train)\((\w+)=", PAGE):
        known = {"GAN": GAN.__init__, "Experiment": sparring.Experiment.__init__, "sparring.train": sparring.train}
        code = getattr(known[owner], "__wrapped__", known[owner]).__code__
        assert option in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount], (owner, option)
    assert "PENALTIES = {" in (ROOT / "tests" / "test_games.py").read_text("utf-8")


def insert(path, after, line):
    text = path.read_text("utf-8")
    assert text.count(after) == 1
    path.write_text(text.replace(after, f"{after}\n{line}"), "utf-8")


def changed(a, b):
    """Files that differ between two folders."""
    found = filecmp.dircmp(a, b, ignore=["__pycache__"])
    assert not found.left_only and not found.right_only
    below = [f"{name}/{path}" for name in found.common_dirs for path in changed(Path(a, name), Path(b, name))]
    return sorted([*found.diff_files, *below])


def python(tree, *words):
    environment = {**os.environ, "PYTHONPATH": str(tree / "src"), "OMP_NUM_THREADS": "1"}
    return subprocess.run([sys.executable, *words], cwd=tree, env=environment, capture_output=True, text=True)


TESTED = """
import pytest
from sparring.cli import main
for file in ("tests/test_losses.py", "tests/test_without_formula.py"):
    found = pytest.main(["-q", "-p", "no:cacheprovider", "-p", "no:xdist", file, "-k", "absolute"])
    print("exit", int(found), "of", file)
"""


def test_a_loss_is_one_entry_and_its_lines_in_the_tests(tmp_path):
    """In a copy of the tree: |a - 1| + |b| for D, |b - 1| for G."""
    for place in ("src/sparring", "tests/test_losses.py"):
        copy = shutil.copytree if (ROOT / place).is_dir() else shutil.copy
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        copy(ROOT / place, tmp_path / place)
    entry = '    "absolute": AdversarialLoss(d=lambda a, b: (a - 1).abs() + b.abs(), g=lambda a, b: (b - 1).abs()),'
    insert(tmp_path / "src/sparring/games/losses.py", "LOSSES: dict[str, AdversarialLoss] = {", entry)
    lines = tmp_path / "tests/test_losses.py"
    shutil.copy(lines, tmp_path / "tests/test_without_formula.py")
    insert(lines, "FORMULAS = {", '    "absolute": (abs(A - 1) + abs(B), abs(B - 1)),')
    insert(lines, "SLOPES = {  # dL_G / db at D's logit b", '    "absolute": lambda b: math.copysign(1, b - 1),')
    np.save(tmp_path / "data.npy", IMAGES)
    words = ["train", "gan", "--data", "data.npy", "--loss", "absolute", *QUICK, *TINY]
    done = python(tmp_path, "-c", f"{TESTED}\nmain({[str(word) for word in words]})")
    assert done.stdout.count("6 passed") == 1 and "exit 0 of tests/test_losses.py" in done.stdout, done.stdout
    control = "a loss without its formula is found"
    assert "KeyError: 'absolute'" in done.stdout and "exit 1 of tests/test_without_formula.py" in done.stdout, control
    assert changed(ROOT / "src/sparring", tmp_path / "src/sparring") == ["games/losses.py"]
    assert done.returncode == 0, done.stderr
    run = RunFolder.open(tmp_path / "runs" / "0001-gan-data")
    assert run.config["settings"]["loss"] == "absolute"
    assert 0.7 < run.read_metrics()[0]["D/paid/adversarial"] < 1.6, "|D(x) - 1| + |D(G(z))|, near 1 at the start"


def test_a_generator_term_is_a_function_in_a_file_of_one_s_own(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text("""
import torch
from sparring import GAN, Experiment, Term
from sparring.networks import mlp


def quiet(game, made):
    return made.fake.square().mean((1, 2, 3))


def calm(spec, *, weight: float = 3.0):
    G, D = mlp.Generator(spec, 4, (8,)), mlp.Discriminator(spec, (8,))
    adam = {n: torch.optim.Adam(m.parameters(), 0.0) for n, m in (("D", D), ("G", G))}
    return Experiment(GAN(G, D, 4, terms={"quiet": Term(quiet, weight)}), adam, batch_size=512)
""")
    np.save("data.npy", IMAGES)
    for weight in (3, 0):
        words = ["train", "./mine.py:calm", "--data", "data.npy", "--weight", weight, *QUICK]
        code, _, err = call(capsys, *words)
        assert code == 0, err
        run = RunFolder.open(max(Path("runs").iterdir()))
        fakes = sparring.load(run.path, recipe="./mine.py:calm").sample(4096).tensor
        paid = [row["G/paid/quiet"] for row in run.read_metrics()]
        assert paid == pytest.approx([weight * fakes.square().mean().item()] * 3, rel=0.1), "the rate is 0: G stays"
    assert [p.name for p in Path().glob("*.py")] == ["mine.py"]


def test_a_game_is_a_class_in_a_file_of_one_s_own(tmp_path, monkeypatch, capsys):
    """One player alone: G learns the mean of the pictures. The library has not heard of it."""
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text("""
import torch
from torch import nn
from sparring import Experiment, Game, Map, Player, Terms, normal


class Mean(Game):
    def __init__(self, G):
        super().__init__()
        self.G, self.prior = G, normal(2)

    def players(self):
        return {"G": Player(self.g_pays)}

    def maps(self):
        return {"samples": Map("G", self.prior)}

    def g_pays(self, batch, turn):
        fake = self.G(self.prior(turn.noise, len(batch.x)))
        return Terms({"distance": (fake - batch.x).square().mean()})


def mean(spec, *, lr: float = 0.1):
    shape = (spec.channels, spec.height, spec.width)
    G = nn.Sequential(nn.Linear(2, shape[0] * shape[1] * shape[2]), nn.Unflatten(1, shape))
    return Experiment(Mean(G), {"G": torch.optim.Adam(G.parameters(), lr)}, batch_size=36)
""")
    np.save("data.npy", IMAGES)
    words = ["train", "./mine.py:mean", "--data", "data.npy", *QUICK[2:], "--run.steps", 60, "--lr", 0.05]
    code, _, err = call(capsys, *words)
    assert code == 0, err
    drawn = sparring.load("1", recipe="./mine.py:mean").sample(500).tensor.mean(0)
    wanted = IMAGES[..., 0].mean(0) / 127.5 - 1
    start = sparring.load("1", recipe="./mine.py:mean", step=0).sample(500).tensor.mean(0)
    far, near = (np.abs(found[0].numpy() - wanted).mean() for found in (start, drawn))
    assert near < 0.12 < 0.3 < far, (near, far)
