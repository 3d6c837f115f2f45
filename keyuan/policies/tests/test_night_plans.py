"""What the nights of benefits, renewals and debits read of large tables comes from an index (POL-4, POL-6, PLT-10)."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keyuan.organisation.testing import make_actor
from keyuan.platform.jobs.chunks import run_job
from keyuan.policies.services.benefits import dividends, nightly
from keyuan.policies.services.debits.batches import make_batch
from keyuan.policies.services.renewals import opening
from keyuan.policies.testing import NOW, TODAY, make_policy, make_product
from keyuan.policies.tests.test_benefits import contract, worked_off
from keyuan.policies.tests.test_renewals import pass_night, short
from keyuan.products.models import ProductBenefit

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.sqlite_only("plans are explained on SQLite; PostgreSQL has statistics"),
]
#: Tables that have a row for every contract, or many.
LARGE = re.compile(
    r"^SCAN policies_(policy|policyparty|benefitdue|instalment|payment|renewal|refund|debitline|vehicle)( |$)"
)


def scans_of(seen):
    """Return the steps in which a captured read would go through a whole large table."""
    found = []
    for query in seen.captured_queries:
        if query["sql"].startswith(("SELECT", "WITH")):
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
                steps = [str(step[3]) for step in cursor.fetchall()]
            found += [f"{step}: {query['sql'][:200]}" for step in steps if LARGE.match(step) and "USING" not in step]
    return found


def a_night_of_benefits():
    clerk = make_actor("policy_clerk")
    contract(clerk)
    worked_off(nightly._start(dividends.ACTOR, (TODAY, TODAY), TODAY, whole=False))


def a_night_of_renewals():
    short(make_actor("agent"))
    pass_night(TODAY)
    assert opening._read(TODAY, opening.windows_in_force(), (TODAY + timedelta(days=30)).isoformat(), 1) == []


def a_batch_of_debits():
    make_policy(make_actor("agent"), debit_account="6222020200012345678")
    _batch, job = make_batch(actor=make_actor("management"), collect_on=TODAY, due_until=TODAY, now=NOW)
    run_job(job.pk, job.step)


@pytest.mark.parametrize("work", [a_night_of_benefits, a_night_of_renewals, a_batch_of_debits])
def test_large_tables_are_read_by_indexes(work):
    product = make_product(kind="ENDOWMENT", design="PARTICIPATING")
    ProductBenefit.objects.create(product=product, code="MATURITY", name="满期金", amount_bp=10_000)

    with CaptureQueriesContext(connection) as seen:
        work()

    assert scans_of(seen) == []
