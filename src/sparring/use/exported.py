"""A trained model in one file for another machine: what goes into it, and how it is taken out again.

In it are the weights of the networks that draw, one set of them, and what the model says of itself. Left out are the
discriminators, the optimizers, and all else that a game remembers: pools and memories hold pictures of the data.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from sparring.engine.optimizer_state import load_networks, network_tensors
from sparring.errors import CommandError, ModelError
from sparring.games import Game, Map, Noise, Prior
from sparring.recipes import Recipe
from sparring.runs import model_file
from sparring.sessions.build import Plan, build, check_room, check_shapes, describe, measure, plan_from, sketch
from sparring.sessions.saved import Exported, check_said
from sparring.words import tr

if TYPE_CHECKING:
    from sparring.use.model import Model

KEPT = ("plan", "data", "name", "domains", "classes", "progress", "seconds", "weights")
"""What of a checkpoint's own words goes along."""


class Absent(nn.Module):
    """In the place of a network that an exported model does not have.

    Args:
        name: Of the network.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def forward(self, *given: object, **options: object) -> Tensor:
        """There is nothing to compute.

        Raises:
            ModelError: Always.
        """
        raise ModelError(tr("an exported model has no weights of {name}; the run has", name=self.name))


class _Ruler(Noise):
    """Noise whose numbers are all one number, and which remembers what it was asked for: so a prior shows its law and its scale."""

    asked: list[str]
    value: float

    @classmethod
    def saying(cls, value: float) -> "_Ruler":
        """Noise that is this number."""
        ruler = cls(torch.zeros((), dtype=torch.int64))
        ruler.asked, ruler.value = [], value
        return ruler

    def uniform(self, name: str, n: int, *shape: int) -> Tensor:
        """The number, (n, *shape), as if it came from U(-1, 1)."""
        self.asked.append("uniform")
        return torch.full((n, *shape), float(self.value))

    def normal(self, name: str, n: int, *shape: int) -> Tensor:
        """The number, (n, *shape), as if it came from N(0, 1)."""
        self.asked.append("normal")
        return torch.full((n, *shape), float(self.value))

    def share(self, name: str, n: int, *shape: int) -> Tensor:
        """A law that has no name here."""
        self.asked += ["other", "other"]
        return super().share(name, n, *shape)


def write(model: "Model", path: Path) -> None:
    """Write a model into one file.

    Args:
        model: As `sparring.load` gives it.
        path: The file; it is replaced if it is there.

    Raises:
        NoRoomError: If the disk is full.
    """
    facts = facts_of(model)
    model_file.write(path, int(facts["progress"]["steps"]), facts, network_tensors(_drawing(model.game)))


def facts_of(model: "Model") -> dict[str, Any]:
    """What an exported model says of itself, as JSON: no path of this machine is in it.

    Besides what a checkpoint says, ``maps``: of each thing that it draws the network, what that reads and what it gives.
    """
    facts = {name: model.facts[name] for name in KEPT if name in model.facts}
    plan = dict(facts["plan"])
    if "file" in plan:
        plan["file"] = {**plan["file"], "path": Path(plan["file"]["path"]).name}
    return {**facts, "plan": plan, "maps": {name: map_facts(model, m) for name, m in model.game.maps().items()}}


def map_facts(model: "Model", m: Map) -> dict[str, Any]:
    """What a program that knows nothing of sparring has to know of a map.

    Args:
        model: Whose map.
        m: The map.
    """
    spec = model.spec_of(m.draws)
    reads = prior_facts(m.reads) if isinstance(m.reads, Prior) else _picture_facts(model, m.reads)
    return {
        "network": m.network,
        "reads": reads,
        "classes": m.classes,
        "draws": _picture_facts(model, m.draws),
        "tensors": f"[-1, 1], which stands for [{spec.low:g}, {spec.high:g}]",
        "options": list(m.options),
    }


def prior_facts(prior: Prior) -> dict[str, Any]:
    """The law of z: ``{"law": "normal", "dim": 100, "scale": 1.0}``; uniform from -scale to scale; ``other`` if it is neither."""
    up, down = _Ruler.saying(1), _Ruler.saying(-1)
    high, low = (prior.draw(ruler, 1, prior.dim).double() for ruler in (up, down))
    scale = float(high.flatten()[0])
    law = up.asked[0] if len(up.asked) == 1 and bool((high == scale).all() and (low == -scale).all()) else "other"
    return {"law": law, "dim": prior.dim, **({} if law == "other" else {"scale": scale})}


def read(path: Path, recipe: Recipe | None, weights: str = "average") -> tuple[Game, Plan, dict[str, Any]]:
    """A game with the weights of a file, its plan, and what the file says of itself.

    Args:
        path: The file.
        recipe: For a model of a recipe of one's own.
        weights: ``average`` takes what there is.

    Raises:
        ModelError: If the file is damaged, or not what it says.
        CommandError: If its recipe is not known here, or it does not hold the weights that are asked for.
    """
    found = model_file.read(path)
    check_said(facts := found.facts, Exported, found.step, path)
    if weights == "newest" != facts["weights"]:
        raise CommandError(tr("{path} holds the average of the weights, not the newest ones", path=path))
    plan = plan_from(facts["plan"], recipe)
    drawn = sketch(plan)
    check_shapes(_drawing(drawn.game), found.shapes)
    check_room(measure(drawn), "cpu")
    game = build(plan).game
    load_networks(_drawing(game), found.tensors())
    for name, _ in list(game.named_children()):
        if name not in game.generators():
            setattr(game, name, Absent(name))
    return game, plan, {**facts, "plan": describe(plan)}


def _drawing(game: Game) -> nn.ModuleDict:
    """The networks that draw, by name."""
    return nn.ModuleDict(game.generators())


def _picture_facts(model: "Model", domain: str) -> dict[str, Any]:
    return {"domain": domain, "name": model.domain_names.get(domain, domain), **model.spec_of(domain)._asdict()}
