"""The people of a night as arrays: who they are and what each measure says, nobody who objects among them (ANA-4)."""

from dataclasses import dataclass

import numpy as np
import pyarrow.parquet as pq

from keyuan.analytics.rules.clusters.scaling import NAMES, Columns, Labels
from keyuan.analytics.selectors.objections import objecting_ids
from keyuan.analytics.services.night.work import Night

TABLE = "protection"


@dataclass(frozen=True, slots=True)
class People:
    """Customers in the order of their keys, with their measures; unknown is NaN."""

    ids: Labels
    columns: Columns


def people_of(night: Night) -> People:
    """Return the people of the night's table. Whoever objects to automated decisions stands in no group (PIPL 24)."""
    table = pq.read_table(night.path(TABLE), columns=["customer_id", *NAMES]).sort_by("customer_id")
    ids = table.column("customer_id").to_numpy()
    kept = ~np.isin(ids, sorted(objecting_ids()))
    # NULL comes as NaN.
    columns = {name: np.asarray(table.column(name).to_numpy(), dtype=np.float64)[kept] for name in NAMES}
    return People(ids[kept], columns)
