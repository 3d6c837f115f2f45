"""The steps that reckon what customers are worth (ANA-2)."""

from dataclasses import asdict

import pyarrow as pa
import pyarrow.parquet as pq

from keyuan.analytics.extensions import Done
from keyuan.analytics.rules.clusters.features import scores_with_clusters
from keyuan.analytics.rules.persistency.ratios import month_after, observed_from
from keyuan.analytics.rules.value.assumptions import Assumptions
from keyuan.analytics.rules.value.lifetime import Survival, factors, lifetime
from keyuan.analytics.rules.value.measured import survival_of
from keyuan.analytics.selectors.terms import VALUE
from keyuan.analytics.services.clusters.placing import CLUSTERS
from keyuan.analytics.services.night.work import Night

FACTORS, LIFETIME, SCORES = "factors", "lifetime", "scores"
#: Survival is taken from the cohorts of so many months.
RECENT = 24
CUT = "grace_end"


def reckon_lifetime(night: Night) -> Done:
    """Make the table of factors from assumptions and the book's own persistency, then the lifetime values."""
    terms, _version = VALUE.in_force()
    rows = [asdict(one) for one in factors(terms, measured_survival(night, terms))]
    path = night.made(FACTORS)
    pq.write_table(pa.Table.from_pylist(rows), path)
    path.chmod(0o600)
    done = night.make(LIFETIME, ("policies", FACTORS), lifetime, as_of=night.day, terms=terms)
    return Done(("policies", "persistency"), (FACTORS, LIFETIME), done.rows_in, done.rows_out)


def measured_survival(night: Night, terms: Assumptions) -> dict[str, Survival]:
    """Return the survival of each channel by the cohorts that are complete on the day of the night."""
    with night.opened() as mart:
        found = mart.execute(
            "SELECT sales_channel, months, cohort, grace_end, base FROM persistency WHERE unit_id = 0"
        ).fetchall()
    complete = [
        (channel, months, received, base)
        for channel, months, cohort, received, base in found
        if observed_from(cohort, months, CUT) <= night.day < month_after(observed_from(cohort, months, CUT), RECENT)
    ]
    return survival_of(complete, terms)


def reckon_scores(night: Night) -> Done:
    """Make the table of scores."""
    terms, _version = VALUE.in_force()
    return night.make(SCORES, ("behaviour", LIFETIME, CLUSTERS), scores_with_clusters, as_of=night.day, terms=terms)
