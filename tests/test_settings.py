"""Settings, run options and configurations: what is accepted, and what is said of what is not."""

import functools
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import pytest
import torch

from sparring.data.open import open_pictures
from sparring.data.size import parse_size
from sparring.data.spec import Spec
from sparring.engine.calibrate import round_cadence
from sparring.errors import CommandError
from sparring.games.losses import LOSSES
from sparring.recipes import RECIPES, gan
from sparring.sessions import config as configs
from sparring.sessions.build import plan
from sparring.sessions.domains import sources_for
from sparring.sessions.options import Run
from sparring.settings import OneOf, Within, check, domains_of, name_of, settle, signature


def example(
    spec,
    *,
    loss: Literal["minimax", "hinge"] = "hinge",
    lr: Annotated[float, Within(0, 1)] = 0.1,
    hidden: tuple[Annotated[int, Within(1, 9)], ...] = (1, 2),
    conditional: bool = False,
    limit: int | None = None,
):
    """A recipe."""


def test_defaults_fill_what_was_not_given():
    assert settle(example, {}) == {
        "loss": "hinge",
        "lr": 0.1,
        "hidden": (1, 2),
        "conditional": False,
        "limit": None,
    }


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"lr": "1e-3"}, 1e-3),
        ({"lr": 1}, 1.0),
        ({"hidden": "3,4"}, (3, 4)),
        ({"hidden": [5]}, (5,)),
        ({"conditional": "yes"}, True),
        ({"limit": 3.0}, 3),
        ({"limit": None}, None),
    ],
)
def test_values_become_their_type(given, expected):
    value = settle(example, given)[next(iter(given))]
    assert value == expected and type(value) is type(expected)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"los": "hinge"}, "no setting 'los'; did you mean 'loss'"),
        ({"loss": "hinje"}, "did you mean 'hinge'"),
        ({"lr": "fast"}, "lr is 'fast'; it must be a number"),
        ({"lr": 2}, "lr is 2.0; it must be from 0 to 1"),
        ({"lr": float("nan")}, "lr is nan"),
        ({"hidden": [1, 10]}, "hidden is 10"),
        ({"hidden": 3}, "must be a list"),
        ({"limit": 2.5}, "limit is 2.5; it must be a whole number"),
        ({"limit": True}, "limit is True"),
        ({"conditional": 3}, "conditional is 3; it must be true or false"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_value(given, message):
    with pytest.raises(CommandError, match=message.replace("(", r"\(")):
        settle(example, given)


SMALL = Annotated[int, Within(1, 9)]
WORD = Annotated[str, OneOf({"a": 1, "bee": 2})]


@pytest.mark.parametrize(
    ("annotation", "value", "expected"),
    [
        (int | float, 2.5, 2.5),
        (int | float, "2.5", 2.5),
        (int | float, 3.0, 3.0),
        (int | str, "3", "3"),
        (Literal["auto"] | int, "3", 3),
        (int | bool, True, True),
        (SMALL | None, None, None),
        (Annotated[int | None, Within(1, 9)], None, None),
        (tuple[int, str], ["3", "b"], (3, "b")),
        (tuple[SMALL, ...], "", ()),
        (tuple, [1, "b"], (1, "b")),
        (list[float], "1 2", [1.0, 2.0]),
        (Literal[1, 2], "2", 2),
        (WORD, "bee", "bee"),
        (WORD | None, None, None),
        (Path, "runs", Path("runs")),
        (int, np.int64(3), 3),
        (float, np.float32(0.5), 0.5),
        (dict[str, int], {"a": 1}, {"a": 1}),
        (Any, None, None),
    ],
)
def test_every_kind_of_annotation(annotation, value, expected):
    found = check("it", value, annotation)
    assert found == expected and type(found) is type(expected)


@pytest.mark.parametrize(
    ("annotation", "value", "message"),
    [
        (int | float, "x", "it is 'x'; it must be a whole number, or it is 'x'; it must be a number"),
        (int | None, True, "it is True; it must be a whole number"),
        (Annotated[int | None, Within(1, 9)], 10, "it is 10; it must be from 1 to 9"),
        (tuple[int, str], [1], "it is [1]; it must be a list of 2 values"),
        (tuple[int, str], [1, "b", 2], "it must be a list of 2 values"),
        (tuple[int, str], ["b", "b"], "it is 'b'; it must be a whole number"),
        (tuple[SMALL, ...], {1: 2}, "it is {1: 2}; it must be a list of values"),
        (tuple[SMALL, ...], [None], "it is None; it must be a whole number"),
        (Literal["a", "b"], ["a"], "it is ['a']; it is one of a, b"),
        (Literal["a", "b"], {"a": 1}, "it is {'a': 1}; it is one of a, b"),
        (Literal["a", "b"], None, "it is None; it is one of a, b"),
        (Literal[1, 2], True, "it is True; it is one of 1, 2"),
        (Literal["a", "b"], np.array(["a", "b"]), "it is one of a, b"),
        (Literal["a", "b"], torch.zeros(3), "it is one of a, b"),
        (WORD, "be", "it is 'be'; did you mean 'bee'?; it is one of a, bee"),
        (WORD, None, "it is None; it must be text"),
        (SMALL, math.nan, "it is nan; it must be a whole number"),
        (Annotated[float, Within(0, 1)], math.nan, "it is nan; it must be a number"),
        (float, math.inf, "it is inf; it must be a number"),
        (float, "1e999", "it is '1e999'; it must be a number"),
        pytest.param(float, 10**400, "it must be a number", id="400 digits"),
        pytest.param(SMALL, 10**5000, "it is of type int; it must be from 1 to 9", id="5,000 digits"),
        (int, b"3", "it is b'3'; it must be a whole number"),
        (int, torch.tensor([1, 2]), "it must be a whole number"),
        (float, np.ones(1), "it must be a number"),
        (float, True, "it is True; it must be a number"),
        (float, 1j, "it is 1j; it must be a number"),
        (bool, None, "it is None; it must be true or false"),
        (str, 3, "it is 3; it must be text"),
        (Path, 3, "it is 3; it must be a path"),
        (dict[str, int], [1], "it is [1]; it must be dict"),
        (Callable[[int], int], 3, "it is 3; it must be Callable"),
        ("unknown", 3, "it is 3; it must be unknown"),
        (int, [0] * 1000, "0, 0..."),
    ],
)
def test_every_malformed_value_is_refused_with_its_name(annotation, value, message):
    with pytest.raises(CommandError) as caught:
        check("it", value, annotation)
    assert str(caught.value).startswith("it is ") and message in str(caught.value)


def test_a_name_that_was_added_to_the_losses_can_be_given(monkeypatch):
    with pytest.raises(CommandError, match=r"loss is 'mine'.*it is one of minimax, .*, relativistic$"):
        settle(gan, {"loss": "mine"})
    monkeypatch.setitem(LOSSES, "mine", LOSSES["hinge"])
    assert settle(gan, {"loss": "mine"})["loss"] == "mine"


def test_a_partial_is_a_recipe_whose_defaults_are_its_keywords():
    quick = functools.partial(functools.partial(gan, lr="1e-3"), z_dim=7)
    assert name_of(quick) == "gan" and domains_of(quick) == 1
    assert settle(quick, {}) == {**settle(gan, {}), "lr": 1e-3, "z_dim": 7}
    assert settle(quick, {"z_dim": 8})["z_dim"] == 8
    made = plan(quick, (Spec(1, 8, 8),), {"z_dim": 9})
    assert made.recipe(*made.specs, **made.settings).game.prior.dim == 9
    with pytest.raises(CommandError, match="lr is 'fast'"):
        settle(functools.partial(gan, lr="fast"), {})
    with pytest.raises(CommandError, match=r"gan cannot be used as a recipe: .*rate"):
        settle(functools.partial(gan, rate=1), {})


class Recipe:
    """An object that is called."""

    def __call__(self, spec, other, /, *, width: "SMALL" = 3):
        """The recipe."""


def test_an_object_is_a_recipe():
    assert (name_of(Recipe()), domains_of(Recipe())) == ("Recipe", 2)
    assert settle(Recipe(), {"width": "4"}) == {"width": 4}
    with pytest.raises(CommandError, match="width is 10"):
        settle(Recipe(), {"width": 10})


def starless(spec, lr=0.1):
    """A recipe whose setting could be taken for a second set of pictures."""


def nameless(*, lr=0.1):
    """A recipe about nothing."""


def three(a, b, c):
    """A recipe about more than can be given."""


def demanding(spec, *, lr: float):
    """A recipe with a setting that has no default."""


def unknown(spec, *, lr: "Nothing" = 1):  # noqa: F821
    """A recipe whose annotations cannot be evaluated."""


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        (starless, r"starless takes lr as if .*: def starless\(spec, \*, lr=0.1\)"),
        (nameless, r"nameless takes no pictures; .*def nameless\(spec, "),
        (three, "three needs 3 sets of pictures; one or two can be given"),
        (unknown, "unknown cannot be used as a recipe: name 'Nothing' is not defined"),
        (3, "int cannot be used as a recipe: 3 is not a callable object"),
    ],
)
def test_what_is_no_recipe_is_told_how_to_become_one(recipe, message):
    with pytest.raises(CommandError, match=message):
        sources_for(recipe)


