"""A run from its first step on: saved first, then timed and drawn, then played."""

from pathlib import Path
from typing import Any

from sparring.engine.snapshot import Snapshot
from sparring.engine.trainer import Trainer
from sparring.errors import DivergedError
from sparring.runs.environment import environment
from sparring.sessions import saved
from sparring.sessions.config import to_json
from sparring.sessions.council import announce
from sparring.sessions.domains import described, in_words, left_out, notes
from sparring.sessions.hooks import Hook, ask
from sparring.sessions.options import Run
from sparring.sessions.pace import in_short, paced
from sparring.sessions.page import PageWriter
from sparring.sessions.play import DRAWING, Outset, play, seconds_of, session_of, shots_of, state_after
from sparring.sessions.session import Session
from sparring.words import mark, tr

TIMING = mark("timing a few steps")


def begin(outset: Outset, trainer: Trainer) -> None:
    """Save a trainer before its first step: from here on nothing is lost, whatever happens to the process.

    Args:
        outset: The folder's ``config.json`` is written, with which alone the run could begin anew.
        trainer: Before its first step.
    """
    folder = outset.folder
    folder.data = described(outset.domains)
    folder.environment = environment()
    outset.page().start(outset.console)
    snapshot = trainer.snapshot()
    state = {**snapshot.state, **outset.facts, "seconds": 0.0}
    saved.write(folder, snapshot._replace(state=state), outset.config.run.keep)


def play_on(outset: Outset, trainer: Trainer, before: Snapshot | None = None) -> Path:
    """Play a run that is saved from where it stands: time steps where it is not settled how it computes, then go on to its end.

    Args:
        outset: What it is made of.
        trainer: As its newest checkpoint has it.
        before: That checkpoint, of a run that goes on.

    Returns:
        The run folder.
    """
    page = outset.page()
    try:
        with outset.stop.at_once():
            session, facts = _prepared(outset, trainer, page, before)
    except BaseException as e:
        page.end(state_after(e), trainer.steps, trainer.images, seconds_of(before))
        if isinstance(e, DivergedError):
            outset.folder.event("diverged", step=trainer.steps, error=str(e))
            text = mark(
                "{error}. It diverged while it was prepared, and nothing was trained yet. Lower the learning rate, add a penalty, "
                "or check the range of the data."
            )
            raise DivergedError(tr(text, error=e)) from e
        raise
    return play(session, page, facts)


def is_open(run: Run) -> bool:
    """Whether something is automatic that steps are timed for."""
    cadences = (run.log_every, run.sample_every, run.save_every)
    return not all((run.threads, *cadences)) or "auto" in (run.precision, run.memory_format)


def _prepared(
    outset: Outset, trainer: Trainer, page: PageWriter, before: Snapshot | None
) -> tuple[Session, dict[str, Any]]:
    """The session, and what there is to say when it starts."""
    folder, options, console, speed = outset.folder, outset.config.run, outset.console, ""
    if is_open(options):
        with console.waiting(tr(TIMING)):
            options, pace = paced(trainer, outset.made, options)
        speed = tr("{n:.0f} ms per step", n=pace.seconds * 1000)
        outset = outset._replace(config=outset.config._replace(run=options))
        folder.config = to_json(outset.config)
    shots = shots_of(folder, trainer, outset.made, outset.parts)
    session = session_of(outset, shots, page, before)
    announce(trainer.world, folder.path, [hook.every for hook in session.hooks])
    if trainer.steps:
        return session, {"resumed_at_step": trainer.steps, "images": trainer.images}
    ask(Hook(shots.first, called=DRAWING), session)
    for line in notes(outset.domains, folder.path):
        session.say(line)
    for line in left_out(outset.domains):
        folder.log(line)
    how = in_short(options.threads, options.precision, options.memory_format)
    facts = {"data": in_words(*outset.parts), "machine": f"{options.device}, {how}"}
    return session, {**facts, **({"speed": speed} if speed else {})}
