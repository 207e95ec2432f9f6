"""From what a run is made of to a session that is played to the end, with word left of how it ended."""

import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from sparring.data.streams import Domains
from sparring.doctor.signals import is_whole, remembered
from sparring.engine.backend import out_of_memory
from sparring.engine.snapshot import Snapshot
from sparring.engine.trainer import Trainer
from sparring.errors import DivergedError, EndedProcess, InterruptedRun, LostProcess, ModelError, NoRoomError
from sparring.report.console import Console
from sparring.report.lines import called
from sparring.runs import checkpoint
from sparring.runs.folder import RunFolder
from sparring.sessions.build import Plan, describe
from sparring.sessions.config import Config
from sparring.sessions.domains import digest_of_domains, held_out_batch, name_of_domains
from sparring.sessions.evaluator import evaluator_for
from sparring.sessions.hooks import Hook
from sparring.sessions.judge import judge_for
from sparring.sessions.live_tensorboard import board_for
from sparring.sessions.page import PageWriter
from sparring.sessions.parts import Parts
from sparring.sessions.referee import Referee, facts_of, gradients
from sparring.sessions.session import Session
from sparring.sessions.shots import Shots
from sparring.sessions.signals import AT_ONCE, STOPPED, Halt, Stop
from sparring.settings import name_of
from sparring.words import mark, tr

DRAWING = mark("drawing pictures")


class Outset(NamedTuple):
    """What a run is made of before it is played.

    Args:
        folder: Where it is written; its lock is held.
        config: What its ``config.json`` says; what is automatic there is settled when it begins.
        made: What is trained.
        domains: All pictures.
        parts: The same, parted into those to train on and those held out.
        sources: Where they come from, for commands that work from any folder.
        console: What a person sees.
        hooks: A user's own.
        stop: Whether the run was asked to stop.
    """

    folder: RunFolder
    config: Config
    made: Plan
    domains: Domains
    parts: Parts
    sources: tuple[Any, ...]
    console: Console
    hooks: tuple[Hook, ...]
    stop: Stop

    @property
    def facts(self) -> dict[str, Any]:
        """What goes into every checkpoint, so that it describes itself."""
        return {
            "plan": describe(self.made),
            "data": digest_of_domains(self.domains),
            "name": name_of_domains(self.domains),
            "domains": [pictures.name for pictures in self.domains],
            "classes": list(self.domains[0].class_names),
        }

    def page(self) -> PageWriter:
        """What writes the run's page."""
        return PageWriter(self.folder, self.made, self.parts, self.sources)


def shots_of(run: RunFolder, trainer: Trainer, made: Plan, parts: Parts) -> Shots:
    """What draws the pictures of a run."""
    held_out = held_out_batch(parts.held_out, trainer.backend)
    shots = Shots(run, trainer, made.specs, made.seed, held_out, name_of(made.recipe))
    shots.reals(parts.training)
    return shots


def session_of(outset: Outset, shots: Shots, page: PageWriter, before: Snapshot | None = None) -> Session:
    """A session with all that looks at it: the judge, what measures, the verdict, pictures, the page, then a user's hooks.

    A run that goes on is judged by what was measured before, too, and its newest row is the one it had.
    """
    options, made, parts, console = outset.config.run, outset.made, outset.parts, outset.console
    evaluator = evaluator_for(options, shots.trainer.game, parts, console)
    judge, every = judge_for(options, shots.trainer.game, parts.held_out), pace_of_looks(options.sample_every)
    looks = remembered(shots.folder.read_looks(), every, lambda step: is_whole(step, options.sample_every))
    t = shots.trainer
    history = facts_of(made, options, min(len(p) for p in parts.training), t.experiment)
    history = history._replace(gradients=gradients(t.game, t.experiment.optimizers, shots.folder.read_metrics()))
    referee = Referee(parts, looks, history, options.sample_every)
    page.referee = referee
    hooks = [
        *([judge] if judge else []),
        *([evaluator] if evaluator else []),
        Hook(referee.look, every=every, called=mark("the verdict")),
        Hook(shots.look, called=DRAWING),
        page.hook,
        *([board] if (board := board_for(options)) else []),
        *outset.hooks,
    ]
    held_out, stop, seconds = shots.held_out, outset.stop, seconds_of(before)
    session = Session(shots.folder, t, options, outset.facts, hooks, held_out, console, stop, seconds)
    if before:
        session.go_on_from(before)
    session.row = next(reversed(shots.folder.read_metrics()), {})
    return session