def test_a_setting_without_a_default_must_be_given():
    with pytest.raises(CommandError, match="demanding needs a value for lr"):
        settle(demanding, {})
    assert settle(demanding, {"lr": 1}) == {"lr": 1.0}


@pytest.mark.parametrize("name", RECIPES)
def test_defaults_of_the_recipes_are_what_they_say(name):
    for setting, (annotation, default) in signature(RECIPES[name]).items():
        assert check(setting, default, annotation) == default


def test_a_configuration_survives_json():
    run = Run(steps=5, minutes=0.5, threads=1)
    config = configs.Config("gan", ("faces",), (3, 4), {"g_hidden": (1, 2)}, run)
    back = configs.from_json(json.loads(json.dumps(configs.to_json(config))))
    assert back == config._replace(settings={"g_hidden": [1, 2]})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"step": 3}, "no option 'step'; did you mean 'steps'"),
        ({"steps": 0}, "run.steps is 0"),
        ({"minutes": float("nan")}, "run.minutes is nan"),
        ({"keep": 0}, "run.keep is 0"),
        ({"seed": -1}, "run.seed is -1"),
        ({"precision": "fp16"}, "run.precision is 'fp16'"),
        ({"log_every": -1}, "run.log_every is -1"),
        ({"out": 3}, "run.out is 3; it must be a path"),
        ({"until": ["indistinguishable"]}, "run.until is"),
    ],
)
def test_run_options_are_checked(given, message):
    with pytest.raises(CommandError, match=message):
        configs.run_from(given)


