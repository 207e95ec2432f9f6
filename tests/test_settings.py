"""Settings, run options and configurations: what is accepted, and what is said of what is not."""

import json
from typing import Annotated, Literal

import pytest

from sparring.engine.calibrate import round_cadence
from sparring.errors import CommandError
from sparring.sessions import config as configs
from sparring.sessions.options import Run
from sparring.settings import Within, settle


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
    assert configs.parse_size("64") == (64, 64) and configs.parse_size("48x64") == (48, 64)
    for wrong in ("0", "a", "3x", "1x2x3", "99999"):
        with pytest.raises(CommandError, match="size is"):
            configs.parse_size(wrong)


def test_the_end_of_a_run():
    assert Run(steps=10).done(5, 0, 0, 1) == 0.5
    assert Run(minutes=1).done(0, 0, 45, 1) == 0.75
    assert Run(steps=10, images=10).done(5, 9, 0, 1) == 0.9, "whichever comes first"
    assert Run().done(0, 50, 0, 100) == 0.5, "the recipe's own length"
    assert Run(until="indistinguishable").done(10**6, 10**9, 1e9, 100) == 0.0


def test_cadence_is_a_round_number_of_steps():
    assert [round_cadence(2, s) for s in (0.1, 0.02, 0.013, 5.0, 1e-9)] == [20, 100, 200, 1, 2_000_000_000]
