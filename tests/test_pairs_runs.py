"""Runs on pairs, from files to pictures: two folders, side by side, npz; what does not match; what such a run can be asked."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from test_cli import call

import sparring
from sparring.data.partners import open_partners
from sparring.errors import DataError
from sparring.runs.folder import RunFolder
from sparring.sessions.domains import open_domains
from sparring.sessions.options import Run
from sparring.sessions.parts import part

X = np.random.default_rng(0).integers(0, 256, (12, 8, 8, 3), np.uint8)
Y = 255 - X
QUICK = {
    "translator": "shuffle",
    "blocks": 1,
    "features": 4,
    "d_features": 4,
    "d_layers": 1,
    "load": 0,
    "crop": 0,
    "batch_size": 2,
}


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SPARRING_CACHE", str(tmp_path / "cache"))
    for folder in ("a", "b", "s"):
        (tmp_path / folder).mkdir()
    for i, (x, y) in enumerate(zip(X, Y, strict=True)):
        Image.fromarray(x).save(f"a/p{i:02d}.png")
        Image.fromarray(y).save(f"b/p{i:02d}.{'bmp' if i % 2 else 'png'}")
        Image.fromarray(np.concatenate([x, y], 1)).save(f"s/p{i:02d}.png")
    np.savez("pairs.npz", x=X, y=Y)
    return tmp_path


def are_pairs(x, y):
    return len(x) == len(y) and np.array_equal(x.images, 255 - y.images)


def test_files_of_one_name_are_pairs_whatever_their_suffix_and_order(home):
    (home / "b" / "p03.bmp").rename(home / "b" / "p03.BMP")
    x, y = open_partners(("a", "b"), None, "files")
    assert are_pairs(x, y) and len(x) == 12
    training, held_out = part((x, y), Run(held_out=4))
    assert are_pairs(*training) and are_pairs(*held_out) and len(held_out[0]) == 4


def test_a_file_without_a_partner_is_refused_or_left_out_with_a_word(home):
    (home / "a" / "p05.png").unlink()
    (home / "b" / "p07.bmp").rename(home / "b" / "q.bmp")
    with pytest.raises(DataError, match="3 files have no partner of the same name: p07, p05, q"):
        open_partners(("a", "b"), None, "files")
    x, y = open_partners(("a", "b"), None, "files", skip_bad=True)
    assert are_pairs(x, y) and len(x) == 10
    assert x.found["notes"] == ["3 files without a partner were left out: p07, p05, q"]
    (home / "b" / "p09.png").write_bytes((home / "b" / "p08.png").read_bytes())
    with pytest.raises(DataError, match="p09 is in b more than once"):
        open_partners(("a", "b"), None, "files")


def test_the_partner_of_a_file_that_cannot_be_read_goes_with_it(home):
    (home / "a" / "p02.png").write_bytes(b"\x89PNG\r\n\x1a\n no")
    with pytest.raises(DataError, match="1 of 12 files in a cannot be read"):
        open_partners(("a", "b"), None, "files")
    x, y = open_partners(("a", "b"), None, "files", skip_bad=True)
    assert are_pairs(x, y) and len(x) == 11


def test_pictures_side_by_side_are_cut_in_the_middle_and_each_brought_to_the_size(home):
    left, right = open_partners(("s", "s"), None, "left-right")
    assert np.array_equal(left.images, X) and are_pairs(left, right)
    assert [p.name for p in open_partners(("s", "s"), None, "right-left")] == ["s-right", "s-left"]
    x, y = open_partners(("s", "s"), (4, 6), "left-right")
    alone = sparring.open_pictures("a", size=(4, 6))
    assert np.array_equal(x.images, alone.images) and x.images.shape == y.images.shape == (12, 4, 6, 3)
    Image.fromarray(np.zeros((8, 15, 3), np.uint8)).save(home / "odd.png")
    for path in (home / "s").iterdir():
        Image.fromarray(np.zeros((8, 15, 3), np.uint8)).save(path)
    with pytest.raises(DataError, match="15 pixels wide"):
        open_partners(("s", "s"), None, "left-right")


def test_an_npz_holds_both_and_arrays_match_by_their_order():
    assert are_pairs(*open_partners(("pairs.npz", "pairs.npz"), None, "files"))
    assert are_pairs(*open_partners((X, Y), None, "files"))
    with pytest.raises(DataError, match="x has 12 pictures and y 11"):
        open_partners((X, Y[1:]), None, "files")
    np.savez("other.npz", images=X)
    with pytest.raises(DataError, match="an npz of pairs holds pictures x and pictures y"):
        open_partners(("other.npz", "other.npz"), None, "files")
    modern, flat = open_domains(("emoji-modern-pairs", "emoji-flat-pairs"), None, pairs="files")
    assert len(modern) == len(flat) == 2530


def test_a_run_on_pairs_by_the_command_line_and_all_it_can_be_asked(capsys):
    flags = [w for k, v in QUICK.items() for w in (f"--{k.replace('_', '-')}", v)]
    quick = ["--run.steps", 4, "--run.threads", 1, "--run.held-out", 4, "--run.log-every", 1, "--run.sample-every", 4]
    code, out, err = call(capsys, "train", "pix2pix", "--data", "s", "--pairs", "left-right", *flags, *quick)
    assert code == 0, err
    run = RunFolder.open(Path("runs/0001-pix2pix-s-left-to-s-right"))
    assert run.config["data"]["pairs"] == "left-right" and run.config["data"]["sources"] == ["s", "s"]
    assert {"G/paid/l1", "D/paid/adversarial"} <= run.read_metrics()[0].keys()
    assert (run.path / "results.png").is_file()
    code, out, err = call(capsys, "evaluate", 1, "--paper", "none", "--json")
    assert code == 0, err
    found = json.loads(out)
    assert found["pairs"]["count"] == 4 and "y_to_x" not in found and found["x_to_y"]["honesty"] is None
    model = sparring.load("1")
    held_out = part(open_domains(("s", "s"), None, pairs="left-right"), Run(held_out=4)).held_out
    x, y = (p.batch(torch.arange(4))[0] for p in held_out)
    error = (model.ways()["x_to_y"].network(x).detach() - y).abs().mean().item() / 2
    assert found["x_to_y"]["rows"]["this_run"]["mae"] == pytest.approx(error, rel=1e-4), "against their partners"
    code, out, err = call(capsys, "translate", 1, "a", "--out", "there")
    assert code == 0 and "12 pictures" in out + err, err
    code, out, err = call(capsys, "resume", 1, "--steps", 6)
    assert code == 0 and RunFolder.open(run.path).read_metrics()[-1]["step"] == 6, err
    for words in (["list"], ["info", 1], ["diagnose", 1]):
        assert call(capsys, *words)[0] == 0
    (home := run.path / "moved").mkdir()
    code, out, err = call(capsys, "train", "cut", "--data", "a", "--data-y", "b", "--pairs", "files")
    assert code == 2 and "--pairs" in err and not list(home.iterdir())


@pytest.mark.parametrize("recipe", ["cut", "fastcut"])
def test_a_one_way_recipe_without_pairs_runs_and_is_evaluated(recipe, capsys):
    options = {"steps": 3, "threads": 1, "held_out": 4, "log_every": 1, "out": "runs"}
    path = sparring.train(recipe, "a", data_y="b", run=options, **QUICK, taps=(0, 2), patches=4, nce_width=4)
    assert "G/paid/nce" in RunFolder.open(path).read_metrics()[0] and (path / "results.png").is_file()
    capsys.readouterr()
    code, out, err = call(capsys, "evaluate", path, "--json")
    assert code == 0 and "cycle_error" not in json.loads(out)["x_to_y"]["rows"]["this_run"], err
    code, out, err = call(capsys, "diagnose", path)
    assert code == 0, err
