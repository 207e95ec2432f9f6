"""`sparring theory`: sentences on the screen, JSON on request, and one page of everything."""

import functools
import inspect
import json
from pathlib import Path

import pytest

from sparring.commands import theory
from sparring.theory.figures.drawn import Drawn, silent
from sparring.theory.figures.sliding import divergence
from sparring.theory.figures.worth import value
from sparring.words import use_language


@pytest.fixture(autouse=True)
def english():
    use_language("en")
    yield
    use_language("en")


def run(*words: str) -> None:
    theory.app(words, exit_on_error=False, result_action="return_value")


@pytest.mark.parametrize(("language", "heading"), [("en", "The value function"), ("ko", "가치 함수")])
def test_a_figure_says_what_there_is_to_see(language: str, heading: str, tmp_path: Path, capsys) -> None:
    use_language(language)
    run("value", "--out", str(tmp_path))
    said = capsys.readouterr().out
    assert said.startswith(heading)
    assert said.count("\n- ") == 5
    assert str(tmp_path / "value.png") in said
    assert "{" not in said.replace("{x~p_data}", "").replace("{z~p_z}", "")
    assert not list(tmp_path.glob("*.json"))
    assert max(len(line) for line in said.splitlines() if str(tmp_path) not in line) <= 100


def test_json_is_printed_and_written_on_request(tmp_path: Path, capsys) -> None:
    run("loop", "--out", str(tmp_path), "--json", "--rounds", "2")
    said = json.loads(capsys.readouterr().out)
    assert said["figure"] == "loop"
    assert len(said["sentences"]) == 5
    written = json.loads((tmp_path / "loop.json").read_text(encoding="utf-8"))
    assert written == {name: said[name] for name in written}
    assert written["who"] == ["start", *["D", "D", "D", "G"] * 2]
    assert str(tmp_path / "loop.json") in said["files"]


def test_every_figure_is_a_command_with_its_parameters() -> None:
    for figure in theory.FIGURES:
        flags = inspect.signature(theory.command(figure)).parameters
        assert set(flags) == set(inspect.signature(figure).parameters) - {"progress", "language"} | {"as_json"}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_all_makes_one_page_with_every_figure(language: str, tmp_path: Path, monkeypatch, capsys) -> None:
    """Each figure stands in for by a quick one: the page lists names, pictures and sentences of all."""
    some = value(tmp_path / "some", language=language)

    def standing_in(figure):
        @functools.wraps(figure)
        def quick(out: Path, *, progress=silent, **more) -> Drawn:
            return some._replace(name=figure.__name__, sentences=[f"{figure.__name__} {n} <&>" for n in range(5)])

        return quick

    monkeypatch.setattr(theory, "FIGURES", tuple(standing_in(f) for f in theory.FIGURES))
    use_language(language)
    run("all", "--out", str(tmp_path))
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert f'<html lang="{language}">' in page
    for figure in theory.FIGURES:
        assert f'<section id="{figure.__name__}">' in page
        assert all(f"<li>{figure.__name__} {n} &lt;&amp;&gt;</li>" in page for n in range(5))
    assert page.count("data:image/png;base64,") == len(theory.FIGURES) == 12
    assert 'src="http' not in page and '.png"' not in page  # nothing beside it is needed
    assert str(tmp_path / "index.html") in capsys.readouterr().out


def test_all_draws_for_real(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(theory, "FIGURES", (value, divergence))
    run("all", "--out", str(tmp_path))
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert (tmp_path / "value.png").exists() and (tmp_path / "divergence.png").exists()
    assert page.count("<li>") == 10
