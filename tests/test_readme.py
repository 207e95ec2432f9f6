"""The README's Python runs as it is pasted."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def blocks(name):
    return re.findall(r"```python\n(.*?)```", (ROOT / name).read_text("utf-8"), re.DOTALL)


@pytest.mark.parametrize("name", ["README.md", "README.ko.md"])
def test_the_example_of_a_recipe_of_one_s_own_runs_as_pasted(name, tmp_path, monkeypatch, capsys, curves):
    (source,) = [b for b in blocks(name) if "def mine" in b]
    monkeypatch.chdir(tmp_path)
    short = source.replace(
        '{"minutes": 1}', '{"steps": 2, "threads": 1, "log_every": 1, "sample_every": 1, "save_every": 9}'
    )
    assert short != source
    names: dict = {}
    exec(compile(short, name, "exec"), names)
    assert len(names["pictures"]) == 16 and names["pictures"][0].size == (28, 28)
    assert [line for line in capsys.readouterr().out.splitlines() if line.isdigit()] == ["1", "2"]
    assert (names["run"] / "results.png").exists()


def test_both_languages_show_the_same_code():
    english, korean = blocks("README.md"), blocks("README.ko.md")
    assert len(english) == len(korean) > 1
    assert [b for b in english if "def mine" in b] == [b for b in korean if "def mine" in b]
