"""The theory figures: files that open, numbers that are right, words in both languages, nothing computed in vain."""

import inspect
import json
import math
import re
import statistics
from pathlib import Path

import pytest
import torch
from PIL import Image
from quick_figures import QUICK
from theory_drawn import drawn

from sparring.commands.theory import FIGURES
from sparring.errors import CommandError
from sparring.games import LOSSES
from sparring.report import letters
from sparring.theory.figures.collapsing import collapse
from sparring.theory.figures.covering import modes
from sparring.theory.figures.drawn import Drawn, silent
from sparring.theory.figures.function_space import proposition2
from sparring.theory.figures.noise_in import prior
from sparring.theory.figures.orbits import dirac
from sparring.theory.figures.paper import EMPTY, figure1
from sparring.theory.figures.rounds import loop
from sparring.theory.figures.saturation import slopes_in_d
from sparring.theory.figures.steps_of_d import course, k, late
from sparring.theory.figures.two_domains import cyclegan
from sparring.theory.figures.worth import at_one_point, terms
from sparring.theory.texts import SENTENCES, Texts


def _check(found: Drawn, out: Path, name: str) -> dict:
    assert found.name == name
    assert found.files[0] == out / f"{name}.png"
    assert all(f.parent == out and f.stat().st_size > 500 for f in found.files)
    json.dumps(found.numbers, allow_nan=False)
    assert len(found.sentences) == 5
    assert all(len(s) > 20 and "{" not in s.replace("{x~p_data}", "").replace("{z~p_z}", "") for s in found.sentences)
    for f in found.files:
        with Image.open(f) as picture:
            if f.suffix == ".png":
                assert picture.width >= 1500
                assert len(picture.convert("L").getcolors(256) or []) > 50
            else:
                assert picture.n_frames > 2
    return found.numbers


def _checked(name: str) -> dict:
    """The numbers of the figure with few steps, in English."""
    found, out, *_ = drawn(name, "en")
    return _check(found, out, name)


def test_every_figure_is_listed() -> None:
    assert [f.__name__ for f in FIGURES] == list(QUICK)
    assert set(SENTENCES) == set(QUICK)


@pytest.mark.parametrize("name", QUICK)
def test_in_korean(name: str) -> None:
    """Drawn without a box: matplotlib warns of every glyph that is missing, and logs it within formulas."""
    found, out, _, _, said = drawn(name, "ko")
    assert [words for words in said if "glyph" in words.lower() or "font" in words.lower()] == []
    _check(found, out, name)
    assert all(re.search("[가-힣]", s) for s in [found.title, *found.sentences] if found.title != "CycleGAN")


def test_value() -> None:
    found = _checked("value")
    at = found["D"].index(0.5)
    assert found["log_d"][at] == found["log_1_minus_d"][at] == pytest.approx(-math.log(2))
    for D, up, down in list(zip(found["D"], found["log_d"], found["log_1_minus_d"], strict=True))[::20]:
        assert (up, down) == (pytest.approx(math.log(D), rel=1e-4), pytest.approx(math.log(1 - D), rel=1e-4))
    assert {float(share): best for share, best in found["best_d"].items()} == {
        share: pytest.approx(share, abs=0.01) for share in (0.8, 0.5, 0.2)
    }
    real, fake = terms(torch.tensor([2.0, -2.0], dtype=torch.float64))
    assert real[0] > real[1] and fake[0] < fake[1]  # D's terms pull apart
    b = torch.tensor([0.3], dtype=torch.float64)
    D = b.sigmoid()
    torch.testing.assert_close(at_one_point(0.7, b), 0.7 * D.log() + 0.3 * (1 - D).log())


def test_figure1() -> None:
    found = _checked("figure1")
    assert found["moments"]["a"] == 0
    assert found["moments"]["b"] == 50
    # the reported V of a trained D is nearer to the truth than that of a fresh one, and not above it
    trained = found["moves_of_d"].index(50)
    gaps = [e - r for e, r in zip(found["v_exact"], found["v_reported"], strict=True)]
    assert -0.02 < gaps[trained] < gaps[0]
    low, high = found["last_d_where_there_is_data"]
    assert 0 < low < high < 1
    assert 0 < EMPTY < 0.1


@pytest.mark.slow
def test_figure1_ends_where_its_last_panel_says(tmp_path: Path) -> None:
    found = figure1(tmp_path).numbers
    low, high = found["last_d_where_there_is_data"]
    assert 0.4 < low < high < 0.6
    assert found["jsd"][-1] < 0.005
    assert found["v_reported"][-1] == pytest.approx(-math.log(4), abs=0.02)


