"""kill -9 at random moments of a run, several times over; then the run must end as if nothing had been."""

import os
import random
import signal

from faults.child import over
from faults.lab import Command, Lab
from faults.story import DATA, ended_well, go_on, held, looked_at, run_of, saved, setting, undisturbed
from faults.templates import RECIPES

MOST = 8


def play(lab: Lab, rng: random.Random) -> str:
    """Kill a run up to eight times wherever it is: starting, packing pictures, training, saving, drawing."""
    recipe, pictures, wanted = rng.choice(sorted(RECIPES)), rng.choice(DATA), rng.randint(3, MOST)
    like = undisturbed(lab, recipe, pictures)
    words = setting(lab, recipe, pictures)
    moments = []
    for _ in range(wanted):
        delay = rng.uniform(0, like.seconds) * rng.choice((1.0, 0.5, 0.5, 0.25))
        command = go_on(lab, words)
        seen = [-1]

        def kill(pid: int, delay: float = delay, seen: list[int] = seen) -> None:
            if not over(pid, delay * 1000):
                seen[0] = saved(run_of(lab.folder))
                os.killpg(pid, signal.SIGKILL)

        ended = lab.run(Command(command, {0, -signal.SIGKILL}), kill)
        if ended.code != -signal.SIGKILL:
            break
        lab.kills += 1
        moments.append(f"{delay:.2f}")
        held(lab, command, seen[0])
        looked_at(lab)
    ended_well(lab, words, like)
    return f"{recipe}, {pictures} pictures, killed after {', '.join(moments)} s"
