"""What statuses, figures and groups of models are called (ANA-11)."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.analytics.forms.churn.words import outcome_word
from keyuan.analytics.forms.registry.features import feature_name
from keyuan.analytics.rules.registry.evaluating import UNKNOWN
from keyuan.analytics.selectors.registry.kinds import kind_of
from keyuan.customers.selectors import labels
from keyuan.platform.formats import dash, number, percent

#: Word and tone of each status.
STATUSES: Mapping[str, tuple[Any, str]] = {
    "CHAMPION": (pgettext_lazy("model", "In use"), "ok"),
    "CHALLENGER": (pgettext_lazy("model", "Challenger"), "accent"),
    "CANDIDATE": (pgettext_lazy("model", "Earlier challenger"), "muted"),
    "RETIRED": (pgettext_lazy("model", "Formerly in use"), "muted"),
}
ANSWERS: Mapping[str, tuple[Any, str]] = {
    "OPEN": (pgettext_lazy("model", "Waits for a decision"), "warn"),
    "APPROVED": (pgettext_lazy("model", "Approved"), "ok"),
    "DECLINED": (pgettext_lazy("model", "Declined"), "bad"),
    "WITHDRAWN": (pgettext_lazy("model", "Taken back"), "muted"),
}
LEVELS: Mapping[str, Any] = {
    "ok": pgettext_lazy("model", "Stable"),
    "warn": pgettext_lazy("model", "Look at it"),
    "bad": pgettext_lazy("model", "Has drifted"),
}
#: Figures that models are compared by, in their order; others are shown under their own names.
METRICS: Mapping[str, Any] = {
    "auc": pgettext_lazy("model", "AUC"),
    "lift_10": pgettext_lazy("model", "Lift of the best tenth"),
    "captured": pgettext_lazy("model", "Events among those picked"),
    "brier": pgettext_lazy("model", "Squared error (Brier)"),
    "calibration_error": pgettext_lazy("model", "Mean distance from what came"),
    "lift10": pgettext_lazy("model", "Lift of the best tenth"),
    "baseline_auc": pgettext_lazy("model", "AUC of a plain baseline"),
    "boosting_auc": pgettext_lazy("model", "AUC of default boosting"),
    "silhouette": pgettext_lazy("model", "Separation of the groups (silhouette)"),
    "stability": pgettext_lazy("model", "Stability under another draw"),
    "number": pgettext_lazy("model", "Groups"),
    "smallest": pgettext_lazy("model", "Smallest group"),
    "unseen_rows": pgettext_lazy("model", "Rows not seen in training"),
    "unseen_events": pgettext_lazy("model", "Events among them"),
    "count": pgettext_lazy("model", "Contracts judged"),
    "lost": pgettext_lazy("model", "Of them lost"),
    "rate": pgettext_lazy("model", "Rate of events"),
    "buyers": pgettext_lazy("model", "Buyers among those judged"),
    "expected": pgettext_lazy("model", "Events expected"),
    "rows": pgettext_lazy("model", "Rows judged"),
    "learnt": pgettext_lazy("model", "Rows of training"),
    "learnt_lost": pgettext_lazy("model", "Events of training"),
}
PROTOCOL: Mapping[str, Any] = {
    "seed": pgettext_lazy("model", "Seed"),
    "rows": pgettext_lazy("model", "Rows of training"),
    "learnt": pgettext_lazy("model", "Rows of training"),
    "outcome": pgettext_lazy("model", "What is foreseen"),
    "months": pgettext_lazy("model", "Within so many months"),
    "windows": pgettext_lazy("model", "Windows of time"),
    "later_from": pgettext_lazy("model", "Judged on months from"),
    "later_until": pgettext_lazy("model", "Judged on months until"),
    "later_months": pgettext_lazy("model", "Months judged on"),
    "half_life_years": pgettext_lazy("model", "Half-life of what is old (years)"),
    "draws": pgettext_lazy("model", "Draws for the spread"),
    "drawn": pgettext_lazy("model", "Rows drawn"),
    "bootstraps": pgettext_lazy("model", "Draws for stability"),
    "strength": pgettext_lazy("model", "Strength of the penalty"),
    "left_out": pgettext_lazy("model", "Columns left out"),
    "words": pgettext_lazy("model", "How it was judged"),
}
#: Lines of a protocol whose values have names of their own.
NAMED: Mapping[str, Callable[[str], Any]] = {"left_out": feature_name, "outcome": outcome_word}
DIVISIONS: Mapping[str, Any] = {"sex": pgettext_lazy("model", "By sex"), "age": pgettext_lazy("model", "By age")}
SPREAD = "_sd"
PLAIN = (int, float)
SCORE = pgettext_lazy("model", "Score")


def model_name(key: str) -> Any:
    """Return what a model is called; one that no kind names keeps its key."""
    kind = kind_of(key)
    if kind is None:
        return key
    rest = key.removeprefix(kind.key).strip(".")
    if rest.isdecimal():
        return _("%(model)s within %(months)s months") % {"model": kind.label, "months": rest}
    return f"{kind.label} ({rest})" if rest else kind.label


def figures(metrics: Mapping[str, Any]) -> list[tuple[str, Any, str]]:
    """Return key, name and value of the plain figures of a version, known ones first, each with its spread."""
    plain = [name for name, value in metrics.items() if is_plain(value) and not name.endswith(SPREAD)]
    known = [name for name in METRICS if name in plain]
    return [
        (name, METRICS.get(name, name), said(metrics[name], metrics.get(f"{name}{SPREAD}")))
        for name in (*known, *(name for name in plain if name not in METRICS))
    ]


def is_plain(value: Any) -> bool:
    """Tell whether a value is a figure."""
    return isinstance(value, PLAIN) and not isinstance(value, bool)


def said(value: Any, spread: Any = None) -> str:
    """Return a figure with its spread."""
    if not is_plain(value):
        return str(dash(value))
    text = number(value) if isinstance(value, int) else f"{value:.4g}"
    return f"{text} ± {spread:.2g}" if is_plain(spread) else text


def protocol(stored: Mapping[str, Any]) -> list[tuple[Any, str]]:
    """Return the lines of a protocol, known ones first."""
    order = [*(name for name in PROTOCOL if name in stored), *(name for name in stored if name not in PROTOCOL)]
    return [(PROTOCOL.get(name, name), _said(name, stored[name])) for name in order]


def _said(name: str, value: Any) -> str:
    """Return the value of a line; columns and what is foreseen by their names."""
    say, text = NAMED.get(name), _line(value)
    return ", ".join(str(say(one)) for one in text.split(", ")) if say and value else text


def _line(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{name} {_line(one)}" for name, one in value.items())
    return ", ".join(map(_line, value)) if isinstance(value, list | tuple) else str(dash(value))


def group_name(division: str, code: str) -> Any:
    """Return what a group of people is called."""
    if division == "sex":
        return labels.label_of(labels.SEXES, code)
    return _("Unknown") if code == UNKNOWN else code


def groups(division: str, stored: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the groups of a division with figures as they are read; masked ones have None."""
    return [
        {
            "word": group_name(division, one["group"]),
            "rows": one.get("rows"),
            "events": one.get("events"),
            "auc": said(one.get("auc")),
            **{name: percent(one.get(name)) for name in ("selected", "promised", "observed")},
        }
        for one in stored
    ]
