"""Translations measured without true pairs: known answers, what is refused, and the command."""

import json

import numpy as np
import pytest
import torch
from test_cli import call
from test_evaluate import SMALL, bytes_of, pictures

import sparring
from sparring.commands import unpaired as command
from sparring.errors import CommandError
from sparring.use.unpaired import evaluate_unpaired

NAMES = {"x": "photos", "y": "drawings"}


def dark(x):
    """The true map: other values, nothing lost."""
    return x * 0.25 - 0.6


def light(y):
    return (y + 0.6) / 0.25


def measured(there, back=None, n=60):
    ways = {"x_to_y": there, **({"y_to_x": back} if back else {})}
    return evaluate_unpaired(ways, pictures(n, 1), dark(pictures(n, 2)), NAMES)


def test_the_true_map_is_near_and_closes_and_doing_nothing_is_not_near():
    found = measured(dark, light)["x_to_y"]
    own, nothing = found["rows"]["this_run"], found["rows"]["identity"]
    assert abs(own["kernel_distance"]) < 0.1 < 1 < nothing["kernel_distance"]
    assert own["kernel_distance_high"] < nothing["kernel_distance_low"]
    assert own["colour_correlation"] == pytest.approx(1) and own["cycle_error"] < 1e-6
    assert found["words"][0].startswith("the translations are nearer to drawings than doing nothing: kernel distance")
    assert "no hidden copy" in found["words"][-1] and len(found["words"]) == 2


def test_control_a_map_that_does_nothing_is_no_nearer():
    found = measured(lambda p: p, lambda p: p)["x_to_y"]
    assert found["rows"]["this_run"]["kernel_distance"] == found["rows"]["identity"]["kernel_distance"]
    assert found["words"][0].startswith("the translations are no nearer to drawings than doing nothing")


def test_few_images_say_that_it_is_not_clear():
    assert "is not clear from 8 images" in measured(dark, light, n=8)["x_to_y"]["words"][0]


def test_paper_that_is_white_but_for_a_step_of_8_bits_is_near():
    found = measured(lambda p: dark(p) - 1 / 255, light)["x_to_y"]["rows"]["this_run"]
    assert abs(found["kernel_distance"]) < 0.5


def test_a_little_nearer_is_not_clear_even_with_many_images():
    x, y = (torch.rand(60, 3, 16, 16, generator=torch.Generator().manual_seed(seed)) for seed in (1, 2))
    words = evaluate_unpaired({"x_to_y": lambda p: p * 0.99}, x, y * 0.99, NAMES)["x_to_y"]["words"]
    assert "is not clear from 60 images" in words[0]


def test_inverted_colours_and_a_lossy_way_back_are_told():
    found = measured(lambda p: dark(-p), light)["x_to_y"]
    assert found["rows"]["this_run"]["colour_correlation"] == pytest.approx(-1)
    assert found["words"][1] == "light and dark are swapped: the colour correlation with the source is -1.00"
    error = float((-pictures(60, 1) - pictures(60, 1)).abs().mean()) / 2
    assert found["rows"]["this_run"]["cycle_error"] == pytest.approx(error, abs=1e-3)


def test_one_way_has_neither_cycle_nor_probe_and_other_channels_no_identity():
    found = measured(dark)
    assert list(found) == ["x_to_y"] and found["x_to_y"]["honesty"] is None
    assert "cycle_error" not in found["x_to_y"]["rows"]["this_run"]
    assert found["x_to_y"]["words"][-1] == "no honesty probe: it needs both translators"
    grey = evaluate_unpaired(
        {"x_to_y": lambda p: p.mean(1, keepdim=True)}, pictures(30, 1), pictures(30, 2, channels=1), NAMES
    )["x_to_y"]
    assert list(grey["rows"]) == ["this_run"] and grey["words"][0].startswith("the domains differ in channels")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    out = tmp_path_factory.mktemp("unpaired")
    for name, seed in (("photos", 1), ("drawings", 2)):
        np.save(out / f"{name}.npy", bytes_of(pictures(24, seed)))
    options = {"steps": 2, "threads": 1, "out": out / "runs", "held_out": 4}
    return sparring.train("cyclegan_small", out / "photos.npy", data_y=out / "drawings.npy", run=options, **SMALL)


