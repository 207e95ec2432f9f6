"""Training until D can only guess, honestly: not the D that trains is asked, but a fresh classifier."""

import torch

from sparring.data.pictures import Pictures
from sparring.data.streams import Domains
from sparring.errors import CommandError
from sparring.metrics.two_sample import TwoSample, two_sample, words
from sparring.sessions.options import Run
from sparring.sessions.session import Judge, Session
from sparring.sessions.shots import evaluating

NEEDED = 400
HALF = 0.05


def judge_for(run: Run, held_out: Domains) -> Judge | None:
    """The judge of a run, asked whenever samples are drawn.

    With ``run.until`` it always tests, says what it found, and ends the run when two fresh classifiers in a row cannot
    tell held-out pictures from fakes. Without, it tests only when the D that trains sits at one half, and says whether
    that means anything. A game that translates has no judge: nothing is drawn from noise.

    Args:
        run: How to run.
        held_out: Pictures that training never sees, of each domain.

    Raises:
        CommandError: If there are too few of them for an answer, or the game translates.
    """
    if len(held_out) > 1:
        if run.until:
            raise CommandError("run.until asks whether samples can be told from real pictures; this recipe translates")
        return None
    (pictures,) = held_out
    if run.until and len(pictures) < NEEDED:
        raise CommandError(
            f"run.until needs at least {NEEDED} held-out pictures for an answer, and there are {len(pictures)}; "
            "set run.held-out"
        )

    def judge(session: Session) -> bool:
        accuracy = session.row.get("held_out/accuracy")
        at_half = accuracy is not None and abs(accuracy - 0.5) < HALF
        if len(pictures) < 20 or not (run.until or at_half):
            return False
        found = _test(session, pictures, 0)
        session.say(words(found, accuracy))
        session.folder.event("two_sample", step=session.trainer.steps, d_accuracy=accuracy, **found._asdict())
        if not (run.until and found.indistinguishable):
            return False
        again = _test(session, pictures, 1)
        session.say(f"asked again: {words(again, accuracy)}")
        return again.indistinguishable

    return judge


def _test(session: Session, held_out: Pictures, seed: int) -> TwoSample:
    n = len(held_out)
    real, _ = held_out.batch(torch.arange(n))
    seed += 2 * session.trainer.steps + 1
    with evaluating(session.trainer, average=session.trainer.experiment.ema_half_life > 0):
        fake = session.trainer.game.sample(n, seed=seed, held_out=session.held_out)["samples"]
    return two_sample(real, fake.float().cpu(), seed=seed)
