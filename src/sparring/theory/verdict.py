"""Is it over? In the worlds the truth is known, so the answer does not ask D."""

from typing import NamedTuple

import torch

from sparring.theory import divergences as dv
from sparring.theory.estimate import histogram_density
from sparring.theory.play import Play

ALIKE = 0.01
HALF = 0.05


class Verdict(NamedTuple):
    """What a run in a line world came to.

    Args:
        jsd: Of the data and what the averaged G makes, by histogram of 200 cells and 100,000 samples, nats.
        ks: Largest difference of their distribution functions.
        d_from_half: Mean |D - 1/2| of the D that trains, over fresh data and fakes, as a probability.
        alike: JSD below .01.
        flagged: D is at one half although the samples differ: the classic false alarm of success.
        words: The same as a sentence.
    """

    jsd: float
    ks: float
    d_from_half: float
    alike: bool
    flagged: bool
    words: str


def verdict(play: Play, n: int = 100_000) -> Verdict:
    """Judge a run on a line by the exact density of its data, and say what D alone would have said.

    Raises:
        ValueError: If the world is not a line.
    """
    world = play.world
    if world.dim != 1:
        raise ValueError(f"world {world.name!r} has {world.dim} dimensions; exact divergences are for a line")
    reference = world.sample(20_000, torch.Generator().manual_seed(1))
    middle, spread = float(reference.mean()), float(reference.std())
    cells = dv.line_grid(middle - 6 * spread, middle + 6 * spread, 200)
    p = world.density(cells.x[:, None])
    q = histogram_density(play.fakes(n), cells)
    jsd, ks = (float(f(p, q, cells.dx)) for f in (dv.jensen_shannon, dv.kolmogorov_smirnov))
    logits = torch.cat([play.logits(reference), play.logits(play.fakes(20_000, average=False))])
    from_half = float((logits.sigmoid() - 0.5).abs().mean())
    alike, at_half = jsd < ALIKE, from_half < HALF
    return Verdict(jsd, ks, from_half, alike, at_half and not alike, _words(jsd, from_half, alike, at_half))


def _words(jsd: float, from_half: float, alike: bool, at_half: bool) -> str:
    truth = f"JSD is {jsd:.4f} of at most 0.6931"
    if at_half and not alike:
        return f"D is at one half (mean |D - 1/2| = {from_half:.4f}) but the samples differ: {truth}"
    if alike:
        return f"alike: {truth}, mean |D - 1/2| = {from_half:.4f}"
    return f"the samples differ and D says so: {truth}, mean |D - 1/2| = {from_half:.4f}"
