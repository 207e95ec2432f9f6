"""The supervised bound: what the translators of a run could do had they been shown the answers."""

import hashlib
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Adam

from sparring import durable
from sparring.chance import callers_stream_kept
from sparring.engine.backend import Backend
from sparring.engine.draw import of_pictures
from sparring.errors import CommandError, DivergedError, ModelError
from sparring.games import Batch, Turn, move, noise_of
from sparring.games.fit import Fit
from sparring.metrics.translation import PAPER
from sparring.sessions.build import Plan, build, describe
from sparring.use.evaluate import DIRECTIONS, judged, oriented
from sparring.use.pairs import Pairs
from sparring.words import tr

FILE = "bound.json"
RATE, BETAS = 2e-3, (0.9, 0.99)
BATCH, BATCH_PIXELS = 32, 1 << 17
LONGEST = 10_000.0


def supervised(
    made: Plan, known: Pairs, minutes: float, backend: Backend
) -> tuple[dict[str, nn.Module], dict[str, int]]:
    """Train a run's translators from fresh weights on true pairs: squared error, Adam, a rate that falls to 0 in a line.

    Batches have 32 pairs, fewer if these had more than 2^17 pixels; half of the batches are mirrored. The caller's random
    numbers stay as they were.

    Args:
        made: What the run trains; only its translators are used.
        known: True pairs that are not measured.
        minutes: Of training, each translator.
        backend: Device and precision.

    Returns:
        The translators by direction, and how many steps each was trained.

    Raises:
        CommandError: If ``minutes`` makes no sense.
        DivergedError: If the squared error stops being finite.
    """
    if not 0 < minutes <= LONGEST:
        raise CommandError(
            tr(
                "bound-minutes is {minutes}; it must be above 0 and at most {longest:,.0f}",
                minutes=minutes,
                longest=LONGEST,
            )
        )
    with callers_stream_kept():
        game = backend.place(build(made._replace(seed=0)).game).train()
        networks = {f"{m.reads}_to_{m.draws}": getattr(game, m.network) for m in of_pictures(game).values()}
        steps = {direction: _learn(net, direction, known, minutes, backend) for direction, net in networks.items()}
        for network in networks.values():
            network.eval()
    return networks, steps


def _learn(network: nn.Module, direction: str, known: Pairs, minutes: float, backend: Backend) -> int:
    given, truth = oriented(direction, known)
    rows = batch_rows(known)

    def pays(network: nn.Module, batch: Batch) -> Tensor:
        assert batch.y is not None
        error: Tensor = network(batch.x).float() - batch.y
        return error.square().mean()

    optimizer = Adam(network.parameters(), RATE, BETAS, fused=True)
    seat = backend.seat(Fit(network, pays), "network", optimizer)
    start, steps = time.perf_counter(), 0
    while (done := (time.perf_counter() - start) / (60 * minutes)) < 1:
        optimizer.param_groups[0]["lr"] = RATE * (1 - done)
        index = torch.randint(len(given), (rows,))
        a, b = given[index], truth[index]
        if torch.rand(()) < 0.5:
            a, b = a.flip(3), b.flip(3)
        turn = Turn(noise_of("bound", steps, device=backend.device), steps)
        if not move(seat, backend.placed(Batch(a, b)), turn).fine:
            raise DivergedError(
                tr("the supervised bound, step {step}: the squared error is not finite", step=steps + 1)
            )
        steps += 1
    return steps


def batch_rows(known: Pairs) -> int:
    """Pairs of a batch."""
    return max(1, min(BATCH, BATCH_PIXELS // (known.x.shape[2] * known.x.shape[3])))


def measured_bound(
    made: Plan, known: Pairs, pairs: Pairs, minutes: float, backend: Backend, paper: float | None = PAPER
) -> dict[str, Any]:
    """Train the bound and measure it.

    Args:
        made: What the run trains.
        known: What the bound learns from.
        pairs: What it is measured on.
        minutes: Of training, each direction.
        backend: Device and precision.
        paper: As in `sparring.use.evaluate.evaluate_translation`.

    Returns:
        JSON: ``x_to_y`` and ``y_to_x`` (the measures), and how they came about.

    Raises:
        CommandError: If ``minutes`` makes no sense.
        DivergedError: If training the bound diverges.
    """
    networks, steps = supervised(made, known, minutes, backend)
    found: dict[str, Any] = {
        direction: judged(network, *oriented(direction, pairs), paper) for direction, network in networks.items()
    }
    how = {"device": backend.device, "precision": backend.precision, "threads": torch.get_num_threads()}
    return {**found, "minutes": minutes, "steps": steps, "batch_size": batch_rows(known), "known": len(known.x), **how}


def key_of(made: Plan, known: Pairs, pairs: Pairs, minutes: float, paper: float | None) -> str:
    """What a bound depends on, as one word: recipe, settings, both sets of pairs, minutes, paper."""
    facts = describe(made)
    parts = [facts["recipe"], facts["settings"], [s.channels for s in made.specs], known.digest(), pairs.digest()]
    return hashlib.sha256(json.dumps([*parts, float(minutes), paper], sort_keys=True).encode()).hexdigest()[:16]


def kept_bound(run: Path, key: str) -> dict[str, Any] | None:
    """The bound that was measured before, from the run's ``bound.json``; None if there is none for this key.

    Raises:
        ModelError: If the file is damaged.
    """
    entry = _kept(run).get(key)
    if entry is None:
        return None
    rows = [entry[d] for d in DIRECTIONS if d in entry] if isinstance(entry, Mapping) else []
    if not rows or not all(
        isinstance(r, dict) and r and all(isinstance(v, float | int) for v in r.values()) for r in rows
    ):
        raise ModelError(tr("{file} is damaged; remove it, and the bound is trained again.", file=run / FILE))
    return dict(entry)


def keep_bound(run: Path, key: str, found: Mapping[str, Any]) -> None:
    """Keep a bound in the run's ``bound.json``, beside those for other keys.

    Raises:
        ModelError: If the file is damaged.
        NoRoomError: If the disk is full.
    """
    durable.write_json(run / FILE, {**_kept(run), key: dict(found)})


def _kept(run: Path) -> dict[str, Any]:
    kept = durable.read_json(run / FILE) if (run / FILE).exists() else {}
    if not isinstance(kept, dict):
        raise ModelError(tr("{file} is damaged; remove it, and the bound is trained again.", file=run / FILE))
    return kept
