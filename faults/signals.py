"""Signals that ask a run to stop, and one that stops the clock: everything is saved, and the run goes on as if nothing had been."""

import os
import random
import signal
import time

from faults.child import over
from faults.lab import Command, Lab
from faults.story import ended_well, go_on, held, looked_at, run_of, saved, setting, undisturbed
from faults.templates import RECIPES

ASKED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def play(lab: Lab, rng: random.Random) -> str:
    """Send one to three signals to a run, each to what goes on after the last one."""
    recipe = rng.choice(sorted(RECIPES))
    like = undisturbed(lab, recipe, "few")
    words = setting(lab, recipe, "few")
    told = []
    for _ in range(rng.randint(1, 3)):
        what, delay, times = (
            rng.choice((*ASKED, signal.SIGSTOP)),
            rng.uniform(0, like.seconds),
            rng.choice((1, 1, 1, 3)),
        )
        command, before = go_on(lab, words), [False, -1]

        def send(
            pid: int, what: signal.Signals = what, delay: float = delay, times: int = times, before: list[int] = before
        ) -> None:
            if over(pid, delay * 1000):
                return
            run = run_of(lab.folder)
            before[:] = [run is not None, saved(run)]
            for _ in range(times if what != signal.SIGINT else 1):
                os.killpg(pid, what)
            if what == signal.SIGSTOP:
                time.sleep(0.1)
                os.killpg(pid, signal.SIGCONT)

        allowed = {0} if what == signal.SIGSTOP else {0, 75, 130, -what}
        ended = lab.run(Command(command, allowed), send)
        told.append(f"{what.name} x {times} after {delay:.2f} s")
        # before its first word a command has done nothing, and the system ends it, as it does while Python starts
        if what != signal.SIGSTOP and before[0] and "preparing" in ended.said and ended.code not in (0, 75):
            lab.blame(
                f"exit code {ended.code}", command, f"{told[-1]}: a run that was begun ends with 75\n{ended.said}"
            )
        held(lab, command, before[1])
        looked_at(lab)
        if ended.code == 0:
            break
    ended_well(lab, words, like)
    return f"{recipe}, {'; '.join(told)}"
