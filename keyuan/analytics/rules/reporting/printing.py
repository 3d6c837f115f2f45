"""Values as people read them."""

import math

from keyuan.analytics.rules.reporting.parts import Format, Value
from keyuan.analytics.rules.reporting.texts import Language, Text


def shown(value: Value | Text, form: Format, language: Language) -> str:
    """Return ``value`` printed by ``form``; what is unknown or not finite prints as a dash."""
    if isinstance(value, Text):
        return value.of(language)
    if isinstance(value, bool):
        return (Text("是", "yes") if value else Text("否", "no")).of(language)
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return "—"
    if isinstance(value, str):
        return value
    return figure(value, form)


def figure(value: float, form: Format) -> str:
    """Return a number printed by ``form``."""
    if form == "share":
        return f"{value:.1%}"
    if form == "count":
        return f"{value:,.0f}"
    if form == "number" and isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.4g}"
    return str(value)
