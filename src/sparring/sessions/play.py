"""From a trainer in its folder to a session that is played to the end, with word left of how it ended."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sparring.data.streams import Domains
from sparring.doctor.signals import is_whole, remembered
from sparring.engine.backend import out_of_memory
from sparring.engine.trainer import Trainer
from sparring.errors import DivergedError, InterruptedRun, NoRoomError
from sparring.report.console import Console
from sparring.report.lines import called
from sparring.runs.folder import RunFolder
from sparring.sessions.build import Plan, describe
from sparring.sessions.domains import digest_of_domains, held_out_batch, name_of_domains
from sparring.sessions.evaluator import evaluator_for
from sparring.sessions.hooks import Hook
from sparring.sessions.judge import judge_for
from sparring.sessions.live_tensorboard import board_for
from sparring.sessions.options import Run
from sparring.sessions.page import PageWriter
from sparring.sessions.parts import Parts
from sparring.sessions.referee import Referee, facts_of, gradients
from sparring.sessions.session import Session
from sparring.sessions.shots import Shots
from sparring.settings import name_of
from sparring.words import mark, tr

DRAWING = mark("drawing pictures")


def shots_of(run: RunFolder, trainer: Trainer, made: Plan, parts: Parts) -> Shots:
    """What draws the pictures of a run."""
    held_out = held_out_batch(parts.held_out)
    held_out = held_out and trainer.backend.placed(held_out)
    shots = Shots(run, trainer, made.specs, made.seed, held_out, name_of(made.recipe))
    shots.reals(parts.training)
    return shots


def session_of(
    shots: Shots,
    options: Run,
    made: Plan,
    domains: Domains,
    parts: Parts,
    page: PageWriter,
    console: Console,
    hooks: Sequence[Hook],
    seconds: float = 0.0,
) -> Session:
    """A session with all that looks at it: the judge, what measures, the verdict, pictures, the page, then a user's hooks.

    A run that goes on is judged by what was measured before, too, and its newest row is the one it had.
    """
    facts = {"plan": describe(made), "data": digest_of_domains(domains), "name": name_of_domains(domains)}
    facts["domains"] = [pictures.name for pictures in domains]
    facts["classes"] = list(domains[0].class_names)
    evaluator = evaluator_for(options, shots.trainer.game, parts, console)
    judge, every = judge_for(options, shots.trainer.game, parts.held_out), pace_of_looks(options.sample_every)
    looks = remembered(shots.folder.read_looks(), every, lambda step: is_whole(step, options.sample_every))
    t = shots.trainer
    history = facts_of(made, options, min(len(p) for p in parts.training), t.experiment)
    history = history._replace(gradients=gradients(t.game, t.experiment.optimizers, shots.folder.read_metrics()))
    referee = Referee(parts, looks, history, options.sample_every)
    page.referee = referee
    ours = [
        *([judge] if judge else []),
        *([evaluator] if evaluator else []),
        Hook(referee.look, every=every, called=mark("the verdict")),
        Hook(shots.look, called=DRAWING),
        page.hook,
        *([board] if (board := board_for(options)) else []),
    ]
    session = Session(shots.folder, shots.trainer, options, facts, [*ours, *hooks], shots.held_out, console, seconds)
    session.row = next(reversed(shots.folder.read_metrics()), {})
    return session


def pace_of_looks(sample_every: int) -> int:
    """Steps from one look of the referee to the next: a quarter or so of those from one sample to the next.

    They divide those, for what the judge finds when samples are drawn belongs to the look of the same step.
    """
    return sample_every // next(part for part in (4, 5, 2, 3, 1) if sample_every % part == 0)


def play(session: Session, page: PageWriter, facts: Mapping[str, Any]) -> Path:
    """Play to the end, and leave word of how it ended: in the log, among the events, and on the run's page."""
    run = session.folder
    session.console.start({"run": run.path.name, **facts})
    run.log(", ".join(f"{called(name)}: {value}" for name, value in facts.items()))
    page.tell(session, "training")
    state = "failed"
    try:
        session.play()
        state = "done"
    except (InterruptedRun, DivergedError) as e:
        state = "interrupted" if isinstance(e, InterruptedRun) else "diverged"
        run.log(str(e))
        raise
    except (MemoryError, RuntimeError) as e:
        if not out_of_memory(e):
            _log_failure(run, e)
            raise
        run.log(tr("failed: {error}", error=tr("out of memory")))
        run.event("failed", error="out of memory")
        raise NoRoomError(
            tr("memory ran out while training; use a smaller batch (--batch-size) or smaller networks")
        ) from e
    except BaseException as e:
        _log_failure(run, e)
        raise
    finally:
        page.tell(session, state)
        session.console.finish()
    return run.path


def _log_failure(run: RunFolder, error: BaseException) -> None:
    why = f"{type(error).__name__}: {error}"
    run.log(tr("failed: {error}", error=why))
    run.event("failed", error=why)
