"""The words of the theory figures: all in both languages, all used, as textbooks say them, symbols as in the papers."""

import re
from pathlib import Path

from sparring.commands import theory
from sparring.theory.figures import style
from sparring.theory.texts import ROOMS, SENTENCES, TEXTS, typeset


def test_every_text_is_in_both_languages() -> None:
    for key, (english, korean) in TEXTS.items():
        assert english and korean, key
        assert sorted(re.findall(r"{(\w+)", english)) == sorted(re.findall(r"{(\w+)", korean)), key
        assert "$" not in english + korean, f"{key}: symbols are set by Texts"
    for name, (english, korean) in SENTENCES.items():
        assert len(english) == len(korean) == 5, name
        fields = [sorted(set(re.findall(r"(?<!{){(\w+)", " ".join(both)))) for both in (english, korean)]
        assert fields[0] == fields[1], name
        assert all(re.search("[가-힣]", s) for s in korean if s != "{why}"), name


def test_no_key_is_taken_twice() -> None:
    assert len(TEXTS) == sum(len(room.TEXTS) for room in ROOMS)
    assert len(SENTENCES) == sum(len(room.SENTENCES) for room in ROOMS)


def test_words_are_those_of_korean_textbooks() -> None:
    said = " ".join([ko for _, ko in TEXTS.values()] + [s for _, both in SENTENCES.values() for s in both])
    for stilted in ("벌점", "공정한 몫", "두 참가자 게임", "상대적", "어긋날", "기울기 벌점"):
        assert stilted not in said
    assert TEXTS["gradient_penalty"][1] == "그래디언트 페널티"
    assert TEXTS["figure1"][1].startswith("2인 게임")


def test_symbols_are_set_as_in_the_papers() -> None:
    assert typeset("p_data and p_g, z ~ p_z") == r"$p_{\mathrm{data}}$ and $p_g$, z ~ $p_z$"
    assert typeset("D_Y") == "$D_Y$"
    assert typeset("p_g가 p_data에서") == r"$p_g$가 $p_{\mathrm{data}}$에서"
    assert typeset("share_of q") == "share_of q"
    assert typeset("½ χ²(p_g)") == r"½ $\chi^2$($p_g$)"
    assert typeset("U(−√3, √3)") == r"U(−$\sqrt{3}$, $\sqrt{3}$)"


def test_every_text_is_used() -> None:
    """Each key is named in a figure, or is built from the name of a loss, a penalty, a world or a moment."""
    folder = Path(style.__file__).parent
    sources = "".join(p.read_text(encoding="utf-8") for p in [*folder.glob("*.py"), Path(theory.__file__)])
    built = re.compile(r"moment_[abcd]|k_sub_[DG]|least_squares\w*|r[12]|z_\w+|column_\w+|paid_\w+|g_(found|control)")
    unused = [key for key in TEXTS if not re.search(f"[\"']{re.escape(key)}[\"']", sources)]
    assert [key for key in unused if not built.fullmatch(key)] == []
