"""Words: every text that the code says is translated, with the same values, and no translation is left over."""

import ast
import string
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

import sparring
from sparring import words
from sparring.errors import CommandError
from sparring.words import korean, language_of_system, tr, translations, trn, use_language
from sparring.words.particles import joined

SOURCE = Path(sparring.__file__).parent
SAYS = {"tr": slice(0, 1), "trn": slice(1, 2), "mark": slice(0, 1)}
"""Which arguments are keys; the first of `trn` is for English alone."""
ERRORS = {"CommandError", "DataError", "ModelError", "NoRoomError", "DivergedError", "InterruptedRun", "SparringError"}


@pytest.fixture(autouse=True)
def english():
    use_language("en")
    yield
    use_language("en")


def texts_in(path):
    """Every literal that the code of a file says, and where."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYS:
            for given in node.args[SAYS[node.func.id]]:
                yield node, given


def said():
    found = {}
    for path in SOURCE.rglob("*.py"):
        for node, given in texts_in(path):
            if isinstance(given, ast.Constant):
                found.setdefault(given.value, f"{path.relative_to(SOURCE)}:{node.lineno}")
    return found


def places(text):
    return sorted(
        (name, form if form else "", kind or "") for _, name, form, kind in string.Formatter().parse(text) if name
    )


def test_every_text_that_is_said_has_a_translation_and_none_is_left_over():
    from sparring.commands.help import texts_of_help

    here, known = said(), translations()
    assert not {text: at for text, at in here.items() if text not in known}
    assert not set(known) - set(here) - set(texts_of_help())


def test_translations_have_the_values_of_their_texts():
    wrong = {k: v for k, v in translations().items() if {n for n, *_ in places(k)} != {n for n, *_ in places(v)}}
    assert not wrong
    assert all(v.strip() for v in translations().values())


def test_a_text_is_translated_once():
    rooms = [import_module(f"{korean.__name__}.{m.name}").TEXTS for m in iter_modules(korean.__path__)]
    assert sum(map(len, rooms)) == len(translations())


def test_no_text_is_put_together_before_it_is_translated():
    """An f-string or a sum cannot be looked up."""
    wrong = [
        f"{path.name}:{node.lineno}"
        for path in SOURCE.rglob("*.py")
        for node, given in texts_in(path)
        if isinstance(given, ast.JoinedStr | ast.BinOp)
    ]
    assert not wrong


def test_no_error_of_a_user_speaks_english_only():
    wrong = []
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name):
                if node.exc.func.id in ERRORS and any(
                    isinstance(a, ast.Constant | ast.JoinedStr) for a in node.exc.args
                ):
                    wrong.append(f"{path.relative_to(SOURCE)}:{node.lineno}")
    assert not wrong


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("이미지 3이(가)", "이미지 3이"),
        ("이미지 2이(가)", "이미지 2가"),
        ("'파일'을(를)", "'파일'을"),
        ("'폴더'을(를)", "'폴더'를"),
        ("a.png을(를)", "a.png을(를)"),
        ("서울(으)로", "서울로"),
        ("부산(으)로", "부산으로"),
        ("폴더(으)로", "폴더로"),
        ("7(으)로", "7로"),
        ("50 %은(는)", "50 %는"),
    ],
)
def test_particles_follow_the_sound_before_them(text, said):
    assert joined(text) == said


def test_the_language_is_chosen_and_a_plural_follows(monkeypatch):
    monkeypatch.setitem(translations(), "{n} images", "이미지 {n}장")
    assert (trn("{n} image", "{n} images", 1), trn("{n} image", "{n} images", 2)) == ("1 image", "2 images")
    use_language("ko")
    assert trn("{n} image", "{n} images", 1) == "이미지 1장"
    assert tr("what nobody translated: {x}", x=1) == "what nobody translated: 1"
    with pytest.raises(CommandError, match="쓸 수 없습니다"):
        use_language("fr")


@pytest.mark.parametrize(
    ("given", "spoken"),
    [({"LANG": "ko_KR.UTF-8"}, "ko"), ({"LANG": "ko_KR.UTF-8", "LC_ALL": "C.UTF-8"}, "en"), ({"SPARRING_LANGUAGE": "ko"}, "ko"),
     ({"SPARRING_LANGUAGE": "en", "LANG": "ko_KR.UTF-8"}, "en"), ({"LANG": "C"}, "en")],
)  # fmt: skip
def test_the_system_says_what_is_spoken(monkeypatch, given, spoken):
    for name in words.VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert language_of_system() == spoken


def test_python_speaks_english_until_it_is_told():
    code = "import sparring.words as w; print(w.language())"
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={"LANG": "ko_KR.UTF-8"}, check=True
    )
    assert found.stdout.strip() == "en"
