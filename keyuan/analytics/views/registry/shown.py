"""Figures of a model as charts with their tables (ANA-11)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from keyuan.analytics.forms.registry import words
from keyuan.analytics.forms.registry.features import feature_name
from keyuan.analytics.models import ModelVersion, ModelWatch
from keyuan.analytics.rules.registry.evaluating import disparity
from keyuan.platform.formats import percent

#: Features drawn as bars: more would not be read.
DRAWN = 15
Chart = dict[str, Any]


def charts_of(version: ModelVersion) -> list[Chart]:
    """Return calibration, lift and importance, those that the version has."""
    metrics = version.metrics
    made = (_calibration(metrics.get("calibration")), _lift(metrics.get("lift")), _importance(version.features))
    return [chart for chart in made if chart]


def _chart(key: str, title: str, kind: str, label: str, series: Sequence[Any], rows: list[Chart], unit: str) -> Chart:
    return {
        "key": key, "title": title, "unit": unit, "kind": kind, "label": label,
        "series": [{"name": name} for name in series], "rows": rows,
    }  # fmt: skip


def _calibration(table: Sequence[Mapping[str, float]] | None) -> Chart | None:
    if not table:
        return None
    rows = [
        {"label": str(at), "values": [_hundredth(one["promised"]), _hundredth(one["observed"])]}
        for at, one in enumerate(table, 1)
    ]
    series = (pgettext("model", "Promised"), pgettext("model", "Observed"))
    return _chart("calibration", pgettext("model", "Calibration"), "line", _("Tenth by score"), series, rows, "%")


def _lift(table: Sequence[Mapping[str, float]] | None) -> Chart | None:
    if not table:
        return None
    rows = [
        {"label": percent(one["depth"], 0), "values": [_hundredth(one["captured"]), _hundredth(one["depth"])]}
        for one in table
    ]
    series = (_("Events found"), pgettext("model", "At random"))
    return _chart("lift", pgettext("model", "Lift"), "line", _("Best part by score"), series, rows, "%")


def _importance(features: Sequence[Mapping[str, Any]]) -> Chart | None:
    known = [one for one in features if one.get("importance") is not None][:DRAWN]
    if not known:
        return None
    rows = [{"label": str(feature_name(one["name"])), "values": [round(one["importance"], 4)]} for one in known]
    title = pgettext("model", "Importance")
    return _chart("importance", title, "bar", pgettext("model", "Feature"), (title,), rows, "")


def drift_chart(watches: Sequence[ModelWatch]) -> Chart | None:
    """Return the index of the score and of the farthest feature, night by night."""
    if len(watches) < 2:
        return None
    rows = [{"label": f"{one.day:%m-%d}", "values": [score_index(one), one.worst]} for one in watches]
    series = (words.SCORE, _("Farthest of all"))
    return _chart("drift", _("Drift by night"), "line", pgettext("model", "Night"), series, rows, "")


def score_index(watch: ModelWatch) -> float | None:
    """Return the index of the score itself."""
    return next((one["index"] for one in watch.figures if not one["name"]), None)


def fairness_of(version: ModelVersion) -> list[dict[str, Any]]:
    """Return the groups of people by division, and how far the rates at which they are picked lie apart."""
    stored = version.metrics.get("fairness") or {}
    return [
        {
            "key": key,
            "word": words.DIVISIONS.get(key, key),
            "rows": words.groups(key, rows),
            "ratio": disparity(rows),
        }
        for key, rows in stored.items()
    ]


def _hundredth(share: float) -> float:
    return round(100 * share, 2)
