"""A run that goes on: what may change in it, and what has."""

from collections.abc import Mapping
from typing import Any

from sparring.data.streams import Domains
from sparring.engine.backend import find_device
from sparring.engine.snapshot import Snapshot
from sparring.errors import CommandError
from sparring.runs.folder import RunFolder
from sparring.sessions.build import Plan, describe, plan_from
from sparring.sessions.config import differences, run_from
from sparring.sessions.domains import described, digest_of_domains
from sparring.sessions.options import Run
from sparring.sessions.recipe_file import origin
from sparring.words import mark, tr, trn


def changes(snapshot: Snapshot, made: Plan, domains: Domains) -> list[str]:
    """What is not as it was when the snapshot was taken, a line each."""
    was, file = snapshot.state["data"], origin(made.recipe)
    digest = digest_of_domains(domains)
    changed = differences(describe(plan_from(snapshot.state["plan"], made.recipe)), describe(made))
    if file and file.sha256 != (old := snapshot.state["plan"].get("file", {}).get("sha256", "?")):
        changed.append(
            tr(
                "recipe: {path} is not as it was (SHA-256 {now}..., was {before}...)",
                path=file.path,
                now=file.sha256[:12],
                before=old[:12],
            )
        )
    if digest != was:
        changed.append(
            tr(
                "data: the pictures are not those of the run (SHA-256 {now}..., was {before}...)",
                now=digest[:12],
                before=was[:12],
            )
        )
    return changed


def changes_of_data(folder: RunFolder, domains: Domains) -> list[str]:
    """The same for a run that was never saved: what its ``data.json`` says, if it came to write that."""
    if not (folder.path / "data.json").is_file():
        return []
    return differences(folder.data, described(domains), "data.")


def refusal(folder: RunFolder, changed: list[str]) -> str:
    """That a run does not go on with something else, and what that is."""
    text = mark(
        "{name} was trained with something else:\n  {changes}\nRestore that, or go on with what is there now: --anyway"
    )
    return tr(text, name=folder.path.name, changes="\n  ".join(changed))


def found_device(run: Run, wish: str | None) -> str:
    """The device to go on with.

    Raises:
        CommandError: If it is not there.
    """
    try:
        return find_device(wish or run.device)
    except CommandError as e:
        if wish is None:
            raise CommandError(
                tr(
                    "the run was on {device!r}, which this machine does not have; move it: --device auto",
                    device=run.device,
                )
            ) from e
        raise


def other_threads(before: int, now: int) -> str:
    """That sums are taken in another order."""
    text = mark("the run goes on with {now} (before: {before}): it is then the same but for rounding")
    return tr(text, now=trn("{n} thread", "{n} threads", now), before=before)


def only_length(extend: Mapping[str, Any]) -> dict[str, Any]:
    """What may change in a resumed run: its length, how often it looks, and the number of threads.

    Raises:
        CommandError: If anything else is to change.
    """
    fixed = {"seed", "device", "precision", "memory_format", "held_out", "labels", "out", "name"} & extend.keys()
    if fixed:
        raise CommandError(
            tr("{names} cannot change in a resumed run: it would not be the same run", names=", ".join(sorted(fixed)))
        )
    checked = run_from(extend)
    if "threads" in extend and checked.threads == 0:
        raise CommandError(tr("run.threads is 0; a run that goes on needs a number of threads, such as 1"))
    return {name: getattr(checked, name) for name in extend}
