"""The theory figures: files that open, numbers that are right, words that can be drawn."""

import json
import re
import warnings
from pathlib import Path

import pytest
from PIL import Image

from sparring.errors import CommandError
from sparring.games import LOSSES
from sparring.theory.figures import style
from sparring.theory.figures.covering import modes
from sparring.theory.figures.function_space import proposition2
from sparring.theory.figures.orbits import dirac
from sparring.theory.figures.paper import figure1
from sparring.theory.figures.saturation import gradients
from sparring.theory.figures.sliding import divergence
from sparring.theory.figures.steps_of_d import k
from sparring.theory.figures.texts import TEXTS


def _has_hangul() -> bool:
    try:
        return bool(style.hangul())
    except CommandError:
        return False


needs_hangul = pytest.mark.skipif(not _has_hangul(), reason="no font with Hangul is installed")

QUICK = {
    "figure1": lambda out, **kw: figure1(out, steps=6, alone=50, **kw),
    "gradients": lambda out, **kw: gradients(out, d_steps=300, **kw),
    "divergence": divergence,
    "proposition2": proposition2,
    "dirac": lambda out, **kw: dirac(out, losses=("nonsaturating", "wasserstein"), steps=20, **kw),
    "modes": lambda out, **kw: modes(out, steps=24, **kw),
    "k": lambda out, **kw: k(out, ks=(1, 2), moves=40, **kw),
}


def _check(found: dict, out: Path, name: str) -> None:
    files = [Path(f) for f in found["files"]]
    assert all(f.parent == out and f.stat().st_size > 500 for f in files)
    assert json.loads((out / f"{name}.json").read_text(encoding="utf-8")) == found
    for f in files:
        if f.suffix == ".png":
            with Image.open(f) as picture:
                assert picture.width >= 1500
                shades = picture.convert("L").getcolors(256)
                assert shades is not None
                assert len(shades) > 50
        if f.suffix == ".gif":
            with Image.open(f) as picture:
                assert picture.n_frames > 2


def test_figure1(tmp_path: Path) -> None:
    found = QUICK["figure1"](tmp_path)
    _check(found, tmp_path, "figure1")
    assert found["moments"]["a"] == 0
    assert found["moments"]["b"] == 50
    # the reported V of a trained D is nearer to the truth than that of a fresh one, and not above it
    trained = found["moves_of_d"].index(50)
    gaps = [e - r for e, r in zip(found["v_exact"], found["v_reported"], strict=True)]
    assert -0.02 < gaps[trained] < gaps[0]


def test_gradients(tmp_path: Path) -> None:
    found = QUICK["gradients"](tmp_path)
    _check(found, tmp_path, "gradients")
    assert found["slope_at_logit_-10"] == {
        "minimax": pytest.approx(4.54e-5, rel=1e-3),
        "nonsaturating": pytest.approx(0.99995, abs=1e-5),
    }
    assert found["fall"]["minimax"] < 0.05
    assert found["fall"]["nonsaturating"] > 1


def test_divergence(tmp_path: Path) -> None:
    found = divergence(tmp_path)
    _check(found, tmp_path, "divergence")
    assert 1.4 < found["saturating_peak"] < 2.2
    assert found["saturating_slope_at_8"] == pytest.approx(0.00039, abs=2e-5)
    at = found["mu"].index(2)
    assert found["slope"]["minimax"][at] == pytest.approx(0.4496, abs=6e-5)
    assert found["slope"]["nonsaturating"][at] == pytest.approx(1.5504, abs=6e-5)
    assert found["slope"]["wasserstein"][at] == pytest.approx(1, abs=1e-3)
    assert found["divergence"]["minimax"][at] == pytest.approx(2 * 0.336831, abs=1e-5)
    assert found["divergence"]["wasserstein"][at] == pytest.approx(2, abs=1e-5)


def test_proposition2(tmp_path: Path) -> None:
    found = proposition2(tmp_path)
    _check(found, tmp_path, "proposition2")
    assert found["monotone"]
    assert found["largest_rise"] < 1e-12
    assert abs(found["last_above_log4"]) < 1e-6
    assert found["value"][0] > found["minus_log4"] + 1  # control: it had somewhere to go
    with pytest.raises(ValueError, match="rate is 2"):
        proposition2(tmp_path, rate=2)


