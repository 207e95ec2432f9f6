"""Using what was trained: load a run or a checkpoint, and draw from it. Only the run folder is read."""

import os
from collections.abc import Sequence
from numbers import Integral
from pathlib import Path
from typing import Any, overload

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from sparring.data.spec import Spec
from sparring.data.values import from_unit
from sparring.engine.backend import find_device
from sparring.engine.draw import DOMAINS, of_noise, of_pictures
from sparring.errors import CommandError
from sparring.games import Game, Map, Prior, noise_of
from sparring.recipes import Recipe
from sparring.report.domain_names import domain_names
from sparring.report.grid import to_pil
from sparring.sessions.build import Plan
from sparring.sessions.recipe_file import find_recipe
from sparring.use.apply import Picture, Way, translate_any
from sparring.use.checkpoints import read_any, with_checkpoint
from sparring.use.labels import class_number
from sparring.use.samples import Samples as Samples
from sparring.use.show import html
from sparring.use.styles import mixed, options, sampled, walked
from sparring.words import mark, tr

LOOK = 32
"""Pictures that a notebook shows of a model."""


class Model:
    """A trained game, ready for use. Make one with `load`.

    Args:
        game: With the weights loaded.
        plan: What was trained: the recipe, shape and values of the pictures of each domain, settings.
        facts: What the checkpoint says of itself.
    """

    def __init__(self, game: Game, plan: Plan, facts: dict[str, Any]) -> None:
        self.game, self.plan, self.specs, self.facts = game.eval(), plan, plan.specs, facts

    @property
    def spec(self) -> Spec:
        """Shape and values of the pictures; of two domains, those of x."""
        return self.specs[0]

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes, in the order of their numbers; empty if the data had no labels."""
        return tuple(self.facts.get("classes", ()))

    @property
    def domain_names(self) -> dict[str, str]:
        """What the two domains are called, by x and y: after their sources, or x and y themselves."""
        return domain_names(self.facts.get("domains", ())) or domain_names(DOMAINS)

    def domain(self, word: str) -> str:
        """The domain, "x" or "y", that a word means, which may be what it is called; any other word as it is."""
        return next((d for d, name in self.domain_names.items() if name.casefold() == word.casefold()), word)

    def __repr__(self) -> str:
        recipe, step = self.facts["plan"]["recipe"], self.facts["progress"]["steps"]
        shapes = " to ".join(f"{s.height} x {s.width} x {s.channels}" for s in self.specs)
        return f"<Model {recipe} of {self.facts.get('name', 'pictures')}, {shapes}, step {step:,}>"

    def _repr_png_(self) -> bytes | None:
        """Some pictures that it draws, for notebooks; None if it only translates."""
        return self.sample(LOOK)._repr_png_() if of_noise(self.game) else None

    def _repr_html_(self) -> str:
        """What it is and some pictures that it draws, for notebooks."""
        return html([repr(self)[1:-1]], self._repr_png_())

    @torch.no_grad()
    def sample(self, n: int = 64, *, seed: int = 0, label: int | str | None = None, truncation: float = 1.0) -> Samples:
        """Draw pictures.

        Args:
            n: How many.
            seed: Of the noise; the same seed draws the same pictures.
            label: Class to draw, by number or name, for conditional models; by default all in turn.
            truncation: Of models with styles: how far a style goes from the mean; below 1 less variety, fewer bad pictures.

        Raises:
            CommandError: If one of them makes no sense, or the model has no truncation.
        """
        if not isinstance(n, Integral) or not 1 <= n <= 1_000_000:
            raise CommandError(tr("{n!r} pictures requested; the number must be from 1 to 1,000,000", n=n))
        m, prior = self.noise_map()
        z, y = prior(noise_of(seed, device=self._device()), n), self._labels(m, n, label)
        return self.shown(m, sampled(self.game, m, z, y, options(m, truncation)))

    @torch.no_grad()
    def mix(self, a: int, b: int, *, label: int | str | None = None, truncation: float = 1.0) -> Samples:
        """From the picture of seed ``a`` to that of ``b`` by style mixing: one more layer has the style of ``b`` in each.

        The finest layers, of colours and texture, are the first to take it, the coarsest, of pose and shape, the last.

        Args:
            a: Seed of the first picture.
            b: Seed of the last one.
            label: As in `interpolate`.
            truncation: As in `sample`.

        Raises:
            CommandError: If the model has no styles.
        """
        m, _ = self.noise_map()
        return self.shown(m, mixed(self.game, m, self._label(m, label), (a, b), options(m, truncation)))

    @torch.no_grad()
    def interpolate(
        self, a: int, b: int, frames: int, *, label: int | str | None = None, truncation: float = 1.0
    ) -> Samples:
        """Pictures on the way from the noise of seed ``a`` to that of seed ``b``.

        Models with styles go straight through w. Else the prior says which way: along the great circle for Gaussian noise, whose
        length it keeps, straight for uniform noise.

        Args:
            a: Seed of the first picture.
            b: Seed of the last one.
            frames: How many pictures, both ends included.
            label: Class to draw, by number or name, for conditional models; the first by default.
            truncation: As in `sample`.

        Raises:
            CommandError: If there are fewer than 2 frames.
        """
        return self.walk((a, b), frames, label=label, truncation=truncation)

    @torch.no_grad()
    def walk(
        self,
        seeds: Sequence[int],
        frames: int,
        *,
        closed: bool = False,
        label: int | str | None = None,
        truncation: float = 1.0,
    ) -> Samples:
        """Pictures on the way from the noise of one seed to that of the next, all seeds in turn, as `interpolate` goes.

        Args:
            seeds: Two or more.
            frames: How many pictures in all.
            closed: Go back to the first at the end, whose picture is not drawn twice: a loop.
            label: As in `interpolate`. What is refused: as `sparring.use.walk.walk`.
            truncation: As in `sample`.
        """
        m, _ = self.noise_map()
        way = (seeds, frames, closed, options(m, truncation))
        return self.shown(m, walked(self.game, m, self._label(m, label), *way))

    @overload
    def translate(self, picture: Tensor, to: str = "y") -> Tensor: ...
    @overload
    def translate(self, picture: Image.Image, to: str = "y") -> Image.Image: ...
    @overload
    def translate(self, picture: np.ndarray, to: str = "y") -> np.ndarray: ...
    @overload
    def translate(self, picture: str | Path, to: str = "y") -> Image.Image | np.ndarray: ...
    def translate(self, picture: Picture, to: str = "y") -> Image.Image | np.ndarray | Tensor:
        """Translate a picture of one domain into the other: any height and width, large ones in tiles.

        Integers use the whole range of their type. Floats in an array use the range of the training data, or [0, 1] if that
        was of integers. Where both domains have the same number of channels the result keeps the picture's mode and type.

        Args:
            picture: A path, a Pillow picture, an array (H, W) or (H, W, C), or a tensor (N, C, H, W) in [-1, 1].
            to: The domain to translate to, "y" or "x", or what it is called: "drawings".

        Returns:
            What was given: a Pillow picture, an array, or a tensor on the CPU. For a path a Pillow picture, or an array, alpha
            last, where Pillow has no mode.

        Raises:
            CommandError: If this model does not translate, or ``to`` is no domain.
            DataError: If the picture cannot be read or does not fit the translator.
        """
        return translate_any(self.way(to), picture)

    def way(self, to: str) -> Way:
        """The translator to domain "y" or "x", or to what that is called, with what it reads and draws.

        Raises:
            CommandError: If this model does not translate, or ``to`` is no domain.
        """
        ways = {m.draws: m for m in of_pictures(self.game).values()}
        if not ways:
            game = type(self.game).__name__
            if of_noise(self.game):
                text = mark("a {game} does not translate pictures; it draws from noise: sparring sample")
                raise CommandError(tr(text, game=game))
            raise CommandError(tr("a {game} does not translate pictures", game=game))
        domain = self.domain(to)
        if domain not in ways:
            names = self.domain_names
            known = ", ".join(repr(d) if names[d] == d else f"{d!r} ({names[d]})" for d in ways)
            raise CommandError(tr("to is {to!r}; this model translates to {known}", to=to, known=known))
        m = ways[domain]
        return Way(getattr(self.game, m.network), self.spec_of(str(m.reads)), self.spec_of(m.draws))

    def ways(self) -> dict[str, Way]:
        """All translators by where they lead from and to: ``x_to_y``, ``y_to_x``.

        Raises:
            CommandError: If this model does not translate.
        """
        if not of_pictures(self.game):
            self.way("y")
        return {f"{m.reads}_to_{m.draws}": self.way(m.draws) for m in of_pictures(self.game).values()}

    def number_of(self, label: int | str) -> int:
        """The number of a class, by number or name.

        Raises:
            CommandError: If there is no such class, or this model does not draw classes.
        """
        return class_number(label, self.noise_map()[0].classes, self.class_names)

    def spec_of(self, domain: str) -> Spec:
        """Shape and values of the pictures of a domain, "x" or "y"."""
        return self.specs[DOMAINS.index(domain)]

    def noise_map(self) -> tuple[Map, Prior]:
        """The map that draws from noise, and the law of that noise.

        Raises:
            CommandError: If this model does not draw from noise.
        """
        for m in of_noise(self.game).values():
            assert isinstance(m.reads, Prior)
            return m, m.reads
        game = type(self.game).__name__
        if of_pictures(self.game):
            text = mark("a {game} does not draw from noise; it translates pictures: sparring translate")
            raise CommandError(tr(text, game=game))
        raise CommandError(tr("a {game} does not draw from noise", game=game))

    def _device(self) -> torch.device:
        return next(self.game.parameters()).device

    def _labels(self, m: Map, n: int, label: int | str | None) -> Tensor | None:
        if label is None:
            return torch.arange(n, device=self._device()) % m.classes if m.classes else None
        number = class_number(label, m.classes, self.class_names)
        return torch.full((n,), number, device=self._device())

    def _label(self, m: Map, label: int | str | None) -> Tensor | None:
        """One label, by default the first class."""
        return self._labels(m, 1, 0 if label is None and m.classes else label)

    def shown(self, m: Map, tensor: Tensor) -> Samples:
        """What a map drew, (N, C, H, W) in [-1, 1], as tensor and pictures."""
        spec = self.spec_of(m.draws)
        return Samples(tensor, [to_pil(p, spec.low, spec.high) for p in from_unit(tensor, spec)])

    def arrays(self, tensor: Tensor) -> np.ndarray:
        """(N, C, H, W) in [-1, 1] -> (N, H, W, C) in the type and range of the data."""
        return from_unit(tensor, self.spec)


def load(
    run: str | int | os.PathLike[str],
    *,
    weights: str = "average",
    step: int | None = None,
    best: bool = False,
    device: str = "auto",
    recipe: str | Recipe | None = None,
) -> Model:
    """A model from a run, a checkpoint folder, or a file that `sparring export` wrote.

    Args:
        run: What `sparring.train` gave, the folder, a run's number or name under ``runs``, or the file.
        weights: ``average`` (EMA) or ``newest``.
        step: Of the checkpoint; the newest whole one by default.
        best: Take the checkpoint that measured best, of a run that was measured while it trained.
        device: auto, cpu, cuda, ...
        recipe: For a run of a recipe of your own: the function, or ``./mine.py:fn``; what `sparring.train` gave knows it.

    Raises:
        ModelError: If there is no such run or checkpoint, or it is damaged.
    """
    recipe = recipe or getattr(run, "recipe", None)
    if weights not in ("average", "newest"):
        raise CommandError(tr("weights is {weights!r}; it is average or newest", weights=weights))
    own = None if recipe is None else find_recipe(recipe)
    _, (game, plan, facts) = with_checkpoint(run, step, best, lambda path: read_any(path, own, weights))
    return Model(game.to(find_device(device)), plan, facts)
