"""The step that puts everybody into a group of similar needs, and keeps how the groups look (ANA-4)."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from django.db import transaction

from keyuan.analytics.extensions import Done
from keyuan.analytics.models import Cluster, ClusterFit, ClusterNight
from keyuan.analytics.rules.clusters.fitting import FEWEST
from keyuan.analytics.rules.clusters.naming import suggested
from keyuan.analytics.rules.clusters.profiles import Profile, profiles
from keyuan.analytics.rules.clusters.scaling import Labels
from keyuan.analytics.services.clusters.finding import codes_of, fit_for, labels_of
from keyuan.analytics.services.clusters.people import TABLE, people_of
from keyuan.analytics.services.night.work import Night

CLUSTERS = "clusters"


def place_customers(night: Night) -> Done:
    """Make the table of who stands in which group; a book of too few people has none."""
    people = people_of(night)
    fit = fit_for(night, people) if len(people.ids) >= FEWEST else None
    if fit is None:
        _write(night, people.ids[:0], [])
        return Done((TABLE,), (CLUSTERS,), len(people.ids), 0)
    labels, codes = labels_of(fit, people), codes_of(fit)
    _write(night, people.ids, [codes[label] for label in labels])
    changed = _catalogue(night, dict(zip(codes, profiles(people.columns, labels, len(codes)), strict=True)))
    changed += _night(night, fit, _sizes(labels, codes))
    return Done((TABLE, "customers"), (CLUSTERS,), len(people.ids), len(people.ids), changed)


def _write(night: Night, ids: Labels, codes: Sequence[Any]) -> None:
    path = night.made(CLUSTERS)
    table = {"customer_id": pa.array(ids, pa.int64()), "cluster": pa.array(list(codes), pa.string())}
    pq.write_table(pa.table(table), path, compression="zstd")
    path.chmod(0o600)


def _sizes(labels: Labels, codes: Sequence[str]) -> dict[str, int]:
    counts = np.bincount(labels, minlength=len(codes))
    return {code: int(count) for code, count in zip(codes, counts, strict=True)}


@transaction.atomic
def _catalogue(night: Night, found: Mapping[str, Profile]) -> int:
    """Keep what each group looks like tonight; return how many differ from what stands."""
    known = {one.pk: one for one in Cluster.objects.select_for_update()}
    changed = 0
    for code, profile in found.items():
        facts = {"profile": profile, "suggestion": list(suggested(profile)), "is_current": True}
        row = known.pop(code, None) or Cluster(code=code, since=night.day)
        if row._state.adding or any(getattr(row, name) != value for name, value in facts.items()):
            for name, value in facts.items():
                setattr(row, name, value)
            row.save()
            changed += 1
    return changed + Cluster.objects.filter(pk__in=known, is_current=True).update(is_current=False)


def _night(night: Night, fit: ClusterFit, sizes: Mapping[str, int]) -> int:
    """Keep how large the groups are and how many people stayed; return 1 where that is new."""
    with night.opened() as mart:
        seen, stayed = mart.execute(
            "SELECT count(*), count(*) FILTER (now.cluster = old.cluster) FROM clusters AS now"
            " JOIN customers AS old USING (customer_id) WHERE old.cluster <> ''"
        ).fetchone()
    facts = {"fit_id": fit.pk, "sizes": dict(sizes), "seen": seen, "stayed": stayed}
    with transaction.atomic():
        row = ClusterNight.objects.select_for_update().filter(day=night.day).values(*facts).first()
        if row == facts:
            return 0
        ClusterNight.objects.update_or_create(day=night.day, defaults=facts)
    return 1
