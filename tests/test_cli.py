"""The doors: what a person types, what is answered, and with which exit code."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import sparring
from sparring.cli import main
from sparring.errors import CommandError

TINY = ["--g-hidden", "8", "--d-hidden", "8", "--z-dim", "4", "--batch-size", "8", "--run.threads", "1"]


def call(capsys, *words):
    """Exit code, standard output, standard error."""
    with pytest.raises(SystemExit) as e:
        main([str(w) for w in words])
    out, err = capsys.readouterr()
    return e.value.code or 0, out, err


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data") / "faces"
    rng = np.random.default_rng(0)
    for name in ("cats", "dogs"):
        (folder / name).mkdir(parents=True)
        for i in range(20):
            Image.fromarray(rng.integers(0, 256, (12, 12, 3), np.uint8)).save(folder / name / f"{i}.png")
    return folder


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SPARRING_CACHE", str(tmp_path / "cache"))
    return tmp_path


def test_help_answers_within_half_a_second_without_torch():
    code = (
        "import sys\nfrom sparring.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit: pass\nassert 'torch' not in sys.modules, 'torch was imported'"
    )
    seconds = []
    for _ in range(5):
        t = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        seconds.append(time.perf_counter() - t)
        assert done.returncode == 0, done.stderr
    assert min(seconds) < 0.5, seconds
    for command in ("train", "resume", "sample", "info", "list", "data", "theory"):
        assert command in done.stdout
    assert "75 interrupted" in " ".join(done.stdout.split())


def test_train_resume_sample_info_and_list(here, capsys, faces, curves):
    code, out, err = call(capsys, "train", "gan", "--data", faces, "--run.steps", 12, *TINY)
    assert code == 0, err
    run = here / "runs" / "0001-gan-faces"
    assert (run / "results.png").is_file() and "runs/0001-gan-faces" in out
    code, _, err = call(capsys, "resume", "--run.steps", 15)
    assert code == 0, err
    code, out, _ = call(capsys, "sample", "1", "--count", 9, "--seed", 3)
    assert code == 0 and Image.open(out.strip()).size[0] > 100
    code, out, _ = call(capsys, "sample", "1", "--no-grid", "--count", 5, "--out", "single")
    assert code == 0 and len(list(Path("single").glob("*.png"))) == 5
    assert Image.open("single/000000.png").size == (12, 12)
    code, out, _ = call(capsys, "sample", "1", "--interpolate", "1:2:6", "--gif", "--out", "way.gif")
    assert code == 0 and Image.open("way.gif").n_frames == 6
    code, out, _ = call(capsys, "info", "1")
    assert code == 0 and "gan" in out and "done" in out and "z_dim" in out
    code, out, _ = call(capsys, "info", "1", "--json")
    assert json.loads(out)["newest checkpoint"]["steps"] == 15
    code, out, _ = call(capsys, "info", run / "samples" / "00000012.png")
    assert code == 0 and "12" in out
    code, out, _ = call(capsys, "list")
    assert code == 0 and "0001-gan-faces" in out and "done" in out


def test_a_finished_run_says_so_and_is_left_alone(here, capsys, faces):
    assert call(capsys, "train", "gan", "--data", faces, "--steps", 12, *TINY)[0] == 0
    run = here / "runs" / "0001-gan-faces"
    before = {p: p.read_bytes() for p in run.rglob("*") if p.is_file()}
    for words in ([], ["1"], ["--steps", 9], ["--images", 96]):
        code, out, err = call(capsys, "resume", *words)
        assert code == 0, err
        assert "0001-gan-faces is finished: 12 steps, 96 images" in out and "resumed at step" not in out
        assert ("--images 192" if "--images" in words else "--steps 24") in out, "how to make it longer"
        assert {p: p.read_bytes() for p in run.rglob("*") if p.is_file()} == before
    code, out, _ = call(capsys, "resume", "--steps", 24)
    assert code == 0 and "is finished" not in out
    code, out, _ = call(capsys, "resume", "--images", 200)
    assert code == 0, "a new length replaces the old one"
    assert json.loads(call(capsys, "info", "1", "--json")[1])["newest checkpoint"]["steps"] == 25


def test_short_flags_are_those_of_the_run(here, capsys, faces):
    words = ["--epochs", 2, "--seed", 7, "--device", "cpu", "--out", "all", "--name", "Two epochs", *TINY]
    code, out, err = call(capsys, "train", "gan", "--data", faces, *words)
    assert code == 0, err
    assert f"Summary picture: {Path('all/0001-two-epochs/results.png')}" in out
    run = json.loads((here / "all" / "0001-two-epochs" / "config.json").read_text())["run"]
    assert (run["images"], run["epochs"], run["seed"], run["device"]) == (72, None, 7, "cpu"), "36 of 40 are trained on"
    assert call(capsys, "resume", "--out", "all", "--epochs", 3)[0] == 0
    run = json.loads((here / "all" / "0001-two-epochs" / "config.json").read_text())["run"]
    assert run["images"] == 108
    code, out, _ = call(capsys, "train", "gan", "--data", faces, "--epochs", 2, "--dry-run", "--json", *TINY)
    assert json.loads(out)["config"]["run"]["images"] == 72


@pytest.mark.parametrize("columns", [60, 80])
def test_list_shows_what_tells_runs_apart(here, capsys, faces, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    words = ["train", "gan", "--data", faces, "--steps", 2, *TINY]
    assert call(capsys, *words, "--loss", "minimax", "--seed", 3)[0] == 0
    assert call(capsys, *words, "--name", "a-name-that-is-much-longer-than-others-but-still-one")[0] == 0
    code, out, _ = call(capsys, "list")
    lines = out.splitlines()
    assert code == 0 and all(len(line) <= columns for line in lines), out
    at = next(i for i, line in enumerate(lines) if line.startswith("0001-gan-faces"))
    first = " ".join(" ".join(lines[at : at + 3]).split())
    assert re.search(r"0001-gan-faces done 2 \d.* s 3 D right \d+%", first), out
    assert "loss=minimax" in out and "g_hidden=[8]" in out and out.count("loss=") == 1, "what is not the default"
    told = json.loads(call(capsys, "list", "--json")[1])
    assert [(r["seed"], r["state"], r["result"][0]) for r in told] == [(3, "done", "accuracy"), (0, "done", "accuracy")]


def test_a_recipe_s_own_setting_goes_before_the_run_s(here, capsys):
    words = ["--dry-run", "--json", "--run.threads", 1, "--features", 8, "--batch-size", 2]
    code, out, err = call(capsys, "train", "cyclegan_small", "--images", 64, *words)
    assert code == 0, err
    config = json.loads(out)["config"]
    assert (config["settings"]["images"], config["run"]["images"]) == (64, None)


def test_an_option_of_the_run_among_the_settings_says_where_it_belongs(here, faces):
    with pytest.raises(CommandError, match=r"minutes is no setting of dcgan but of the run: run=\{'minutes': 1\}"):
        sparring.train("dcgan", faces, minutes=1)


def test_v_is_the_version(capsys):
    found = [call(capsys, flag) for flag in ("-v", "--version")]
    assert found[0] == found[1] and found[0][0] == 0 and found[0][1].strip()[0].isdigit()


@pytest.mark.parametrize("columns", [60, 80])
def test_help_begins_with_what_matters_and_has_an_example(here, capsys, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    _, out, _ = call(capsys, "train", "gan", "--help")
    places = [
        out.index(flag) for flag in ("--data", "--size", "--minutes", "--epochs", "--loss", "--fit", "--run.keep")
    ]
    assert places == sorted(places) and "--empty" not in out
    assert all(len(line) <= columns for line in out.splitlines())
    for command in (
        "train",
        "resume",
        "sample",
        "translate",
        "evaluate",
        "diagnose",
        "list",
        "info",
        "data",
        "train gan",
    ):
        _, out, _ = call(capsys, *command.split(), "--help")
        assert f"Example: sparring {command}" in " ".join(out.split()) and "Exit codes" not in out, command
    _, out, _ = call(capsys, "--help")
    assert out.index(" train ") < out.index(" resume ") < out.index(" theory ") and "Exit codes" in out


def test_config_takes_back_what_a_run_wrote(here, capsys, faces):
    assert call(capsys, "train", "gan", "--data", faces, "--run.steps", 2, "--lr", "0.001", *TINY)[0] == 0
    config = here / "runs" / "0001-gan-faces" / "config.json"
    assert call(capsys, "train", "gan", "--config", config, "--run.steps", 3)[0] == 0
    again = json.loads((here / "runs" / "0002-gan-faces" / "config.json").read_text())
    assert again["settings"]["lr"] == 0.001 and again["settings"]["z_dim"] == 4 and again["run"]["steps"] == 3
    code, _, err = call(capsys, "train", "dcgan", "--config", config)
    assert code == 2 and "is of recipe gan" in err


def test_dry_run_says_what_it_would_be_and_writes_nothing(here, capsys, faces):
    code, out, _ = call(capsys, "train", "gan", "--data", faces, "--dry-run", *TINY)
    assert code == 0 and "parameters" in out and "images per second" in out and "at the peak" in out
    assert not (here / "runs").exists()
    rows = dict([*line.split(maxsplit=1), ""][:2] for line in out.splitlines())
    assert rows["--lr"] == "0.001" and rows["--z-dim"].isdigit() and "z_dim" not in out
    code, out, _ = call(capsys, "train", "dcgan", "--data", faces, "--size", 16, "--dry-run", "--features", 4)
    assert "--no-batch-norm" in out.splitlines() and "False" not in out, out
    code, out, _ = call(capsys, "train", "gan", "--data", faces, "--dry-run", "--json", *TINY)
    facts = json.loads(out)
    assert facts["parameters"]["D"] == 12 * 12 * 3 * 8 + 8 + 8 + 1 and facts["images_per_second"] > 0


def test_json_lines(here, capsys, faces):
    code, out, _ = call(
        capsys, "train", "gan", "--data", faces, "--json", "--run.steps", 4, "--run.log-every", 2, *TINY
    )
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0 and [r["step"] for r in rows if "D/paid/adversarial" in r] == [2, 4]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["trian"], 2, "unknown command 'trian'; did you mean 'train'?"),
        (["publish"], 2, "unknown command 'publish'. Available commands: train, resume, sample, translate"),
        (["publish"], 2, "data, theory"),
        (["train", "dcgna"], 2, "there is no recipe 'dcgna'; did you mean 'dcgan'?"),
        (["train", "cyclgan", "--data", "a", "--data-y", "b"], 2, "no recipe 'cyclgan'; did you mean 'cyclegan'?"),
        (["train", "biggan"], 2, "there is no recipe 'biggan'. The recipes are small, gan"),
        (["train", "gan", "--los", "hinge"], 2, "unknown option: --los; did you mean --loss?"),
        (["train", "gan", "--loss", "hinje"], 2, "--loss is 'hinje'; did you mean 'hinge'? Choose from: 'minimax'"),
        (["train", "gan", "--lr", "fast"], 2, "--lr is 'fast'; it must be a number"),
        (["train", "gan", "--lr", "-1"], 2, "--lr is -1"),
        (["train", "gan", "--batch-size", "0"], 2, "--batch-size is 0"),
        (["train", "gan", "--batch-size=0"], 2, "--batch-size is 0"),
        (["train", "gan", "--run.steps", "0"], 2, "--run.steps is 0"),
        (["train", "gan", "--minutes", "-1"], 2, "--minutes is -1.0"),
        (["train", "gan", "--minutes"], 2, "--minutes needs a value"),
        (["train", "gan", "--epochs", "1", "--images", "9"], 2, "--epochs and --images are both given"),
        (["train", "gan", "--run.stps", "3"], 2, "did you mean --run.steps?"),
        (["train", "gan", "fashion"], 2, "too many words: 'fashion'"),
        (["sample"], 2, "run is missing"),
        (["train", "gan", "--data", "fasion"], 3, "fashion"),
        (["train", "gan", "--data", "no/such/folder"], 3, "no/such/folder"),
        (["train", "gan", "--size", "big"], 2, "--size is 'big'"),
        (["train", "gan", "--run.device", "gpu"], 2, "'gpu'"),
        (["train", "gan", "--run.held-out", "99999999"], 2, "--run.held-out is 99999999"),
        (["train", "gan", "--config", "missing.json"], 2, "missing.json"),
        (["resume"], 3, "There is no run"),
        (["resume", "7"], 3, "7"),
        (["sample", "none"], 3, "none"),
        (["info", "none"], 3, "none"),
    ],
)
def test_what_a_user_causes_has_no_traceback_and_the_right_code(here, capsys, words, code, says):
    got, out, err = call(capsys, *words)
    text = re.sub(r"[\s│]+", " ", out + err)
    assert got == code, text
    assert says in text and "Traceback" not in text
    assert err.startswith("sparring: "), err


def test_wrong_sample_requests(here, capsys, faces):
    assert call(capsys, "train", "gan", "--data", faces, "--run.steps", 2, *TINY)[0] == 0
    for words, says in [
        (["--count", "0"], "0 pictures"),
        (["--label", "1"], "--label is '1', but this model is unconditional"),
        (["--interpolate", "1:2"], "1:2:60"),
        (["--gif"], "--interpolate"),
        (["--step", "99"], "no checkpoint of step 99"),
    ]:
        code, _, err = call(capsys, "sample", "1", *words)
        assert code in (2, 3) and says in err, err


def test_labels_are_told_when_asked(here, capsys, faces):
    assert call(capsys, "train", "gan", "--conditional", "--data", faces, "--run.steps", 2, *TINY)[0] == 0
    assert call(capsys, "sample", "1", "--label", "1", "--count", "4")[0] == 0
    code, _, err = call(capsys, "sample", "1", "--label", "2")
    assert code == 2 and "from 0 to 1" in err


def test_the_first_sample_is_there_within_ten_seconds(here):
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    words = [sys.executable, "-m", "sparring", "train", "dcgan", "--run.steps", "1000000"]
    start = time.perf_counter()
    child = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        while not list(here.glob("runs/*/samples/*.png")) and time.perf_counter() - start < 60:
            time.sleep(0.05)
        seconds = time.perf_counter() - start
        while not list(here.glob("runs/*/checkpoints/0*")) and time.perf_counter() - start < 60:
            time.sleep(0.05)
    finally:
        child.terminate()
        child.communicate(timeout=60)
    assert seconds < 10, seconds
    assert child.returncode == 75
