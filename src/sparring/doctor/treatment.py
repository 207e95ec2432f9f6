"""What to do about a finding: which settings to change, from what the run was made with."""

from typing import Any

from sparring.doctor.signals import History

Change = dict[str, Any]
"""Settings with their new values; those of the run itself as ``run.images``. Empty: the recipe has none that would help."""
RATES = ("lr", "g_lr", "d_lr")
HIGHEST_GAMMA = 1e4
BETTER = 0.75
"""A distance, and the images at which it was, as parts of those now, from which it is worth going back."""
DEAF = 1e-6
"""Diversity below which G does not hear z at all."""


def change(name: str, history: History) -> Change:
    """What to change about a finding, or about a verdict that is one.

    A setting that was moved away from the recipe's own value in the direction that is known to cause it is put back first.

    Args:
        name: One of `sparring.doctor.finding.KINDS`.
        history: Of the run.
    """
    return TREATMENTS[name](history) if name in TREATMENTS else {}


def _diverged(h: History) -> Change:
    """Rates back to the recipe's, or a quarter of what they are."""
    return _put_back(h, *RATES) or {name: h.settings[name] / 4 for name in RATES if h.settings.get(name)}


def _collapsed(h: History) -> Change:
    """A smoother D that sees more than one fashion at a time; in a translation a way back that counts for more.

    Samples that do not differ at all are of a G that is deaf to z: no setting mends that, another recipe does.
    """
    if h.now.diversity is not None and h.now.diversity < DEAF:
        return {}
    if "lambda_cycle" in h.settings:
        return {"lambda_cycle": 2 * h.settings["lambda_cycle"] or 1.0}
    return _put_back(h, *RATES) or _smoother(h)


def _partly(h: History) -> Change:
    """As a collapse, with momentum put back too."""
    return _put_back(h, *RATES, "beta1") or _smoother(h)


def _strong(h: History) -> Change:
    """G's gradient back first (its loss), then D's rate and its moves, then a smoother D."""
    if h.settings.get("loss") == "minimax":
        return {"loss": "nonsaturating"}
    if h.settings.get("d_steps", 1) > 1:
        return {"d_steps": 1}
    return _put_back(h, "d_lr", "lr") or _smoother(h)


def _weak(h: History) -> Change:
    """Both rates and D's size back, more moves of D for one of G, or a larger D."""
    if back := _put_back(h, "d_lr", "d_features", lower=True) | _put_back(h, "g_lr", "lr"):
        return back
    if "d_steps" in h.settings:
        return {"d_steps": 2 * h.settings["d_steps"]}
    return {"d_features": 2 * h.settings["d_features"]} if "d_features" in h.settings else {}


def _augmented(h: History) -> Change:
    """Augmentation from the start, where the recipe offers it and has none, or only later."""
    return {"augment": "diffaugment"} if h.settings.get("augment") in ("none", "auto") else {}


def _overfit(h: History) -> Change:
    """Augmentation; else a shorter run: up to where samples were nearest to held-out pictures. Where that is now, a smoother D."""
    if augmented := _augmented(h):
        return augmented
    measured = [(look.distance, look.images) for look in h.looks if look.distance is not None]
    if measured:
        best, images = min(measured)
        if best < BETTER * measured[-1][0] and 0 < images <= BETTER * h.now.images:
            return {"run.images": images}
    return _smoother(h) or ({"dropout": 0.5} if h.settings.get("dropout", 1) < 0.5 else {})


def _few(h: History) -> Change:
    """Augmentation, where it was switched off: left to the recipe it comes by itself."""
    return {"augment": "auto"} if h.settings.get("augment") == "none" else {}


def _circles(h: History) -> Change:
    """What takes the game's energy out: updates in turn, less momentum, a penalty."""
    if h.settings.get("updates") == "simultaneous":
        return {"updates": "alternating"}
    return _put_back(h, "beta1", *RATES) or _smoother(h)


def _conditional(h: History) -> Change:
    """A recipe that is told labels, told them."""
    return {"conditional": True} if h.settings.get("conditional") is False else {}


def _inverted(h: History) -> Change:
    """What holds colours: the identity loss, and the pull of look-alikes if it was taken away."""
    if "lambda_identity" not in h.settings:
        return {}
    return {
        **_put_back(h, "lambda_lookalike", lower=True),
        "lambda_identity": max(5.0, 2 * h.settings["lambda_identity"]),
    }


def _closed(h: History) -> Change:
    """The weights that hold a translation where it is: back to the recipe's, or a tenth, and no identity loss."""
    if "lambda_cycle" not in h.settings:
        return {}
    back = _put_back(h, "lambda_cycle", "lambda_identity")
    return back or {"lambda_cycle": h.settings["lambda_cycle"] / 10, "lambda_identity": 0.0}


def _put_back(h: History, *names: str, lower: bool = False) -> Change:
    """Of these settings those that are above (or below) the recipe's own, with its values."""
    changed = {}
    for name in names:
        now, usual = h.settings.get(name), h.defaults.get(name)
        if now is not None and usual is not None and (now < usual if lower else now > usual):
            changed[name] = usual
    return changed


def _smoother(h: History) -> Change:
    """A larger penalty on D's gradient; the recipe's own where it was below. Nothing where the recipe chose it itself (None)."""
    if h.settings.get("gamma") is None:
        return {}
    return _put_back(h, "gamma", lower=True) or {"gamma": min(HIGHEST_GAMMA, max(1.0, 4 * h.settings["gamma"]))}


TREATMENTS = {
    "diverged": _diverged,
    "collapsed": _collapsed,
    "partly_collapsed": _partly,
    "d_too_strong": _strong,
    "no_gradient": _strong,
    "d_guesses": _weak,
    "d_overfits": _overfit,
    "memorises": _overfit,
    "few_pictures": _few,
    "oscillates": _circles,
    "labels_ignored": _conditional,
    "inverted": _inverted,
    "closed_but_wrong": _closed,
}
DATA = ("range_mismatch", "unused_range", "labels_unrelated", "few_pictures")
"""What is in the data: where no setting helps, the next command looks at it. A shorter run is no help against few pictures:
measured on clothes, 20 pictures at 200 instead of 560 passes, samples were ten times as far from new pictures."""
