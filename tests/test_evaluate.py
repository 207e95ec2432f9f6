"""A translation against the truth: known answers, what is refused, the kept bound, and the command."""

import json

import numpy as np
import pytest
import torch
from PIL import Image
from test_cli import call

import sparring
from sparring.commands import evaluate as command
from sparring.data.spec import Spec
from sparring.engine.backend import Backend
from sparring.errors import CommandError, DataError, ModelError
from sparring.metrics.translation import against_truth
from sparring.sessions.build import plan
from sparring.use import bound as bounds
from sparring.use import evaluate_run
from sparring.use.bound import batch_rows, keep_bound, kept_bound, key_of, measured_bound
from sparring.use.evaluate import add_shares, baselines, evaluate_translation, measure
from sparring.use.pairs import Pairs, few, open_emoji, open_pairs, shared

SPEC = Spec(3, 16, 16)
SMALL = {"features": 8, "blocks": 1, "d_features": 8, "batch_size": 2}
COLOURS = ["colour_moments", "colour_monge", "colour_transport"]
ORDER = ["identity", *COLOURS, "colour_linear_paired", "this_run", "supervised"]


def pictures(n, seed=0, channels=3, side=16):
    """Half white paper, half noise."""
    x = torch.rand(n, channels, side, side, generator=torch.Generator().manual_seed(seed)) * 1.6 - 0.8
    x[..., : side // 2] = 1
    return x


def mirrored(x):
    """The true map: no map of colours comes near it, and it is its own inverse."""
    return x.flip(2)


def true_pairs(n, seed=0):
    x = pictures(n, seed)
    return Pairs(x, mirrored(x))


def bytes_of(x):
    return ((x + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()


@pytest.fixture(scope="module")
def bound():
    """What a perfect supervised network reaches."""
    pairs = true_pairs(6)
    return {"x_to_y": measure(pairs.x, pairs.y, pairs.y), "y_to_x": measure(pairs.y, pairs.x, pairs.x)}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    out = tmp_path_factory.mktemp("evaluate")
    for name, seed in (("x", 1), ("y", 2)):
        np.save(out / f"{name}.npy", bytes_of(pictures(24, seed)))
    options = {"steps": 2, "threads": 1, "out": out / "runs", "held_out": 4}
    return sparring.train("cyclegan_small", out / "x.npy", data_y=out / "y.npy", run=options, **SMALL)


@pytest.fixture
def stored(tmp_path):
    """Files of true pairs: to measure, and known ones."""
    for name, seed in (("test", 0), ("known", 5)):
        pairs = true_pairs(8, seed)
        np.save(tmp_path / f"{name}-x.npy", bytes_of(pairs.x))
        np.save(tmp_path / f"{name}-y.npy", bytes_of(pairs.y))
    return [[str(tmp_path / f"{name}-{domain}.npy") for domain in "xy"] for name in ("test", "known")]


def test_the_true_map_has_psnr_100_and_the_whole_share(bound):
    found = evaluate_translation(
        {"x_to_y": mirrored, "y_to_x": mirrored}, true_pairs(6), known=true_pairs(8, 5), bound=bound
    )
    for direction in ("x_to_y", "y_to_x"):
        rows = found[direction]["rows"]
        assert list(rows) == ORDER
        assert rows["this_run"]["psnr"] == rows["this_run"]["psnr_drawn"] == 100 and rows["this_run"]["mae"] == 0
        assert rows["this_run"]["share_of_gap"] == rows["supervised"]["share_of_gap"] == 1
        assert rows["identity"]["share_of_gap"] == 0 and rows["identity"]["psnr_drawn"] < 15
        assert abs(rows["this_run"]["kernel_distance"]) < abs(rows["identity"]["kernel_distance"]) + 1
        assert all(abs(row["share_of_gap"]) < 0.2 for name, row in rows.items() if name.startswith("colour_"))
        assert found[direction]["honesty"]["clean"] == 0
        assert found[direction]["words"][0].startswith("the translation is nearer to the truth than doing nothing: 100")
    json.dumps(found, allow_nan=False)


def test_control_doing_nothing_closes_the_cycle_and_none_of_the_gap(bound):
    def judged(f):
        return evaluate_translation({"x_to_y": f, "y_to_x": f}, true_pairs(6), bound=bound)["x_to_y"]

    found = judged(lambda p: p)
    assert found["rows"]["this_run"] == {**found["rows"]["identity"], "share_of_gap": 0}
    assert found["words"][0].startswith("the cycle is closed, but the translation is not nearer to the truth than")
    black = judged(lambda p: p * 0 - 1)
    assert (
        black["words"][0].startswith("the translation is not nearer") and black["rows"]["this_run"]["share_of_gap"] < 0
    )


def test_without_known_pairs_it_says_that_there_is_no_bound():
    found = evaluate_translation({"x_to_y": mirrored, "y_to_x": mirrored}, true_pairs(6))
    assert found["colour_maps_from"] == "the measured pairs, shuffled"
    part = found["x_to_y"]
    assert list(part["rows"]) == ["identity", *COLOURS, "this_run"]
    assert "share_of_gap" not in part["rows"]["this_run"]
    assert any(line.startswith("no supervised bound, no share") for line in part["words"])
    assert evaluate_translation({}, true_pairs(6), known=true_pairs(6, 5))["colour_maps_from"].startswith("the known")


def test_one_translator_alone_has_no_probe_and_says_so():
    found = evaluate_translation({"y_to_x": mirrored}, true_pairs(4))
    assert "x_to_y" not in found and found["y_to_x"]["honesty"] is None
    assert "no honesty probe: it needs both translators" in found["y_to_x"]["words"]


def test_other_channels_leave_out_identity_in_words():
    pairs = Pairs(pictures(4), pictures(4).mean(1, keepdim=True))
    known = Pairs(pictures(4, 5), pictures(4, 5).mean(1, keepdim=True))
    rows = evaluate_translation({"x_to_y": lambda p: p.mean(1, keepdim=True)}, pairs, known=known)["x_to_y"]
    assert list(rows["rows"]) == ["colour_linear_paired", "this_run"]
    assert rows["rows"]["colour_linear_paired"]["psnr"] > 80, "grey is a linear map of colours"
    assert any("doing nothing is no translation" in line for line in rows["words"])


def test_a_bound_below_identity_gives_no_share():
    rows = {"identity": {"psnr_drawn": 17.0}, "this_run": {"psnr_drawn": 16.0}, "supervised": {"psnr_drawn": 16.5}}
    assert "not nearer to the truth than doing nothing" in add_shares(rows, "psnr_drawn")[0]
    assert all("share_of_gap" not in row for row in rows.values())


def test_a_bound_that_the_run_beats_is_said_to_be_none():
    def rows(bound_psnr, bound_mae):
        found = {"identity": (15.0, 0.2), "this_run": (18.0, 0.0485), "supervised": (bound_psnr, bound_mae)}
        return {name: {"psnr_drawn": psnr, "mae": mae} for name, (psnr, mae) in found.items()}

    (warning,) = add_shares(rows(19.5, 0.0523), "psnr_drawn")
    assert "this run has 18.00 dB and an error of 4.85%, the bound 19.50 dB and 5.23%" in warning
    assert "the shares are too large, give it more minutes (--bound-minutes)" in warning
    assert len(add_shares(rows(17.0, 0.04), "psnr_drawn")) == 1
    assert add_shares(rows(19.5, 0.04), "psnr_drawn") == [], "control: a bound that bounds"


def test_a_colour_map_is_called_as_its_row_is():
    """The true map is one of colours: the words name the best as the table does."""
    pairs, known = (Pairs(pictures(n, seed), pictures(n, seed) * 0.5) for n, seed in ((6, 0), (20, 5)))
    found = evaluate_translation({"x_to_y": lambda p: p}, pairs, known=known)["x_to_y"]
    maps = {name: row["psnr_drawn"] for name, row in found["rows"].items() if name.startswith("colour_")}
    best = max(maps, key=lambda name: maps[name])
    said = f"a plain colour mapping does as well: {best.replace('_', ', ', 1)} has {maps[best]:.2f} dB"
    assert said.replace("linear_paired", "linear, paired") in found["words"] and maps[best] > 30


def test_measures_in_parts_are_those_of_all_at_once():
    x, y = pictures(40), pictures(40, 1)
    x[3], y[3] = 1, 1
    x[16:32], y[16:32] = 1, 1  # a whole part without anything drawn
    for paper in (1.0, None):
        found = measure(x, x * 0.9, y, paper)
        assert found.pop("kernel_distance") != 0
        assert found == pytest.approx(dict(against_truth(x, x * 0.9, y, paper)), rel=1e-6)
    blank = torch.ones(3, 3, 16, 16)
    with pytest.raises(DataError, match="--paper none"):
        measure(blank, blank, blank)
    assert measure(blank, blank, blank, None)["psnr"] == 100
    with pytest.raises(ModelError, match="not finite"):
        evaluate_translation({"x_to_y": lambda p: p / 0}, true_pairs(4))


def test_colour_maps_learn_from_the_unpaired_pictures():
    pairs = Pairs(pictures(6), pictures(6) * 0.5)
    right = baselines(pairs, (pictures(20, 3), pictures(20, 4) * 0.5))["x_to_y"]["colour_moments"]["psnr"]
    wrong = baselines(pairs, (pictures(20, 3), pictures(20, 4)))["x_to_y"]["colour_moments"]["psnr"]
    assert right > 30 > wrong
    assert len(few(pictures(10), pixels=16 * 16 * 4)) == 4
    assert shared(pictures(6), [pictures(6, 9)]) == 0 and shared(pictures(6), [pictures(6)[2:4]]) == 2


def test_pairs_of_folders_are_matched_by_name(tmp_path):
    pairs = true_pairs(4)
    for domain, suffixes in (("x", "png bmp png png"), ("y", "bmp png png png")):
        (tmp_path / domain).mkdir()
        named = zip(("a", "a.k", "b", "c"), suffixes.split(), bytes_of(getattr(pairs, domain)), strict=True)
        for name, suffix, picture in named:
            Image.fromarray(picture).save(tmp_path / domain / f"{name}.{suffix}")
    sources = [tmp_path / "x", tmp_path / "y"]
    found = open_pairs(sources, (SPEC, SPEC))
    assert found.matched == "file name"
    assert torch.equal(found.y, mirrored(found.x)), "sorting by whole names would exchange a and a.k"
    np.save(tmp_path / "y.npy", bytes_of(pairs.y))
    assert open_pairs([tmp_path / "x", tmp_path / "y.npy"], (SPEC, SPEC)).matched == "order alone"
    (tmp_path / "y" / "b.png").rename(tmp_path / "y" / "d.png")
    with pytest.raises(DataError, match=r"^b in .* has no partner"):
        open_pairs(sources, (SPEC, SPEC))
    (tmp_path / "y" / "d.png").rename(tmp_path / "y" / "b.png")
    (tmp_path / "y" / "c.bmp").write_bytes((tmp_path / "y" / "a.bmp").read_bytes())
    with pytest.raises(DataError, match=r"c is in .* more than once"):
        open_pairs(sources, (SPEC, SPEC))


def test_pairs_that_do_not_fit_are_refused():
    x = bytes_of(pictures(4))
    for sources, channels, says in [
        ([x, x], 1, "x of the pairs is 16 x 16 x 3 and x of the run is 16 x 16 x 1"),
        ([x, x[:3]], 3, "has 4 pictures and y 3"),
        ([x, x[:, :12]], 3, "x of the pairs is 16 x 16 x 3 and y 12 x 16 x 3"),
        ([x[:1], x[:1]], 3, "there is 1 pair"),
    ]:
        with pytest.raises(DataError, match=says):
            open_pairs(sources, (SPEC._replace(channels=channels), SPEC))
    with pytest.raises(CommandError, match="two sources"):
        open_pairs([x], (SPEC, SPEC))


def test_emoji_are_measured_on_the_test_designs_alone():
    measured, known = open_emoji((SPEC, SPEC), (8, 8))
    assert (len(measured.x), len(known.x)) == (601, 2530) and measured.x.shape[1:] == (3, 8, 8)
    assert measured.matched == "design" and measured.digest() != known.digest()


def test_the_bound_learns_from_true_pairs_and_leaves_random_numbers_alone():
    made = plan("cyclegan_small", (SPEC, SPEC), SMALL)
    x, other = pictures(6), pictures(20, 5)
    pairs, known = Pairs(x, x * 0.6), Pairs(other, other * 0.6)
    torch.manual_seed(3)
    before = torch.get_rng_state()
    found = measured_bound(made, known, pairs, 0.02, Backend())
    assert torch.equal(before, torch.get_rng_state())
    for direction, given, truth in (("x_to_y", pairs.x, pairs.y), ("y_to_x", pairs.y, pairs.x)):
        assert found["steps"][direction] > 0
        assert found[direction]["psnr_drawn"] > measure(given, given, truth)["psnr_drawn"], "nearer than doing nothing"
    assert found["batch_size"] == 32 and batch_rows(Pairs(pictures(2, side=256), pictures(2, side=256))) == 2
    for minutes in (0, -1, float("nan"), 1e9):
        with pytest.raises(CommandError, match="bound-minutes"):
            measured_bound(made, known, pairs, minutes, Backend())


def test_a_bound_is_kept_by_what_it_depends_on(tmp_path, bound):
    made, pairs, known = plan("cyclegan_small", (SPEC, SPEC), SMALL), true_pairs(4), true_pairs(4, 5)
    key = key_of(made, known, pairs, 5, 1.0)
    others = [key_of(made, *rest) for rest in ((pairs, known, 5, 1.0), (known, pairs, 4, 1.0), (known, pairs, 5, None))]
    others.append(key_of(plan("cyclegan_small", (SPEC, SPEC), {**SMALL, "features": 4}), known, pairs, 5, 1.0))
    assert len({key, *others}) == 5 and key == key_of(made, known, pairs, 5.0, 1.0)
    keep_bound(tmp_path, key, bound)
    keep_bound(tmp_path, others[0], bound)
    assert kept_bound(tmp_path, key) == bound and kept_bound(tmp_path, others[1]) is None
    for damage in ("[]", "{", json.dumps({key: {"x_to_y": {"psnr": "high"}}})):
        (tmp_path / bounds.FILE).write_text(damage)
        with pytest.raises(ModelError, match=bounds.FILE):
            kept_bound(tmp_path, key)


def test_the_command_end_to_end(run, stored, capsys, monkeypatch):
    test, known = stored
    words = ["evaluate", run, "--pairs", *test, "--known", *known, "--bound-minutes", 0.02]
    code, out, err = call(capsys, *words)
    assert code == 0 and "training the supervised bound" in err, err
    titles = [line.split("  ")[0] for line in out.splitlines()]
    start = titles.index("x to y")
    assert titles[start + 1 : start + 8] == [command.ROWS[name] for name in ORDER]
    assert (
        "matched by their order alone" in out
        and "hidden copy of the source" in out
        and "own unpaired training pictures" in out
    )
    monkeypatch.setattr(evaluate_run, "measured_bound", None)  # the second time must not train
    code, out, err = call(capsys, *words, "--json", "--out", run / "copy.json")
    report = json.loads(out)
    assert code == 0 and not err and report["bound"]["kept"] and report["step"] == 2
    assert report == json.loads((run / "evaluation.json").read_text()) == json.loads((run / "copy.json").read_text())
    assert list(report["y_to_x"]["rows"]) == ORDER and report["pairs"]["count"] == 8
    rows = report["x_to_y"]["rows"]
    assert rows["this_run"]["psnr_drawn"] == pytest.approx(rows["identity"]["psnr_drawn"], abs=0.5), (
        "it starts as identity"
    )
    assert len(report["x_to_y"]["honesty"]["noise"]) == 6


def test_the_command_without_known_pairs_and_with_seen_ones(run, stored, capsys):
    x, y = run.parents[1] / "x.npy", run.parents[1] / "y.npy"
    code, out, err = call(capsys, "evaluate", run, "--pairs", x, y, "--paper", "none")
    assert code == 0 and "no supervised bound, no share of the gap" in out and not err
    assert "PSNR drawn" not in out and "20 of 24 measured pictures of x are in the run's training pictures" in out
    checkpoint = max((run / "checkpoints").iterdir())
    moved = run.parents[1] / "away.npy"
    x.rename(moved)
    code, out, _ = call(capsys, "evaluate", run, "--pairs", *stored[0])
    moved.rename(x)
    assert code == 0 and "fitted to the measured pairs, shuffled" in out and "x.npy" in out
    known = ["--known", *stored[0], "--bound-minutes", 0.001]
    code, out, _ = call(capsys, "evaluate", checkpoint, "--pairs", *stored[0], *known)
    assert code == 0 and "8 of 8 measured pairs are among the known pairs" in out


def test_what_the_command_refuses(run, stored, capsys, tmp_path):
    options = {"steps": 1, "threads": 1, "out": tmp_path / "runs"}
    gan = sparring.train("gan", bytes_of(pictures(24)), run=options, g_hidden=(8,), d_hidden=(8,), batch_size=8)
    grey, test = tmp_path / "grey.npy", stored[0]
    np.save(grey, bytes_of(pictures(8, channels=1)))
    for words, code, says in [
        ([gan, "--pairs", *test], 2, "a GAN does not translate"),
        ([run, "--pairs", grey, test[1]], 3, "16 x 16 x 1 and x of the run is 16 x 16 x 3"),
        ([run, "--pairs", test[0]], 2, "two sources"),
        ([run, "--pairs", test[0], "missing.npy"], 3, "missing.npy"),
        ([run, "--pairs", *test, "--known", *stored[1], "--bound-minutes", "0"], 2, "bound-minutes is 0"),
        ([run, "--pairs", *test, "--out", tmp_path / "no" / "file.json"], 2, "there is no folder"),
        ([run, "--pairs", *test, "--step", "99"], 3, "no checkpoint of step 99"),
        (["none", "--pairs", *test], 3, "none"),
    ]:
        got, out, err = call(capsys, "evaluate", *words)
        assert (got, says in " ".join((out + err).split())) == (code, True), out + err
