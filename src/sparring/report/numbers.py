"""Numbers as a person reads them."""

import math
import numbers

from sparring.words import tr

UNKNOWN = "-"


def finite(value: object) -> float | None:
    """The value as a float, or None if it is no number, not finite or beyond 1e100."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) and abs(number) <= 1e100 else None


def duration(seconds: float | None) -> str:
    """Seconds in the two largest units that matter: ``0.4 s``, ``40 s``, ``1 min 40 s``, ``2 h 5 min``, ``3 d 4 h``."""
    number = finite(seconds)
    if number is None or number < 0:
        return UNKNOWN
    if number < 0.95:
        return tr("{n} s", n=f"{number:.1f}")
    whole = round(number)
    if whole < 60:
        return tr("{n} s", n=whole)
    minutes, seconds = divmod(whole, 60)
    if minutes < 60:
        both = tr("{minutes} min {seconds} s", minutes=minutes, seconds=seconds)
        return both if seconds else tr("{n} min", n=minutes)
    hours, minutes = divmod(round(number / 60), 60)
    if hours < 24:
        return tr("{hours} h {minutes} min", hours=hours, minutes=minutes) if minutes else tr("{n} h", n=hours)
    days, hours = divmod(round(number / 3600), 24)
    return tr("{days} d {hours} h", days=days, hours=hours) if hours else tr("{n} d", n=days)


def count(number: float | None) -> str:
    """A whole number with thousands: ``12,345``."""
    value = finite(number)
    return UNKNOWN if value is None else f"{round(value):,}"


def short(number: float | None) -> str:
    """Three significant digits: ``0.712``, ``12.3``, ``-1.39``, ``1.2e+06``."""
    value = finite(number)
    if value is None:
        return UNKNOWN
    size = abs(value)
    if value == 0:
        return "0"
    if size >= 99_950 or size < 0.0005:
        return f"{value:.1e}"
    if size >= 99.95:
        return f"{value:,.0f}"
    if size >= 9.995:
        return f"{value:.1f}"
    return f"{value:.2f}" if size >= 0.9995 else f"{value:.3f}"


def rate(per_second: float | None) -> str:
    """A speed: ``650`` or, when slow, ``3.2``, ``0.024``."""
    value = finite(per_second)
    if value is None:
        return UNKNOWN
    return (
        f"{value:,.0f}" if abs(value) >= 9.95 else f"{value:.1f}" if abs(value) >= 0.95 or not value else f"{value:.2g}"
    )


def amount(size: float | None) -> str:
    """Bytes as ``890 MB`` or ``2.4 GB``, of a million and a thousand million."""
    value = finite(size)
    if value is None:
        return UNKNOWN
    return f"{value / 1e9:.1f} GB" if value >= 0.9995e9 else f"{value / 1e6:,.0f} MB"


def percent(share: float) -> str:
    """A share in [0, 1] as ``12 %``; 100 % only when all is done."""
    return f"{math.floor(100 * min(max(finite(share) or 0.0, 0.0), 1.0) + 1e-9)} %"


def plain(value: object) -> str:
    """A fact's value: floats short, whole numbers with thousands, None as a dash, anything else as it prints."""
    if value is None:
        return UNKNOWN
    if isinstance(value, numbers.Integral) and not isinstance(value, bool):
        return f"{int(value):,}"
    if isinstance(value, numbers.Real) and not isinstance(value, bool):
        return short(float(value))
    return str(value)
