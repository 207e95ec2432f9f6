"""What to type next: one command for each finding or verdict, from what the run was made with."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sparring.doctor.signals import History
from sparring.doctor.treatment import DATA, Change, change
from sparring.sessions.recipe_file import flag
from sparring.settings import stored


def next_command(
    name: str, path: Path, plan: Mapping[str, Any], config: Mapping[str, Any], history: History, data: str = ""
) -> str:
    """A command that can be typed as it is.

    Args:
        name: Of the verdict, or of a finding.
        path: The run's folder.
        plan: What is trained, as `sparring.sessions.build.describe` says it.
        config: As ``config.json`` of the run has it.
        history: Of the run.
        data: Flags that say where the data is, for a command that reads it; by default it is where the configuration says.
    """
    run, own = shlex.quote(str(path)), flag(plan)
    if name in ("early", "spreading", "improving"):
        return f"sparring resume {run}{longer(config['run'], history.now.images)}{data}{own}"
    if name in ("alike", "steady"):
        return f"sparring sample {run}{own}" if len(plan["specs"]) == 1 else f"sparring translate {run} PICTURES{own}"
    changed = change(name, history._replace(settings=plan["settings"]))
    if not changed and name in DATA:
        return f"sparring data check {_typed(config['data']['sources'][0])}"
    if not changed:
        return _another(config["data"]["sources"], name)
    recipe = own.removeprefix(" --recipe ") or plan["recipe"]
    return f"sparring train {recipe} --config {shlex.quote(str(path / 'config.json'))}{data} {flags(changed)}"


def flags(changed: Change) -> str:
    """Settings as they are typed: ``--gamma 2 --run.images 9000``."""
    return " ".join(_flag(name, value) for name, value in changed.items())


def _flag(name: str, value: Any) -> str:
    word = name.replace("_", "-")
    if isinstance(value, bool):
        return f"--{word}" if value else f"--no-{word}"
    given = f"{value:g}" if isinstance(value, float) else str(stored(value))
    return f"--{word} {shlex.quote(given)}"


def longer(run: Mapping[str, Any], images: int) -> str:
    """Twice as long, in the unit in which the run's length was given: `` --minutes 60``."""
    if run.get("minutes"):
        return f" --minutes {2 * run['minutes']:g}"
    if run.get("steps"):
        return f" --steps {2 * run['steps']}"
    return f" --images {2 * (run.get('images') or images)}"


def _another(sources: list[str], name: str) -> str:
    """The recipe that has what this one lacks, a penalty on D's gradient, on the same data."""
    texts = [_typed(source) for source in sources]
    if len(texts) == 1:
        conditional = " --conditional" if name == "labels_ignored" else ""
        return f"sparring train dcgan --data {texts[0]}{conditional}"
    if texts[0] == texts[1]:  # pairs side by side, which no other recipe can read
        return f"sparring data check {texts[0]}"
    return f"sparring train cyclegan_small --data {texts[0]} --data-y {texts[1]} --gamma 1"


def _typed(source: str) -> str:
    return "DATA" if source.startswith("<") else shlex.quote(source)
