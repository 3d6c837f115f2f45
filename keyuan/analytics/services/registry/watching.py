"""The night's look at each model in use: how far tonight's scores and features stand from training (ANA-11)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse

from keyuan.analytics import permissions
from keyuan.analytics.extensions import Done, ModelKind
from keyuan.analytics.models import ModelCard, ModelVersion, ModelWatch
from keyuan.analytics.rules.features.profile import WATCH
from keyuan.analytics.rules.registry.profiles import moved, with_bins
from keyuan.analytics.selectors.registry.kinds import kind_of
from keyuan.analytics.services.night.work import Night
from keyuan.platform import people
from keyuan.platform.locks import hold
from keyuan.platform.notices.services import notify_staff

THOUSAND = 1000
#: Rows looked at of a table: shares of a tenth are then right to a quarter of a per cent.
SAMPLE = 200_000
MOST_TOLD = 20
#: Of fewer rows chance alone moves the index past any alarm.
LEAST_ROWS = 100
#: The column that tells models apart.
MODEL = "model"
Profile = Mapping[str, Any]


def watch_models(night: Night) -> Done:
    """Compare tonight's tables with the training of each champion; tell the owner once when it drifts too far."""
    champions = ModelVersion.objects.filter(status=ModelVersion.Status.CHAMPION).order_by("key")
    reads, rows = set(), 0
    # Opened once for all: in a small book that takes longer than looking.
    with night.opened() as mart:
        for version in champions:
            kind = kind_of(version.key)
            found = _looked(mart, night, kind, version) if kind else None
            if found is None:
                continue
            figures, count, tables = found
            reads |= tables
            rows += count
            keep_watch(version, night, figures, count)
    return Done(tuple(sorted(reads)), (), rows, len(champions))


def _looked(
    mart: Any, night: Night, kind: ModelKind, version: ModelVersion
) -> tuple[list[dict[str, Any]], int, set[str]] | None:
    """Return the figures of score and features, rows of the table, and the tables read; None without any of them."""
    wanted: dict[str, dict[str, Profile]] = {}
    score = version.metrics.get("score")
    if score and kind.score_table:
        wanted[kind.score_table] = {kind.score: {**score, "name": ""}}
    if kind.table:
        wanted.setdefault(kind.table, {}).update({one["name"]: one for one in with_bins(version.features)})
    figures: list[dict[str, Any]] = []
    count, tables = 0, set[str]()
    for table, profiles in wanted.items():
        if not night.path(table).exists():
            continue
        found, rows = _moved(mart, table, version.key, profiles)
        figures += found
        count, tables = max(count, rows), tables | {table}
    figures.sort(key=lambda one: -one["index"])
    return (figures, count, tables) if tables else None


def _moved(mart: Any, table: str, key: str, profiles: Mapping[str, Profile]) -> tuple[list[dict[str, Any]], int]:
    """Return the index of each column that the table has, and its rows of model ``key``."""
    known = {row[0] for row in mart.execute(f'DESCRIBE "{table}"').fetchall()}
    # A table may hold the rows of several models.
    where = f"\"{MODEL}\" = '{key}'" if MODEL in known else "true"
    chosen = {column: profile for column, profile in profiles.items() if column in known}
    rows = mart.execute(f'SELECT count(*) FROM "{table}" WHERE {where}').fetchone()[0]  # noqa: S608 - names of our own
    if not rows or not chosen:
        return [], rows
    # Every n-th row by a hash of the row, so that a second look sees the same ones.
    part = f"hash(one) % {max(1, rows // SAMPLE)} = 0"
    counts = [text for column, profile in chosen.items() for text in _counts(column, profile["cuts"])]
    found = mart.execute(
        f'SELECT count(*), {", ".join(counts)} FROM "{table}" AS one WHERE {where} AND {part}'  # noqa: S608 - names of our own
    ).fetchone()
    return list(_indices(chosen, found)), rows


def _counts(column: str, cuts: Sequence[float]) -> list[str]:
    """Return the counts below each cut, up to it, and of the known."""
    # As text, since a decimal literal is rounded before it is compared.
    tests = [f"{sign} '{float(cut)!r}'::DOUBLE" for cut in cuts for sign in ("<", "<=")]
    return [*(f'count(*) FILTER ("{column}" {test})' for test in tests), f'count("{column}")']


def _indices(profiles: Mapping[str, Profile], counts: Sequence[int]) -> Any:
    """Yield the index of each column from the row of counts: rows, then those of the columns in turn."""
    rows, place = counts[0] or 1, 1
    for column, profile in profiles.items():
        width = 2 * len(profile["cuts"]) + 1
        ends = (*counts[place : place + width], counts[0])
        shares = [(high - low) / rows for low, high in zip((0, *ends), ends, strict=False)]
        place += width
        yield {"name": profile.get("name", column), "index": moved(profile, shares)}


def keep_watch(version: ModelVersion, night: Night, figures: list[dict[str, Any]], rows: int) -> None:
    """Keep what was found for the day, and tell the owner when drift passes the alarm: once, until it has ended."""
    worst = max((one["index"] for one in figures), default=0.0)
    with transaction.atomic():
        hold(f"model {version.key}")
        defaults = {"rows": rows, "worst": worst, "figures": figures}
        ModelWatch.objects.update_or_create(version=version, day=night.day, defaults=defaults)
        card, _new = ModelCard.objects.get_or_create(key=version.key)
        version.refresh_from_db(fields=["alarmed_on"])
        drifts = rows >= LEAST_ROWS and worst * THOUSAND >= card.alarm
        if drifts and version.alarmed_on is None:
            version.alarmed_on = night.day
            _tell(version, card, worst, night)
        elif worst < min(WATCH, card.alarm / THOUSAND):
            version.alarmed_on = None
        version.save(update_fields=["alarmed_on"])


def _tell(version: ModelVersion, card: ModelCard, worst: float, night: Night) -> None:
    """Tell the owner; where nobody is named, those who keep models."""
    told = [card.owner_id] if card.owner_id else people.holders_of(permissions.RUN)[:MOST_TOLD]
    params = {"model": version.key, "number": version.number, "index": f"{worst:.2f}"}
    url = reverse("analytics:model-version", args=[version.key, version.number])
    notify_staff(told, "model", "model.drift", params, url=url, now=night.now)
