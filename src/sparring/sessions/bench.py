"""Where a game's samples and translations are measured against real pictures: while it trains, or when all is over."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, NamedTuple

import torch
from torch import Tensor

from sparring.data.pictures import Pictures
from sparring.data.streams import Domains
from sparring.doctor import compared
from sparring.doctor.compared import Clusters, Labels, Small, Target, seen_small, together
from sparring.engine.draw import DOMAINS, apply, of_noise, of_pictures, sampled
from sparring.games import Batch, Game, Map, Prior, Seen, noise_of
from sparring.metrics.diversity import diversity
from sparring.metrics.translation import colour_correlation
from sparring.sessions.parts import Parts

PICTURES, TRANSLATED = 128, 16
"""Pictures whose diversity is compared, fewer where they are translated."""
SAMPLES, WATCHED = 256, 64
"""Samples of a whole look; pictures that D is asked about."""
REAL, PART = 1000, 100
"""Real pictures of each kind that are compared; how many are opened at a time."""
Watch = Callable[[Batch], Mapping[str, Seen]]


class Shown(NamedTuple):
    """Real pictures, seen small, and their labels (N,) or None."""

    small: Small
    y: Tensor | None


class Bench:
    """Real pictures to measure by. They are read when they are first needed.

    Args:
        parts: Pictures to train on, and pictures that training never sees.
        samples: How many samples are measured, in lots of 128.
    """

    def __init__(self, parts: Parts, samples: int = SAMPLES) -> None:
        self.parts, self.samples = parts, samples
        some = [p.batch(torch.arange(min(PICTURES, len(p)))) for p in parts.held_out or parts.training]
        self.real = {name: pictures for name, (pictures, _) in zip(DOMAINS, some, strict=False)}
        self.labels = {name: y for name, (_, y) in zip(DOMAINS, some, strict=False)}

    @cached_property
    def training(self) -> dict[str, Shown]:
        """Training pictures of each domain, at most 1,000."""
        return {name: _shown(pictures) for name, pictures in zip(DOMAINS, self.parts.training, strict=False)}

    @cached_property
    def held_out(self) -> dict[str, Shown]:
        """Held-out pictures of each domain, at most 1,000; the training pictures where none are held out."""
        if not self.parts.held_out:
            return self.training
        return {name: _shown(pictures) for name, pictures in zip(DOMAINS, self.parts.held_out, strict=False)}

    @cached_property
    def targets(self) -> dict[str, Target]:
        """What samples and translations should come near to: held-out pictures of each domain."""
        return {name: Target(shown.small) for name, shown in self.held_out.items()}

    @cached_property
    def clusters(self) -> dict[str, Clusters | None]:
        """Of the training pictures of each domain."""
        return {name: compared.clusters(shown.small.pooled) for name, shown in self.training.items()}

    @cached_property
    def classifier(self) -> Labels | None:
        """Of the classes of domain x, learnt from training pictures; None if there are no labels."""
        a, b, classes = self.training["x"], self.held_out["x"], self.parts.training[0].spec.classes
        if a.y is None or b.y is None or not self.parts.held_out:
            return None
        return compared.labels(a.small.pooled, a.y, b.small.pooled, b.y, classes)

    def diversity(self, game: Game, drawn: Mapping[str, Tensor] | None = None) -> float | None:
        """How much what is drawn differs, as a share of how much real pictures do; the least of all maps.

        Args:
            game: What is measured.
            drawn: What maps gave already, by their names: as `_drawn`, or more of it.
        """
        known = drawn or {}
        maps = game.maps().items()
        found = (self._diversity(m, known[name] if name in known else self._drawn(game, m, 0)) for name, m in maps)
        shares = [share for share in found if share is not None]
        return min(shares) if shares else None

    def measured(self, game: Game) -> dict[str, Any]:
        """All that is dear, and the diversity, as `Look` names it; ``own_shares`` are the shares of clusters in these samples."""
        found: dict[str, Any] = {}
        drawn = {name: self._drawn(game, m, 0, 2 * TRANSLATED) for name, m in game.maps().items()}
        for name, m in of_noise(game).items():
            found |= self._of_samples(game, m, drawn[name])
            break  # of several maps from noise the first is measured
        values = [self._of_translations(m, drawn[name]) for name, m in of_pictures(game).items()]
        if values:
            found["colour"] = min((v for v, _ in values if v is not None), default=None)
            found["moved"] = max((v for _, v in values if v is not None), default=None)
        return found | {"diversity": self.diversity(game, drawn)}

    def of_newest(self, game: Game) -> dict[str, Any]:
        """What is measured of the newest weights beside their average."""
        m = next(iter(of_noise(game).values()))
        small, clusters = seen_small(self._drawn(game, m, 0)), self.clusters[m.draws]
        return {
            "shares": None if clusters is None else clusters.shares(small.pooled),
            "newest": self.targets[m.draws].distance(small),
        }

    def gap(self, watch: Watch) -> float | None:
        """Where D's answer to held-out pictures stands between training pictures and fakes; None if nothing is held out."""
        if not self.parts.held_out:
            return None
        return compared.answered_between(*(_answers(watch(self._watched(p))) for p in self.parts))

    def _watched(self, domains: Domains) -> Batch:
        n = min(len(p) for p in (*self.parts.training, *self.parts.held_out))
        if len(domains) > 1:
            n = min(n, TRANSLATED)
            return Batch(*(p.batch(torch.arange(n))[0] for p in domains))
        n = min(n, WATCHED)
        return Batch(*domains[0].batch(torch.arange(n)))

    def _drawn(self, game: Game, m: Map, seed: int, translated: int = TRANSLATED) -> Tensor:
        """128 samples, from a seed; or translations of so many pictures. Float32, (N, C, H, W), in memory."""
        if isinstance(m.reads, Prior):
            return torch.cat([part.float().cpu() for part in sampled(game, m, PICTURES, seed)])
        device = next(getattr(game, m.network).parameters()).device
        return apply(game, m, self.real[m.reads][:translated].to(device)).float().cpu()

    def _of_samples(self, game: Game, m: Map, first: Tensor) -> dict[str, Any]:
        """Of samples in lots of 128, each from a seed of its own, so that so many are in memory at once.

        Args:
            game: What is measured.
            m: From noise.
            first: The first lot.
        """
        lots = (first if seed == 0 else self._drawn(game, m, seed) for seed in range(max(1, self.samples // PICTURES)))
        small, clusters = together([seen_small(lot) for lot in lots]), self.clusters[m.draws]
        training, held_out = self.training[m.draws].small, self.held_out[m.draws].small
        found: dict[str, Any] = {
            "distance": self.targets[m.draws].distance(small),
            "values": (*small.values, *training.values),
        }
        if clusters is not None:
            found |= {"covered": clusters.covered(small.pooled), "own_shares": clusters.shares(small.pooled)}
        if self.parts.held_out:
            found["nearest"] = compared.nearer_than_held_out(small.pooled, training.pooled, held_out.pooled)
        if m.classes > 1:
            found["heard"] = _heard(game, m)
        if m.classes and self.classifier is not None:
            y = torch.arange(len(small.pooled)) % PICTURES % m.classes
            found |= {"match": self.classifier.match(small.pooled, y), "labels": self.classifier.above_chance}
        return found

    def _of_translations(self, m: Map, made: Tensor) -> tuple[float | None, float | None]:
        """Correlation of colours, and the distance to the other domain as a share of that of doing nothing."""
        given = self.real[str(m.reads)][: len(made)]
        colour = colour_correlation(given, made)
        if given.shape[1] != made.shape[1]:
            return colour, None
        before, after = (self.targets[m.draws].distance(seen_small(p)) for p in (given, made))
        if before is None or after is None or before <= 0:
            return colour, None
        return colour, after / before

    def _diversity(self, m: Map, made: Tensor) -> float | None:
        real = self.real[m.draws]
        if isinstance(m.reads, Prior):
            labels = torch.arange(PICTURES) % m.classes if m.classes else None
            return _ratio(diversity(made, labels), diversity(real, self.labels[m.draws] if m.classes else None))
        given, made = self.real[m.reads][:TRANSLATED], made[:TRANSLATED]
        shares = [_ratio(diversity(made), diversity(of[:TRANSLATED])) for of in (given, real)]
        return max((s for s in shares if s is not None), default=None)


def _heard(game: Game, m: Map) -> float | None:
    """How much samples differ for two labels, as a share of how much they do for two noises; None if the latter is 0."""
    assert isinstance(m.reads, Prior)
    device = next(getattr(game, m.network).parameters()).device
    z, y = m.reads(noise_of(0, device=device), WATCHED), torch.arange(WATCHED, device=device) % m.classes
    here, label, noise = (apply(game, m, *given) for given in ((z, y), (z, (y + 1) % m.classes), (z.roll(1, 0), y)))
    return _ratio(float((here - label).abs().mean()), float((here - noise).abs().mean()))


def _shown(pictures: Pictures) -> Shown:
    parts = [pictures.batch(part) for part in torch.split(torch.arange(min(REAL, len(pictures))), PART)]
    labels = [y for _, y in parts if y is not None]
    return Shown(together([seen_small(x) for x, _ in parts]), torch.cat(labels) if labels else None)


def _answers(seen: Mapping[str, Seen]) -> list[float]:
    """D's answers in order: to real pictures and to fakes, for each discriminator."""
    return [float(value) for value, kind in seen.values() if kind in ("probability", "logit")]


def _ratio(made: float | None, real: float | None) -> float | None:
    return made / real if made is not None and real else None