def seconds_of(before: Snapshot | None) -> float:
    """Of training until a snapshot was taken."""
    return float(before.state["seconds"]) if before else 0.0


def pace_of_looks(sample_every: int) -> int:
    """Steps from one look of the referee to the next: a quarter or so of those from one sample to the next.

    They divide those, for what the judge finds when samples are drawn belongs to the look of the same step.
    """
    return sample_every // next(part for part in (4, 5, 2, 3, 1) if sample_every % part == 0)


def play(session: Session, page: PageWriter, facts: Mapping[str, Any]) -> Path:
    """Play to the end; however it ends, the run's page says so.

    Raises:
        Halt: As `Session.play`, and what else it raises.
    """
    run = session.folder
    session.console.start({"run": run.path.name, **facts})
    run.log(", ".join(f"{called(name)}: {value}" for name, value in facts.items()))
    page.tell(session, "training")
    state = "failed"
    try:
        session.play()
        state = "done"
    except BaseException as e:
        state = state_after(e)
        raise
    finally:
        page.tell(session, state)
        session.console.finish()
    return run.path


def state_after(error: BaseException) -> str:
    """How a run stands that ended so: ``interrupted``, ``diverged`` or ``failed``."""
    if isinstance(error, Halt | KeyboardInterrupt | InterruptedRun | EndedProcess):
        return "interrupted"
    return "diverged" if isinstance(error, DivergedError) else "failed"


@contextmanager
def interrupted(run: RunFolder, stop: Stop, own: str = "") -> Iterator[None]:
    """Say of a run that was stopped inside where it stands and how to go on.

    Args:
        run: Its folder.
        stop: What signals have asked.
        own: The flag that says where a recipe of one's own is.

    Raises:
        InterruptedRun: If it was stopped.
    """
    try:
        yield
    except (Halt, KeyboardInterrupt) as e:
        if not stop.asked:  # raised by a hook: that is its caller's
            raise
        kept = checkpoint.steps(run.checkpoints)
        step = f"{checkpoint.step_of(kept[0]) if kept else 0:,}"
        text = STOPPED[stop.asked] if isinstance(e, Halt) else AT_ONCE
        told = tr(text, step=step, command=f"sparring resume {shlex.quote(str(run.path))}{own}")
        _note(run, told)
        raise InterruptedRun(told) from None


@contextmanager
def leaving_word(run: RunFolder, stop: Stop) -> Iterator[None]:
    """Leave word in the log and among the events of how what goes on inside ended.

    Args:
        run: Whose folder it is; its lock is held by the caller.
        stop: What signals have asked.

    Raises:
        NoRoomError: If memory ran out.
        ModelError: If the folder is no longer there.
    """
    try:
        yield
    except (Halt, KeyboardInterrupt):
        run.check_there()
        step = checkpoint.step_of(kept[0]) if (kept := checkpoint.steps(run.checkpoints)) else 0
        _note(run, "", "interrupted", step=step, signal=stop.asked)
        raise
    except (LostProcess, EndedProcess) as e:
        _note(run, str(e), "interrupted", error=str(e))
        raise
    except (InterruptedRun, DivergedError) as e:
        _note(run, str(e))
        raise
    except BaseException as e:
        run.check_there()
        full = out_of_memory(e)
        why = tr("out of memory") if full else f"{type(e).__name__}: {e}"
        _note(run, tr("failed: {error}", error=why), "failed", error="out of memory" if full else why)
        if full:
            text = mark("memory ran out while training; use a smaller batch (--batch-size) or smaller networks")
            raise NoRoomError(tr(text)) from e
        raise


def _note(run: RunFolder, text: str, kind: str = "", **facts: Any) -> None:
    """Into the log, and among the events if it is of a kind; on a full disk no line fits, and what went wrong is said anyway."""
    with suppress(OSError, NoRoomError, ModelError):
        if text:
            run.log(text)
        if kind:
            run.event(kind, **facts)
