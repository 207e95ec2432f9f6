"""Using what was trained: load a run or a checkpoint, and draw from it. Only the run folder is read."""

from pathlib import Path
from typing import Any, Literal, NamedTuple, overload

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from sparring.data.spec import Spec
from sparring.data.values import from_unit
from sparring.engine.backend import find_device
from sparring.engine.optimizer_state import load_networks
from sparring.errors import CommandError, ModelError
from sparring.games import GAN, Game
from sparring.games.cyclegan import CycleGAN
from sparring.recipes import Recipe
from sparring.report.grid import to_pil
from sparring.runs import checkpoint
from sparring.sessions.build import build, check_room, check_shapes, describe, measure, plan_from, sketch
from sparring.settings import check
from sparring.use.apply import Picture, Way, translate_any


class Samples(NamedTuple):
    """Pictures that were drawn.

    Args:
        tensor: (N, C, H, W) in [-1, 1], float32, on the CPU.
        pictures: The same as PIL pictures.
    """

    tensor: Tensor
    pictures: list[Image.Image]


class Model:
    """A trained game, ready for use. Make one with `load`.

    Args:
        game: With the weights loaded.
        specs: Shape and values of the pictures, of each domain.
        facts: What the checkpoint says of itself.
    """

    def __init__(self, game: Game, specs: tuple[Spec, ...], facts: dict[str, Any]) -> None:
        self.game, self.specs, self.facts = game.eval(), specs, facts

    @property
    def spec(self) -> Spec:
        """Shape and values of the pictures; of two domains, those of x."""
        return self.specs[0]

    @torch.no_grad()
    def sample(self, n: int = 64, *, seed: int = 0, label: int | None = None) -> Samples:
        """Draw pictures.

        Args:
            n: How many.
            seed: Of the noise; the same seed draws the same pictures.
            label: Class to draw, for conditional models; by default all in turn.

        Raises:
            CommandError: If ``n`` or ``label`` makes no sense.
        """
        if not 1 <= n <= 1_000_000:
            raise CommandError(f"{n} pictures were asked for; the number must be from 1 to 1,000,000")
        game = self._gan()
        y = self._labels(n, label)
        return self._draw(game, game.prior(n, self._device(), seed), y)

    @torch.no_grad()
    def interpolate(self, a: int, b: int, frames: int, *, label: int | None = None) -> Samples:
        """Pictures on the way from the noise of seed ``a`` to that of seed ``b``.

        The way is along the great circle for Gaussian noise, whose length it keeps, and straight for uniform noise.

        Args:
            a: Seed of the first picture.
            b: Seed of the last one.
            frames: How many pictures, both ends included.
            label: Class to draw, for conditional models; the first by default.

        Raises:
            CommandError: If there are fewer than 2 frames.
        """
        if not 2 <= frames <= 10_000:
            raise CommandError(f"{frames} frames were asked for; the number must be from 2 to 10,000")
        game = self._gan()
        start, end = game.prior(1, self._device(), a), game.prior(1, self._device(), b)
        ts = torch.linspace(0, 1, frames, device=start.device).unsqueeze(1)
        spherical = self.facts["plan"]["settings"].get("prior") == "normal"
        z = _slerp(start, end, ts) if spherical else torch.lerp(start, end, ts)
        return self._draw(game, z, self._labels(frames, label if label is not None or not game.classes else 0))

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
            to: The domain to translate to, "y" or "x".

        Returns:
            What was given: a Pillow picture, an array, or a tensor on the CPU. For a path a Pillow picture, or an array, alpha
            last, where Pillow has no mode.

        Raises:
            CommandError: If this model does not translate, or ``to`` is no domain.
            DataError: If the picture cannot be read or does not fit the translator.
        """
        return translate_any(self.way(to), picture)

    def way(self, to: str) -> Way:
        """The translator to domain "y" or "x", with what it reads and draws.

        Raises:
            CommandError: If this model does not translate, or ``to`` is no domain.
        """
        if not isinstance(self.game, CycleGAN):
            draws = "; it draws from noise: sparring sample" if isinstance(self.game, GAN) else ""
            raise CommandError(f"a {type(self.game).__name__} does not translate pictures{draws}")
        x, y = self.specs
        there = check("to", to, Literal["x", "y"]) == "y"
        return Way(self.game.G_xy, x, y) if there else Way(self.game.G_yx, y, x)

    def _gan(self) -> GAN:
        if not isinstance(self.game, GAN):
            translates = "; it translates pictures: sparring translate" if isinstance(self.game, CycleGAN) else ""
            raise CommandError(f"a {type(self.game).__name__} does not draw from noise{translates}")
        return self.game

    def _device(self) -> torch.device:
        return next(self.game.parameters()).device

    def _labels(self, n: int, label: int | None) -> Tensor | None:
        classes = self._gan().classes
        if label is None:
            return torch.arange(n, device=self._device()) % classes if classes else None
        if not classes:
            raise CommandError(f"label {label} was asked for, but this model was not told labels")
        if not 0 <= label < classes:
            raise CommandError(f"label {label} was asked for; labels are from 0 to {classes - 1}")
        return torch.full((n,), label, device=self._device())

    def _draw(self, game: GAN, z: Tensor, y: Tensor | None) -> Samples:
        chunks = [
            game.generate(z[i : i + 256], None if y is None else y[i : i + 256]).float().cpu()
            for i in range(0, len(z), 256)
        ]
        tensor = torch.cat(chunks)
        return Samples(tensor, [to_pil(p, self.spec.low, self.spec.high) for p in self.arrays(tensor)])

    def arrays(self, tensor: Tensor) -> np.ndarray:
        """(N, C, H, W) in [-1, 1] -> (N, H, W, C) in the type and range of the data."""
        return from_unit(tensor, self.spec)


def load(
    run: str | Path,
    *,
    weights: str = "average",
    step: int | None = None,
    device: str = "auto",
    recipe: Recipe | None = None,
) -> Model:
    """A model from a run folder or a checkpoint folder.

    Args:
        run: The folder, or a run's number or name under ``runs``.
        weights: ``average`` (EMA) or ``newest``.
        step: Of the checkpoint; the newest whole one by default.
        device: auto, cpu, cuda, ...
        recipe: The function, for a run of a recipe of your own.

    Raises:
        ModelError: If there is no such run, or it is damaged.
    """
    if weights not in ("average", "newest"):
        raise CommandError(f"weights is {weights!r}; it is average or newest")
    path = find_checkpoint(run, step)
    facts = checkpoint.read(path, []).state
    plan = plan_from(facts.get("plan", {}), recipe)
    drawn = sketch(plan)
    check_shapes(drawn.game, checkpoint.shapes(path).get("game", {}))
    check_room(measure(drawn), "cpu")
    snapshot = checkpoint.read(path, ["game", "ema"])
    game = build(plan).game
    load_networks(game, snapshot.tensors["game"])
    if weights == "average":
        averages = torch.nn.ModuleDict(game.generators())
        load_networks(averages, snapshot.tensors["ema"])
    return Model(game.to(find_device(device)), plan.specs, {**facts, "plan": describe(plan)})


def find_checkpoint(run: str | Path, step: int | None = None) -> Path:
    """The folder of a checkpoint: of a run's newest whole one, of a given step, or the folder itself.

    Raises:
        ModelError: If there is none.
    """
    from sparring.runs.folder import find

    path = Path(run)
    if (path / "manifest.json").is_file():
        return path
    folder = find(Path("runs"), run)
    if step is None:
        return checkpoint.newest(folder.checkpoints)[0]
    there = checkpoint.steps(folder.checkpoints)
    for path in there:
        if checkpoint.step_of(path) == step:
            return path
    kept = ", ".join(str(step) for step in sorted({checkpoint.step_of(path) for path in there}))
    raise ModelError(f"{folder.path.name} has no checkpoint of step {step}; it has {kept or 'none'}")


def _slerp(a: Tensor, b: Tensor, t: Tensor) -> Tensor:
    """Along the great circle from a to b, each (1, d), at t (n, 1), with the length going straight."""
    lengths = torch.lerp(a.norm(), b.norm(), t)
    ua, ub = a / a.norm(), b / b.norm()
    angle = torch.arccos((ua * ub).sum().clamp(-1, 1))
    if angle < 1e-4:
        return torch.lerp(a, b, t)
    direction = (torch.sin((1 - t) * angle) * ua + torch.sin(t * angle) * ub) / torch.sin(angle)
    way: Tensor = lengths * direction
    return way
