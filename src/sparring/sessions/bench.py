"""Where a game's samples and translations are measured against real pictures: while it trains, or when all is over."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, NamedTuple

import torch
from torch import Tensor

from sparring.data.pictures import Pictures
from sparring.data.streams import Domains
from sparring.doctor import compared
from sparring.doctor.compared import Clusters, Labels, Small, seen_small, together
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

    def diversity(self, game: Game) -> float | None:
        """How much what is drawn differs, as a share of how much real pictures do; the least of all maps."""
        shares = [s for m in game.maps().values() if (s := self._diversity(game, m)) is not None]
        return min(shares) if shares else None

    def measured(self, game: Game) -> dict[str, Any]:
        """All that is dear, as `Look` names it; ``own_shares`` are the shares of clusters in these samples."""
        found: dict[str, Any] = {}
        for m in of_noise(game).values():
            found |= self._of_samples(game, m)
            break  # of several maps from noise the first is measured
        values = [self._of_translations(game, m) for m in of_pictures(game).values()]
        if values:
            found["colour"] = min((v for v, _ in values if v is not None), default=None)
            found["moved"] = max((v for _, v in values if v is not None), default=None)
        return found

    def of_newest(self, game: Game) -> dict[str, Any]:
        """What is measured of the newest weights beside their average."""
        m = next(iter(of_noise(game).values()))
        small, clusters = together([seen_small(part) for part in sampled(game, m, PICTURES, 0)]), self.clusters[m.draws]
        return {
            "shares": None if clusters is None else clusters.shares(small.pooled),
            "newest": compared.distance(small, self.held_out[m.draws].small),
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

    def _samples(self, game: Game, m: Map) -> Small:
        """Samples in lots of 128, each from a seed of its own: so many are in memory at once."""
        lots = [sampled(game, m, PICTURES, seed) for seed in range(max(1, self.samples // PICTURES))]
        return together([seen_small(part) for lot in lots for part in lot])

    def _of_samples(self, game: Game, m: Map) -> dict[str, Any]:
        small, clusters = self._samples(game, m), self.clusters[m.draws]
        training, held_out = self.training[m.draws].small, self.held_out[m.draws].small
        found: dict[str, Any] = {
            "distance": compared.distance(small, held_out),
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

    def _of_translations(self, game: Game, m: Map) -> tuple[float | None, float | None]:
        """Correlation of colours, and the distance to the other domain as a share of that of doing nothing."""
        device = next(getattr(game, m.network).parameters()).device
        given = self.real[str(m.reads)][: 2 * TRANSLATED]
        made = apply(game, m, given.to(device)).float().cpu()
        colour = colour_correlation(given, made)
        if given.shape[1] != made.shape[1]:
            return colour, None
        target = self.held_out[m.draws].small
        before, after = (compared.distance(seen_small(p), target) for p in (given, made))
        if before is None or after is None or before <= 0:
            return colour, None
        return colour, after / before

    def _diversity(self, game: Game, m: Map) -> float | None:
        real = self.real[m.draws]
        if isinstance(m.reads, Prior):
            labels = torch.arange(PICTURES) % m.classes if m.classes else None
            made = torch.cat([part.float().cpu() for part in sampled(game, m, PICTURES, 0)])
            return _ratio(diversity(made, labels), diversity(real, self.labels[m.draws] if m.classes else None))
        device = next(getattr(game, m.network).parameters()).device
        given = self.real[str(m.reads)][:TRANSLATED]
        made = apply(game, m, given.to(device)).float().cpu()
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
