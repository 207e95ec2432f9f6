"""From a recipe, a data spec and settings to an experiment, with a look at its size before any memory is taken."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import torch
from torch import nn

from sparring.chance import callers_stream_kept, reseed
from sparring.data.room import free_memory
from sparring.data.spec import Spec
from sparring.engine.draw import DOMAINS
from sparring.engine.experiment import Experiment
from sparring.engine.optimizer_state import described, moments, network_tensors
from sparring.errors import CommandError, ModelError, NoRoomError
from sparring.games import Game, Prior
from sparring.recipes import RECIPES, Recipe
from sparring.schema import conform
from sparring.sessions.recipe_file import find_recipe, flag, identity
from sparring.sessions.saved import PlanFacts
from sparring.settings import domains_of, name_of, settle, stored
from sparring.words import mark, tr, trn


class Plan(NamedTuple):
    """What is to be trained, whole: it can be written down and built again.

    Args:
        recipe: The function.
        specs: Shape of the data, of each domain.
        settings: All settings of the recipe.
        seed: Of everything random.
    """

    recipe: Recipe
    specs: tuple[Spec, ...]
    settings: dict[str, Any]
    seed: int = 0


class Size(NamedTuple):
    """Parameters of each player, and the bytes that weights, gradients, optimizers, averages and buffers take together."""

    parameters: dict[str, int]
    bytes: int


def plan(recipe: str | Recipe, specs: tuple[Spec, ...], settings: Mapping[str, Any], seed: int = 0) -> Plan:
    """Check the settings against the recipe and complete them.

    Raises:
        CommandError: If a name or a value does not fit, or the recipe is about another number of domains.
    """
    found = find_recipe(recipe)
    if len(specs) != (wanted := domains_of(found)):
        raise CommandError(
            trn(
                "{name} needs {n} set of pictures, but got {given}",
                "{name} needs {n} sets of pictures, but got {given}",
                wanted,
                name=name_of(found),
                given=len(specs),
            )
        )
    return Plan(found, specs, settle(found, settings), seed)


def build(plan: Plan) -> Experiment:
    """The experiment, its weights drawn from the plan's seed.

    Raises:
        CommandError: If settings do not go together.
    """
    with callers_stream_kept():
        reseed(plan.seed)
        return _experiment(plan)


def sketch(plan: Plan) -> Experiment:
    """The experiment without weights: every tensor is on the meta device and takes no memory."""
    with callers_stream_kept(), torch.device("meta"):
        return _experiment(plan)


def measure(experiment: Experiment) -> Size:
    """How large an experiment is; a sketch will do."""
    parameters = {
        name: sum(p.numel() for group in optimizer.param_groups for p in group["params"])
        for name, optimizer in experiment.optimizers.items()
    }
    state = sum(parameters[name] * (2 + moments(o)) for name, o in experiment.optimizers.items())
    averages = sum(p.numel() for net in experiment.game.generators().values() for p in net.parameters())
    kept = sum(b.numel() * b.element_size() for b in experiment.game.buffers())
    return Size(parameters, 4 * (state + averages) + kept)


def check_room(size: Size, device: str) -> None:
    """Refuse what cannot fit before any memory is taken.

    Raises:
        NoRoomError: With what is needed and what there is.
    """
    room = available_bytes(device)
    if room is not None and size.bytes > room:
        raise NoRoomError(
            tr(
                "this needs {needed:.1f} GiB for weights and optimizers alone, and {device} has {room:.1f} GiB free; "
                "use smaller widths",
                needed=size.bytes / 2**30,
                device=device,
                room=room / 2**30,
            )
        )


def available_bytes(device: str) -> int | None:
    """Free memory of a device, in bytes; None where it cannot be told."""
    if torch.device(device).type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
    return free_memory()


def check_shapes(game: nn.Module, shapes: Mapping[str, tuple[tuple[int, ...], str]]) -> None:
    """Compare a sketch with what a file holds, from the file's header alone.

    Raises:
        ModelError: If names, shapes or types differ: nothing has been read or allocated.
    """
    own = {name: described(tuple(t.shape), t.dtype) for name, t in network_tensors(game).items()}
    saved = {name: described(shape, kind) for name, (shape, kind) in shapes.items()}
    for name in sorted(own.keys() | saved.keys()):
        if own.get(name) != saved.get(name):
            missing = tr("missing")
            raise ModelError(
                tr(
                    "the weights do not fit what the checkpoint says of itself: {name} is {saved} in the file and {own} in the "
                    "network its settings describe",
                    name=name,
                    saved=saved.get(name, missing),
                    own=own.get(name, missing),
                )
            )


def describe(plan: Plan) -> dict[str, Any]:
    """A plan as JSON; `plan_from` takes it back."""
    return {
        **identity(plan.recipe),
        "specs": [spec._asdict() for spec in plan.specs],
        "settings": {k: stored(v) for k, v in plan.settings.items()},
        "seed": plan.seed,
    }


def plan_from(facts: Mapping[str, Any], recipe: Recipe | None = None) -> Plan:
    """A plan from a file. The file names a recipe of the library; it never decides what is imported.

    Raises:
        ModelError: If it makes no sense.
        CommandError: If the recipe is not one of the library's and was not given, or another one was.
    """
    conform(facts, PlanFacts, tr("what the checkpoint says of itself"))
    found = recipe_of(facts, recipe)
    known = Spec._fields
    specs = tuple(Spec(**{k: v for k, v in each.items() if k in known}) for each in facts["specs"])
    try:
        return plan(found, specs, facts["settings"], facts["seed"])
    except (CommandError, TypeError, ValueError, AttributeError) as e:
        raise ModelError(tr("the checkpoint does not fit its recipe: {error}", error=e)) from e


def recipe_of(facts: Mapping[str, Any], recipe: Recipe | None = None) -> Recipe:
    """The recipe that a file names: one of the library, or the one that was given. What a file says never decides what is imported.

    Raises:
        CommandError: If the recipe is not one of the library's and was not given, or another one was.
    """
    name = facts["recipe"]
    if recipe is not None and name_of(recipe) != name:
        raise CommandError(
            tr("this run was made by the recipe {name!r}, and {given!r} was given", name=name, given=name_of(recipe))
        )
    if recipe is None and (facts.get("own") or name not in RECIPES):
        text = mark(
            "this run was made by the recipe {name!r}, which is not one of the library's; say where it is:{flag}, "
            "or in Python recipe=THE_FUNCTION"
        )
        raise CommandError(tr(text, name=name, flag=flag({**facts, "own": True})))
    return recipe or RECIPES[name]


def _experiment(plan: Plan) -> Experiment:
    try:
        made = plan.recipe(*plan.specs, **plan.settings)
    except ValueError as e:
        raise CommandError(str(e)) from e
    if not isinstance(made, Experiment):
        raise CommandError(
            tr(
                "the recipe {name} returned {kind}, not an Experiment",
                name=name_of(plan.recipe),
                kind=type(made).__name__,
            )
        )
    _check_maps(made.game, DOMAINS[: len(plan.specs)])
    return made


def _check_maps(game: Game, domains: tuple[str, ...]) -> None:
    for name, m in game.maps().items():
        if not isinstance(getattr(game, m.network, None), nn.Module):
            raise CommandError(
                tr(
                    "the map {name!r} of {game} names {network!r}, which is no network of it",
                    name=name,
                    game=type(game).__name__,
                    network=m.network,
                )
            )
        for domain in (m.draws, *(() if isinstance(m.reads, Prior) else (m.reads,))):
            if domain not in domains:
                raise CommandError(
                    tr(
                        "the map {name!r} of {game} names domain {domain!r}; there is {known}",
                        name=name,
                        game=type(game).__name__,
                        domain=domain,
                        known=", ".join(map(repr, domains)),
                    )
                )