def test_differences_are_named_by_path():
    old = {"recipe": "gan", "settings": {"lr": 1, "k": 2}}
    new = {"recipe": "gan", "settings": {"lr": 3, "m": 4}}
    assert configs.differences(old, new) == ["settings.lr: 1 -> 3", "settings.k: 2 -> None", "settings.m: None -> 4"]
    assert configs.differences(old, old) == []


def test_sizes():
    assert [parse_size(size) for size in ("64", 64, "48X64", (48, 64), [48, 64], None)] == [
        *[(64, 64)] * 2,
        *[(48, 64)] * 3,
        None,
    ]
    for wrong in (
        "0",
        "a",
        "3x",
        "1x2x3",
        "99999",
        0,
        -1,
        1.5,
        True,
        (0, 4),
        (1, 2, 3),
        (1, 9000),
        (2.5, 3),
        ("4", 4),
        (),
    ):
        with pytest.raises(CommandError, match="size is"):
            parse_size(wrong)
        with pytest.raises(CommandError, match="size is"):
            open_pictures(np.zeros((3, 8, 8), np.uint8), wrong)
    assert open_pictures(np.zeros((3, 8, 8), np.uint8), "4x6").images.shape == (3, 4, 6, 1)


def test_the_end_of_a_run():
    assert Run(steps=10).done(5, 0, 0, 1) == 0.5
    assert Run(minutes=1).done(0, 0, 45, 1) == 0.75
    assert Run(steps=10, images=10).done(5, 9, 0, 1) == 0.9, "whichever comes first"
    assert Run().done(0, 50, 0, 100) == 0.5, "the recipe's own length"
    assert Run(until="indistinguishable").done(10**6, 10**9, 1e9, 100) == 0.0


def test_cadence_is_a_round_number_of_steps():
    assert [round_cadence(2, s) for s in (0.1, 0.02, 0.013, 5.0, 1e-9)] == [20, 100, 200, 1, 2_000_000_000]