def test_dirac(tmp_path: Path) -> None:
    found = QUICK["dirac"](tmp_path)
    _check(found, tmp_path, "dirac")
    assert found["largest_gap"] < 1e-4
    assert len(found["rows"]) == 8
    for row in found["rows"]:
        for order in ("alternating", "simultaneous"):
            assert row[order]["end_code"] == pytest.approx(row[order]["end_theory"], rel=1e-5)
    with pytest.raises(ValueError, match="'best'"):
        dirac(tmp_path, losses=("best",))


def test_a_loss_that_nobody_has_derived_by_hand_is_drawn_without_theory(tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(LOSSES, "my_own", LOSSES["nonsaturating"])
    found = dirac(tmp_path, losses=("my_own", "nonsaturating"), steps=20)
    _check(found, tmp_path, "dirac")
    mine, known = found["rows"][:2]
    assert (mine["loss"], mine["penalty"], mine["gap"]) == ("my_own", "none", None)
    assert mine["code"] == known["code"] and mine["code"][1] == pytest.approx([0, 0.5], abs=1e-5)
    assert "theory" in known and "theory" not in mine and set(mine["alternating"]) < set(known["alternating"])
    assert mine["alternating"]["end_code"] == known["alternating"]["end_code"]
    assert style.Texts("ko").name("my_own") == "my own" and style.Texts("ko").name("hinge") == "힌지"
    with pytest.raises(KeyError):
        style.Texts("ko")("my_own")


def test_modes(tmp_path: Path) -> None:
    found = QUICK["modes"](tmp_path)
    _check(found, tmp_path, "modes")
    assert found["modes"] == 8
    assert len(found["course"]) == 24
    assert found["setup"]["penalty"] == "r1"
    with pytest.raises(ValueError, match="world is 'moons'"):
        modes(tmp_path, world="moons")


def test_k(tmp_path: Path) -> None:
    found = QUICK["k"](tmp_path)
    _check(found, tmp_path, "k")
    assert found["runs"]["1"]["d"][-1] == found["runs"]["2"]["d"][-1] == 40
    assert found["runs"]["2"]["g"][-1] == 20
    for bad in ({"ks": (0,)}, {"equal": "both"}, {"loss": "hinge"}):
        with pytest.raises(ValueError, match=r"is|are"):
            k(tmp_path, **bad)


@needs_hangul
@pytest.mark.parametrize("name", ["divergence", "gradients"])
def test_korean(name: str, tmp_path: Path) -> None:
    """Drawn without a box: matplotlib warns of every glyph that is missing, and here that is an error."""
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message=".*[Gg]lyph.*")
        _check(QUICK[name](tmp_path, language="ko"), tmp_path, name)


def test_every_text_is_in_both_languages() -> None:
    for key, (english, korean) in TEXTS.items():
        assert english, key
        assert korean, key
        assert sorted(re.findall(r"{(\w+)", english)) == sorted(re.findall(r"{(\w+)", korean)), key
        assert "$" not in english + korean, f"{key}: mathtext knows no Hangul"


def test_every_text_is_used() -> None:
    """Each key is named in a figure, or is built from the name of a loss, a penalty, a world or a moment."""
    sources = "".join(
        p.read_text(encoding="utf-8") for p in Path(style.__file__).parent.glob("*.py") if p.stem != "texts"
    )
    built = re.compile(r"moment_[abcd]|k_sub_[DG]|least_squares\w*|r[12]")
    unused = [key for key in TEXTS if not re.search(f"[\"']{re.escape(key)}[\"']", sources)]
    assert [key for key in unused if not built.fullmatch(key)] == []


def test_no_boxes_without_a_font(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style.fontManager, "ttflist", [])
    with pytest.raises(CommandError, match="apt install fonts-nanum"):
        divergence(tmp_path, language="ko")
    with pytest.raises(CommandError, match="language is 'fr'"):
        divergence(tmp_path, language="fr")
