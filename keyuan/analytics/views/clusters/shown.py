"""Groups of similar needs as tables and charts (ANA-4)."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from keyuan.analytics.forms.cluster_words import COVERS, suggested_name
from keyuan.analytics.models import Cluster, ClusterFit, ClusterNight
from keyuan.analytics.selectors.figures import Cell
from keyuan.customers.selectors.classification.places import Place
from keyuan.platform.formats import percent

NOBODY: Cell = {"customers": 0, "value": 0, "paid": 0}
FEN = 100


def row_of(cluster: Cluster, name: str, cells: Mapping[str, Cell], place: Place) -> dict[str, Any]:
    """Return a group with its people in the reader's reach, its profile in words, and where it leads."""
    cell = cells.get(cluster.code, NOBODY)
    everybody = sum(one["customers"] for one in cells.values()) or 1
    query = {"view": "all", "cluster": cluster.code} | ({"unit": str(place.unit.pk)} if place.unit else {})
    return {
        "cluster": cluster,
        "name": name,
        "suggestion": suggested_name(cluster.suggestion),
        "cell": cell,
        "share": percent(cell["customers"] / everybody),
        "url": f"{reverse('customers:scores')}?{urlencode(query)}",
        "segment_url": f"{reverse('customers:segment-from-cell')}?{urlencode({'cluster': cluster.code})}",
        **profile_of(cluster),
    }


def profile_of(cluster: Cluster) -> dict[str, Any]:
    """Return the profile in words: age, the married, cover by cover, yearly premium in fen."""
    told = cluster.profile
    return {
        "age": told.get("age"),
        "married": percent(told.get("married")),
        "covers": [percent(told.get(need)) for need in COVERS],
        "premium": round((told.get("premium") or 0) * FEN),
    }


def profile_chart(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the part of each group that holds each cover."""
    return {
        "key": "clusters",
        "title": _("Who holds which cover"),
        "unit": "%",
        "kind": "bar",
        "label": _("Group of needs"),
        "series": [{"name": word} for word in COVERS.values()],
        "rows": [{"label": row["name"], "values": _percents(row["cluster"].profile)} for row in rows],
    }


def _percents(profile: Mapping[str, Any]) -> list[float]:
    return [round(100 * (profile.get(need) or 0), 1) for need in COVERS]


def trial_chart(fit: ClusterFit) -> dict[str, Any]:
    """Return silhouette and stability of every number of groups that was tried."""
    return {
        "key": "trials",
        "title": _("Which number of groups is right"),
        "unit": _("index up to 1"),
        "kind": "line",
        "label": _("Number of groups"),
        "series": [{"name": _("Silhouette")}, {"name": _("Stability")}],
        "rows": [{"label": str(one["number"]), "values": [one["silhouette"], one["stability"]]} for one in fit.trials],
    }


def size_chart(nights: Sequence[ClusterNight], names: Mapping[str, str]) -> dict[str, Any] | None:
    """Return how large the groups were, night by night; None before there are two nights."""
    if len(nights) < 2:
        return None
    return {
        "key": "sizes",
        "title": _("Size of the groups by night"),
        "unit": _("customers"),
        "kind": "line",
        "label": _("Night"),
        "series": [{"name": name} for name in names.values()],
        "rows": [{"label": f"{one.day:%m-%d}", "values": [one.sizes.get(code, 0) for code in names]} for one in nights],
    }


def stay_of(night: ClusterNight | None) -> str:
    """Return the part of those placed before who stayed in their group; dashes where nobody was placed before."""
    return percent(night.stayed / night.seen if night and night.seen else None)
