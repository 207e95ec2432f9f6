"""``sparring recipes``: what can be trained, what it needs, what it is good for."""

import json
import re

import pytest

from sparring.cli import main
from sparring.recipes import RECIPES


def printed(capsys, *words):
    with pytest.raises(SystemExit) as e:
        main(["recipes", *words])
    assert not e.value.code
    return capsys.readouterr().out


def test_every_recipe_is_listed_with_what_it_needs_and_is_good_for(capsys):
    blocks = re.findall(r"^  (\w+)\n((?:    .*\n)+)", printed(capsys), re.MULTILINE)
    assert sorted(name for name, _ in blocks) == sorted(RECIPES)
    for name, text in blocks:
        what, needs, good = text.splitlines()
        assert len(what) > 30 and re.match(r"    Needs: \S", needs) and re.match(r"    Good for: \S", good), name


def test_the_list_speaks_korean(capsys):
    told = printed(capsys, "--language", "ko")
    assert told.count("    필요: ") == told.count("    용도: ") == len(RECIPES)
    assert "Needs" not in told and "Good for" not in told


def test_json_has_the_domains(capsys):
    told = json.loads(printed(capsys, "--json"))
    assert list(told) == list(RECIPES)
    assert {name: found["domains"] for name, found in told.items() if name in ("gan", "cyclegan")} == {
        "gan": 1,
        "cyclegan": 2,
    }
