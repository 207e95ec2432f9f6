"""Sweeps: `--seed 0,1,2` trains one run after another, checked before the first begins; a signal stops them all."""

import json
from pathlib import Path

import pytest
from test_cli import call

from sparring.commands import sweep
from sparring.commands.train import names_of_option
from sparring.errors import DivergedError, InterruptedRun
from sparring.sessions import start

GAN = ["train", "gan", "--loss", "minimax,hinge", "--seed=0,1,2", "--steps", "3"]


@pytest.fixture
def trained(monkeypatch, tmp_path):
    """What is trained, without training it: recipe, seed, loss and name."""
    monkeypatch.chdir(tmp_path)
    found = []

    def train(recipe, x, *, run, console, loss="?", **rest):
        found.append((recipe.__name__, run.seed, loss, run.name))
        return Path("runs") / f"{len(found):04d}-{run.name}"

    monkeypatch.setattr(start, "train", train)
    return found


def test_every_combination_is_a_command_of_its_own_the_last_list_fastest():
    ones = sweep.several(GAN)
    assert [one.chosen for one in ones[:4]] == [
        {"--loss": "minimax", "--seed": "0"},
        {"--loss": "minimax", "--seed": "1"},
        {"--loss": "minimax", "--seed": "2"},
        {"--loss": "hinge", "--seed": "0"},
    ]
    assert len(ones) == 6
    assert ones[5].words == ["train", "gan", "--loss", "hinge", "--seed=2", "--steps", "3"]
    assert str(ones[5]) == "--loss hinge --seed 2"


@pytest.mark.parametrize(
    "words",
    [
        ["train", "gan", "--data", "a,b"],
        ["train", "gan", "--out", "a,b", "--seed", "1"],
        ["train", "gan", "--d-hidden", "64,32"],
        ["train", "gan", "--name", "one,two"],
        ["train", "gan", "--seed", "1"],
    ],
)
def test_control_what_is_no_list_of_values_is_one_run(words):
    assert sweep.several(words) == []


def test_the_seed_has_both_of_its_names():
    assert sweep.several(["train", "--run.seed", "4,5"])[1].words == ["train", "--run.seed", "5"]
    assert names_of_option("seed") == ["--seed", "--run.seed"]


def test_the_runs_are_trained_in_turn_under_names_that_tell_them_apart(trained, capsys):
    code, out, err = call(capsys, *GAN)
    assert code == 0, err
    assert [(seed, loss) for _, seed, loss, _ in trained] == [(s, o) for o in ("minimax", "hinge") for s in (0, 1, 2)]
    assert trained[4] == ("gan", 1, "hinge", "gan-fashion-hinge-seed1")
    assert "run 5 of 6: --loss hinge --seed 1" in out
    assert out.splitlines()[-1] == "Compare: sparring compare 1 2 3 4 5 6"
    call(capsys, "train", "gan", "--lr", "1e-3,1e-4", "--name", "rates")
    assert [name for *_, name in trained[6:]] == ["rates-lr1e-3", "rates-lr1e-4"]


def test_all_is_checked_before_the_first_run_begins(trained, capsys):
    for words, says in [
        (["--loss", "minimax,hing"], "did you mean 'hinge'"),
        (["--seed", "0,x"], "--seed is 'x'; it must be a whole number"),
        (["--seed", "0,-1"], "--seed is -1; it must be from 0"),
        (["--lr", "1e-3,1e9"], "--lr is 1000000000.0"),
        (["--seed", "0,1,0"], "list each value once"),
        (["--seed", "0,,1"], "list each value once"),
    ]:
        code, _, err = call(capsys, "train", "gan", *words)
        assert code == 2 and says in err and not trained, err


def test_a_signal_stops_the_sweep_and_says_what_was_not_begun(trained, capsys, monkeypatch):
    whole = start.train

    def train(*given, run, **rest):
        if run.seed == 1:
            raise InterruptedRun("Stopped by Ctrl-C after step 2; go on with: sparring resume runs/0002")
        return whole(*given, run=run, **rest)

    monkeypatch.setattr(start, "train", train)
    code, _, err = call(capsys, "train", "gan", "--seed", "0,1,2,3")
    assert code == 75 and len(trained) == 1
    assert err.splitlines() == [
        "Stopped by Ctrl-C after step 2; go on with: sparring resume runs/0002",
        "It was run 2 of 4; 2 were not started:",
        "  sparring train gan --seed 2",
        "  sparring train gan --seed 3",
    ]


def test_a_run_that_diverges_does_not_stop_the_others(trained, capsys, monkeypatch):
    whole = start.train

    def train(*given, run, **rest):
        if run.seed == 0:
            raise DivergedError("step 7: player D: its loss term 'adversarial' is nan")
        return whole(*given, run=run, **rest)

    monkeypatch.setattr(start, "train", train)
    code, out, err = call(capsys, "train", "gan", "--seed", "0,1,2")
    assert code == 5 and [seed for _, seed, *_ in trained] == [1, 2]
    assert "step 7" in err and "1 run of 3 diverged: --seed 0" in err and "sparring compare 1 2" in out


def test_a_dry_run_measures_each_choice_once_and_adds_up(trained, capsys, monkeypatch):
    asked = []

    def measured(config, recipe):
        asked.append(config.settings.get("loss"))
        return {"seconds_to_end": 60 if asked[-1] == "hinge" else 30, "memory": None}

    monkeypatch.setattr(sweep, "dry_run", measured)
    code, out, _ = call(capsys, *GAN, "--dry-run")
    assert code == 0 and asked == ["minimax", "hinge"] and not trained
    assert out.splitlines()[-1] == "6 runs of gan, one after another: 4 min 30 s"
    report = json.loads(call(capsys, *GAN, "--dry-run", "--json")[1])
    assert (report["runs"], report["seconds_to_end"]) == (6, 3 * 30 + 3 * 60)
    assert [each["runs"] for each in report["each"]] == [3, 3]


def test_a_sweep_speaks_korean(trained, capsys):
    code, out, err = call(capsys, "--language", "ko", *GAN)
    assert code == 0 and "6개 중 5번째 실행: --loss hinge --seed 1" in out, err