def test_loop(tmp_path: Path) -> None:
    found = _check(loop(tmp_path, rounds=3), tmp_path, "loop")
    assert found["who"] == ["start", *["D", "D", "D", "G"] * 3]
    for who, d, g in zip(found["who"][1:], found["moved_d"][1:], found["moved_g"][1:], strict=True):
        assert (d > 0, g > 0) == (who == "D", who == "G")  # whose step it is moves, and nobody else
    steps = list(zip(found["who"][1:], found["v"], found["v"][1:], strict=False))
    assert found["down_by_g"] == sum(b < a for who, a, b in steps if who == "G") == 3
    assert found["up_by_d"] == sum(b > a for who, a, b in steps if who == "D")
    for bad in ({"k": 0}, {"rounds": 0}):
        with pytest.raises(ValueError, match="1 or more"):
            loop(tmp_path, **bad)


def test_gradients() -> None:
    found = _checked("gradients")
    assert found["slope_at_logit_-10"] == {
        "minimax": pytest.approx(4.54e-5, rel=1e-3),
        "nonsaturating": pytest.approx(0.99995, abs=1e-5),
    }
    assert found["slope_at_d_0.001"] == {
        "minimax": pytest.approx(1 / 0.999, rel=1e-6),
        "nonsaturating": pytest.approx(1000, rel=1e-6),
    }
    assert found["fall"]["minimax"] < 0.05
    assert found["fall"]["nonsaturating"] > 1


@pytest.mark.parametrize("D", [1e-6, 0.01, 0.5, 0.99])
def test_slopes_in_d_are_those_of_the_notes(D: float) -> None:
    at = torch.tensor([D], dtype=torch.float64)
    assert float(slopes_in_d("nonsaturating", at)) == pytest.approx(-1 / D, rel=1e-6)
    assert float(slopes_in_d("minimax", at)) == pytest.approx(-1 / (1 - D), rel=1e-6)


def test_divergence() -> None:
    found = _checked("divergence")
    assert 1.4 < found["saturating_peak"] < 2.2
    assert found["saturating_slope_at_8"] == pytest.approx(0.00039, abs=2e-5)
    at = found["mu"].index(2)
    assert found["slope"]["minimax"][at] == pytest.approx(0.4496, abs=6e-5)
    assert found["slope"]["nonsaturating"][at] == pytest.approx(1.5504, abs=6e-5)
    assert found["slope"]["wasserstein"][at] == pytest.approx(1, abs=1e-3)
    assert found["divergence"]["minimax"][at] == pytest.approx(2 * 0.336831, abs=1e-5)
    assert found["divergence"]["wasserstein"][at] == pytest.approx(2, abs=1e-5)


def test_proposition2(tmp_path: Path) -> None:
    found = _checked("proposition2")
    assert found["monotone"]
    assert found["largest_rise"] < 1e-12
    assert abs(found["last_above_log4"]) < 1e-6
    assert found["value"][0] > found["minus_log4"] + 1  # control: it had somewhere to go
    with pytest.raises(ValueError, match="rate is 2"):
        proposition2(tmp_path, rate=2)


def test_dirac(tmp_path: Path) -> None:
    found = _checked("dirac")
    assert found["largest_gap"] < 1e-4
    assert len(found["rows"]) == 8
    for row in found["rows"]:
        for order in ("alternating", "simultaneous"):
            assert row[order]["end_code"] == pytest.approx(row[order]["end_theory"], rel=1e-5)
    with pytest.raises(ValueError, match="'best'"):
        dirac(tmp_path, losses=("best",))