def test_the_command_measures_the_run_s_own_held_out_images(run, capsys):
    code, out, err = call(capsys, "evaluate", run)
    assert code == 0, err
    assert "on the held-out images: 4 of photos, 4 of drawings" in out and "photos → drawings" in out
    assert "without true pairs nobody knows whether a translation is right" in out
    assert f"sparring evaluate {run} --pairs X Y" in out
    code, out, _ = call(capsys, "evaluate", run, "--json")
    report = json.loads(out)
    assert code == 0 and report == json.loads((run / "unpaired.json").read_text("utf-8"))
    assert not (run / "evaluation.json").exists(), "that is for measurements against the truth"
    config = json.loads((run / "config.json").read_text())
    x, y = (sparring.open_pictures(source) for source in config["data"]["sources"])
    given, real = (torch.from_numpy(p.split(4)[1].images / 127.5 - 1).float().permute(0, 3, 1, 2) for p in (x, y))
    model = sparring.load(run)
    with torch.no_grad():
        error = float((model.game.G_yx(model.game.G_xy(given)) - given).abs().mean()) / 2
    assert report["x_to_y"]["rows"]["this_run"]["cycle_error"] == pytest.approx(error, abs=1e-4)
    alone = evaluate_unpaired({w: v.network for w, v in model.ways().items()}, given, real, NAMES)
    ours = report["y_to_x"]["rows"]["identity"]["kernel_distance"]
    assert ours == pytest.approx(alone["y_to_x"]["rows"]["identity"]["kernel_distance"], rel=1e-4)


def test_python_measures_as_the_command_does(run, capsys):
    report = sparring.evaluate(run)
    assert report == json.loads(call(capsys, "evaluate", run, "--json")[1])
    photos, drawings = (run.parent.parent / f"{name}.npy" for name in ("photos", "drawings"))
    against = sparring.evaluate(run, pairs=(photos, drawings), paper="none")
    told = call(capsys, "evaluate", run, "--pairs", photos, drawings, "--paper", "none", "--json")[1]
    assert against == json.loads(told) and against["x_to_y"]["rows"]["this_run"]["psnr"] > 0
    assert against["pairs"]["count"] == 24 and against["bound"] is None
    for given, says in [
        ({"metrics": ["recall"]}, "metrics is for runs that draw from noise"),
        ({"known": (photos, drawings)}, "known needs pairs too"),
        ({"pairs": (photos,)}, "pairs are two sources"),
        ({"pairs": "emoj"}, "pairs are two sources"),
        ({"pairs": "emoji", "data": photos}, "data is for measuring without pairs"),
        ({"pairs": "emoji", "paper": "grey"}, "it is white or none"),
    ]:
        with pytest.raises(CommandError, match=says):
            sparring.evaluate(run, **given)
    with pytest.raises(CommandError, match="data_y is for runs that translate"):
        sparring.evaluate(torch.zeros(4, 1, 8, 8), torch.zeros(4, 1, 8, 8), data_y="fashion")


def test_the_command_refuses_what_it_cannot_measure(run, capsys, tmp_path):
    checkpoint = max((run / "checkpoints").iterdir())
    alone = tmp_path / "alone" / checkpoint.name
    alone.parent.mkdir()
    alone.mkdir()
    for path in checkpoint.iterdir():
        (alone / path.name).write_bytes(path.read_bytes())
    np.save(tmp_path / "other.npy", bytes_of(pictures(24, 3)))
    for words, code, says in [
        ([alone], 2, "a checkpoint alone does not say which images were held out"),
        ([run, "--metrics", "recall"], 2, "--metrics is for runs that draw from noise; this run translates"),
        ([run, "--seed", "3"], 2, "--seed is for runs that draw from noise; this run translates"),
        ([run, "--data", tmp_path / "other.npy"], 3, "is not what"),
    ]:
        got, out, err = call(capsys, "evaluate", *words)
        assert (got, says in " ".join((out + err).split())) == (code, True), out + err
    (run / "../../photos.npy").resolve().rename(tmp_path / "photos.npy")
    assert call(capsys, "evaluate", run)[0] == 3, "control: it has moved"
    code, out, err = call(capsys, "evaluate", run, "--data", tmp_path / "photos.npy")
    assert code == 0 and "4 of photos" in out, err


def test_a_table_has_a_dash_for_what_there_is_not():
    table = command._table("a → b", {"identity": {"kernel_distance": 1.0}, "this_run": {"cycle_error": 0.5}})
    assert [line.split() for line in table[1:]] == [["identity", "1.00", "-", "-"], ["this", "run", "-", "-", "50.00%"]]
