"""The Hangul font that comes with the library: it is found, complete, free, and used by every picture."""

import warnings
from pathlib import Path

import matplotlib
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontManager, FontProperties, findfont, fontManager, get_font

from sparring.report import letters
from sparring.report.drawing import as_it_is
from sparring.theory.texts import SENTENCES, TEXTS


def syllables() -> list[str]:
    """KS X 1001: rows 16 to 40."""
    return [bytes([row, cell]).decode("euc-kr") for row in range(0xB0, 0xC9) for cell in range(0xA1, 0xFF)]


def test_it_has_every_syllable_of_ks_x_1001_in_both_weights() -> None:
    assert len(syllables()) == 2350
    for weight in ("normal", "bold"):
        path = findfont(FontProperties(family=letters.hangul(), weight=weight), fallback_to_default=False)
        assert Path(path).parent == letters.FONTS
        known = get_font(path).get_charmap()
        assert all(ord(s) in known for s in [*syllables(), *"Vp(x)=+-−‖0129"])


def test_it_is_small_free_and_not_called_by_a_reserved_name() -> None:
    fonts = list(letters.FONTS.glob("*.ttf"))
    assert len(fonts) == 2
    assert sum(f.stat().st_size for f in fonts) < 1_000_000
    licence = (letters.FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE" in licence and "Reserved Font Name Nanum" in licence
    for path in fonts:
        font = get_font(str(path))
        assert font.family_name == "Sparring Hangul"
        assert "nanum" not in font.postscript_name.lower()
    notice = (Path(__file__).parents[1] / "NOTICE").read_text(encoding="utf-8")
    assert "Sparring Hangul" in notice and "NAVER" in notice


def test_no_font_of_the_system_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where matplotlib's list is old or empty but for the fonts it brings."""
    own = [f for f in fontManager.ttflist if f.name.startswith("DejaVu")]
    monkeypatch.setattr(fontManager, "ttflist", own)
    letters.hangul.cache_clear()
    assert letters.families() == ["DejaVu Sans", "Sparring Hangul"]
    assert letters.families(letters.FAMILY)[0] == "Sparring Hangul"
    assert "Sparring Hangul" in {f.name for f in own}


def test_the_list_on_the_disk_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise AssertionError("the user's font cache was touched")

    monkeypatch.setattr(matplotlib.font_manager, "json_dump", refuse)
    monkeypatch.setattr(FontManager, "__init__", refuse)
    letters.hangul.cache_clear()
    letters.hangul()


def can_draw(text: str) -> bool:
    """Whether each letter is in the usual font or in the Hangul font."""
    known: set[int] = set()
    for family in (letters.USUAL, letters.hangul()):
        known |= set(get_font(findfont(FontProperties(family=family))).get_charmap())
    return all(ord(letter) in known for letter in text if not letter.isspace())


def test_every_word_of_the_theory_can_be_drawn() -> None:
    for key, (_, korean) in TEXTS.items():
        assert can_draw(korean), key
    for name, (_, korean) in SENTENCES.items():
        assert all(can_draw(s) for s in korean), name
    assert not can_draw("뷁 漢")  # control


@pytest.mark.parametrize("bold", [False, True])
def test_a_run_s_picture_draws_hangul_without_a_box(bold: bool) -> None:
    figure = Figure(figsize=(3, 1))
    text = figure.text(0.1, 0.5, "여름 바다 − D(x) → 1", fontweight="bold" if bold else "normal")
    as_it_is(text)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        FigureCanvasAgg(figure).draw()
    assert text.get_fontfamily()[1] == "Sparring Hangul"
