"""Training until D can only guess, honestly: not the D that trains is asked, but a fresh classifier."""

import torch

from sparring.data.pictures import Pictures
from sparring.data.streams import Domains
from sparring.engine.draw import DOMAINS, evaluating, of_noise, sampled
from sparring.errors import CommandError
from sparring.games import Game, Map
from sparring.metrics.two_sample import TwoSample, two_sample, words
from sparring.sessions.hooks import Hook
from sparring.sessions.options import Run
from sparring.sessions.session import Session
from sparring.words import mark, tr

NEEDED = 400
HALF = 0.05


def judge_for(run: Run, game: Game, held_out: Domains) -> Hook | None:
    """The two-sample judge of a run, a hook that looks whenever samples are drawn.

    With ``run.until`` it always tests, says what it found, and ends the run when two fresh classifiers in a row cannot
    tell held-out pictures from fakes. Without, it tests only when the D that trains sits at one half or below, and what it
    finds goes into the log and into the verdict. A game that draws nothing from noise has no judge.

    Args:
        run: How to run.
        game: What is played.
        held_out: Pictures that training never sees, of each domain.

    Raises:
        CommandError: If it was asked for and there are too few of them for an answer, or nothing is drawn from noise.
    """
    maps = of_noise(game)
    if not maps:
        if run.until:
            raise CommandError(
                tr("run.until asks whether samples can be told from real pictures; this recipe translates")
            )
        return None
    m = next(iter(maps.values()))
    count = len(held_out[DOMAINS.index(m.draws)]) if held_out else 0
    if run.until and count < NEEDED:
        raise CommandError(
            tr(
                "run.until needs at least {needed} held-out pictures for an answer, and there are {n}; set --run.held-out",
                needed=NEEDED,
                n=count,
            )
        )
    if not held_out:
        return None
    pictures = held_out[DOMAINS.index(m.draws)]

    def judge(session: Session) -> bool:
        accuracy = session.row.get("held_out/accuracy/accuracy")
        at_half = accuracy is not None and accuracy < 0.5 + HALF  # below it D is fooled outright
        if len(pictures) < 20 or not (run.until or at_half):
            return False
        found = _test(session, m, pictures, 0)
        session.judged = session.trainer.steps, found
        (session.say if run.until else session.folder.log)(words(found, accuracy))  # else the verdict says it, in time
        session.folder.event("two_sample", step=session.trainer.steps, d_accuracy=accuracy, **found._asdict())
        if not (run.until and found.indistinguishable):
            return False
        again = _test(session, m, pictures, 1)
        session.say(tr("second test: {result}", result=words(again, accuracy)))
        return again.indistinguishable

    return Hook(judge, essential=run.until is not None, last=False, called=mark("the two-sample test"))


def _test(session: Session, m: Map, held_out: Pictures, seed: int) -> TwoSample:
    n = len(held_out)
    real, _ = held_out.batch(torch.arange(n))
    seed += 2 * session.trainer.steps + 1
    with evaluating(session.trainer, average=session.trainer.experiment.averaged) as game:
        fake = torch.cat([part.float().cpu() for part in sampled(game, m, n, seed)])
    return two_sample(real, fake, seed=seed)