def test_a_loss_that_nobody_has_derived_by_hand_is_drawn_without_theory(tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(LOSSES, "my_own", LOSSES["nonsaturating"])
    found = _check(dirac(tmp_path, losses=("my_own", "nonsaturating"), steps=20), tmp_path, "dirac")
    mine, known = found["rows"][:2]
    assert (mine["loss"], mine["penalty"], mine["gap"]) == ("my_own", "none", None)
    assert mine["code"] == known["code"] and mine["code"][1] == pytest.approx([0, 0.5], abs=1e-5)
    assert "theory" in known and "theory" not in mine and set(mine["alternating"]) < set(known["alternating"])
    assert mine["alternating"]["end_code"] == known["alternating"]["end_code"]
    assert Texts("ko").name("my_own") == "my own" and Texts("ko").name("hinge") == "힌지"
    with pytest.raises(KeyError):
        Texts("ko")("my_own")


def test_modes(tmp_path: Path) -> None:
    found = _checked("modes")
    assert found["modes"] == 8
    assert len(found["course"]) == len(found["without_penalty"]["course"]) == 24
    assert found["setup"]["penalty"] == "r1"
    assert found["course"] != found["without_penalty"]["course"]
    with pytest.raises(ValueError, match="world is 'moons'"):
        modes(tmp_path, world="moons")


@pytest.mark.slow
def test_collapse_and_its_cure_on_3_seeds(tmp_path: Path) -> None:
    ends = [collapse(tmp_path, seed=seed).numbers["course"] for seed in range(3)]
    bare, kept = ([of[name] for of in ends] for name in ("none", "r1"))
    assert all(max(look["kl"] for look in course) > 2 for course in bare)  # log 8: a single mode
    assert sum(course[-1]["fair"] <= 2 for course in bare) >= 2
    assert all(course[-1]["fair"] >= 7 and course[-1]["kl"] < 0.1 for course in kept)


def test_k_draws_the_quartiles_of_the_raw_values(tmp_path: Path) -> None:
    found = _checked("k")
    assert found["runs"]["1"][0]["d"][-1] == found["runs"]["2"][0]["d"][-1] == 40
    assert found["runs"]["2"][0]["g"][-1] == 20
    for n in ("1", "2"):
        assert len(found["runs"][n]) == 3
        for what in ("jsd", "gap"):
            raw = list(zip(*(run[what] for run in found["runs"][n]), strict=True))
            drawn_now = found["drawn"][n][what]
            assert drawn_now["median"] == pytest.approx([statistics.median(r) for r in raw], rel=1e-6)
            quartiles = [statistics.quantiles(r, n=4, method="inclusive") for r in raw]
            assert drawn_now["low"] == pytest.approx([q[0] for q in quartiles], rel=1e-5)
            assert drawn_now["high"] == pytest.approx([q[2] for q in quartiles], rel=1e-5)
        half = found["drawn"][n]["jsd"]["median"][10:]
        assert found["late_jsd"][n] == pytest.approx(sum(half) / len(half), rel=1e-5)
    for bad in ({"ks": (0,)}, {"equal": "both"}, {"loss": "hinge"}, {"seeds": 0}):
        with pytest.raises(ValueError, match=r"is|are"):
            k(tmp_path, **bad)


def test_why_k_is_answered_by_what_was_measured() -> None:
    drawn_now = course([[0.0, 3.0], [1.0, 5.0], [8.0, 4.0]])
    assert (drawn_now.median, late(drawn_now)) == ([1.0, 4.0], 4.0)
    found = drawn("k", "en").found
    gaps = found.numbers["late_gap"]
    said = found.sentences[3]
    assert f"{gaps['1']:.2f}" in said and f"{gaps['2']:.2f}" in said
    assert ("did not help" in said) == (gaps["2"] >= gaps["1"])


def test_prior(tmp_path: Path) -> None:
    found = _check(prior(tmp_path, steps=100), tmp_path, "prior")
    assert all(0 < found["jsd"][name] < 0.2 for name in ("uniform", "normal"))


def test_cyclegan_flags_the_control(tmp_path: Path) -> None:
    """The cycle of the control closes and its map is wrong; what it pays is what the game says it pays."""
    found = _check(cyclegan(tmp_path, steps=400), tmp_path, "cyclegan")
    good, bad = found["found"], found["control"]
    assert (bad["lambda_cycle"], bad["lambda_identity"]) == (10, 5)
    assert bad["cycle_error"] < 0.001
    assert bad["right"] < 0.5 < 0.95 < good["right"]
    assert bad["fresh_classifier"] > 0.9
    assert bad["words"].startswith("the cycle is closed, but the distributions differ")
    assert good["paid"]["identity"] == 0 and good["paid"]["cycle"] == pytest.approx(2 * good["cycle_error"], rel=0.1)


def test_words_are_checked_before_anything_is_computed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Language, letters and folder: what fails, fails in the first moment and not after the training."""
    for figure in FIGURES:
        module = inspect.getmodule(figure)
        for name in ("Play", "_at", "_row", "toy", "descend", "terms", "trained"):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, lambda *a, **kw: pytest.fail("something was computed"))
    (tmp_path / "file").write_text("")
    for figure in FIGURES:
        with pytest.raises(CommandError, match="language is 'fr'"):
            figure(tmp_path, language="fr")
        with pytest.raises(OSError):
            figure(tmp_path / "file" / "out")
    monkeypatch.setattr(letters, "FONTS", tmp_path)
    letters.hangul.cache_clear()
    try:
        for figure in FIGURES:
            with pytest.raises(FileNotFoundError):
                figure(tmp_path, language="ko")
    finally:
        letters.hangul.cache_clear()


def test_every_figure_tells_how_far_it_is() -> None:
    for name in ("k", "proposition2", "divergence", "gradients"):
        told = drawn(name, "en").told
        assert len(told) > 2
        assert all(0 <= done <= total for _, done, total in told)
        assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
    for figure in FIGURES:
        assert inspect.signature(figure).parameters["progress"].default is silent
