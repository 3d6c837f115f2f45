"""Importing claims history: to the cent, recoveries included, each with its policy (PLT-9)."""

import pytest

from keyuan.claims.models import Claim
from keyuan.customers.models import WatchListing
from keyuan.customers.testing import NOW
from keyuan.customers.tests.books import counts, import_file, issues, unit
from keyuan.organisation.models import Unit
from keyuan.organisation.testing import make_actor
from keyuan.platform.imports.reports import control_sums
from keyuan.platform.models import Notice
from keyuan.policies.models import Policy
from keyuan.policies.tests.books import CLAIMS, MOTOR, SHARED, first_lines

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def motor_book():
    unit("HQ")
    return import_file(MOTOR, "motor_book", "HQ")


def test_claims_find_their_policies_and_those_without_one_are_named():
    done = import_file(CLAIMS, "motor_claims", "HQ")

    assert counts(done) == (4, 3, 0, 0, 1)
    assert issues(done) == [(5, "policy_key", "import.policy_unknown")]
    claim = Claim.objects.get(claim_no="T1-V01-Year 0-CL02")
    assert (claim.paid_amount, claim.currency, claim.status, claim.period_label) == (-186392, "EUR", "CLOSED", "Year 0")
    assert (claim.policy.policy_no, claim.customer, claim.count) == ("T1-V01", claim.policy.holder, 1)
    assert (claim.occurred_on, claim.reported_at, claim.claimed_amount) == (None, None, None)
    assert claim.head_office_id == claim.policy.head_office_id is not None


def test_amounts_reconcile_to_the_cent_with_recoveries():
    done = import_file(CLAIMS, "motor_claims", "HQ")

    (line,) = control_sums(done)

    assert [str(part) for part in (line.read, line.taken, line.refused)] == ["309.24", "299.24", "10.00"]
    assert sum(Claim.objects.values_list("paid_amount", flat=True)) == line.taken.amount_minor


def test_the_same_file_again_changes_nothing_and_a_corrected_one_updates():
    import_file(CLAIMS, "motor_claims", "HQ")

    again = import_file(CLAIMS, "motor_claims", "HQ")
    corrected = import_file(CLAIMS.replace(b"927.16", b"930.00"), "motor_claims", "HQ")

    assert (counts(again), counts(corrected)) == ((4, 0, 0, 3, 1), (4, 0, 1, 2, 1))
    assert Claim.objects.get(claim_no="T1-V01-Year 0-CL01").paid_amount == 93000


def test_new_claims_of_listed_people_are_told_to_the_higher_unit_once():
    holder = Policy.objects.get(policy_no="T1-V01").holder
    WatchListing.objects.create(
        customer=holder, grade="BLACK", criterion="FORGED_PAPERS", reason="x", status="IN_FORCE", proposed_at=NOW,
        review_on=NOW.date(),
    )  # fmt: skip
    head = Unit.objects.get(code="HQ")
    handler = make_actor("claims_handler", unit=head)
    make_actor("agent", unit=head)

    import_file(CLAIMS, "motor_claims", "HQ")
    import_file(CLAIMS.replace(b"927.16", b"930.00"), "motor_claims", "HQ")

    told = Notice.objects.filter(code="claim.escalated")
    assert [notice.user_id for notice in told] == [handler.id]
    assert told.get().params["count"] == Claim.objects.filter(policy__holder=holder).count()


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real books are not beside this checkout")
def test_the_real_claims_reconcile_to_the_cent():
    policies = first_lines(SHARED / "motor_book" / "policies_year0.csv.gz", 5000)
    import_file(policies, "motor_book", "HQ")
    data = (SHARED / "motor_book" / "claims_year0.csv.gz").read_bytes()

    done = import_file(data, "motor_claims", "HQ", name="claims_year0.csv.gz")

    (line,) = control_sums(done)
    assert done.rows_read == 14_243
    assert (str(line.read), line.is_even) == ("11,724,608.37", True)
    loaded = Claim.objects.filter(source_name="motor_book").values_list("paid_amount", flat=True)
    assert (sum(loaded), len(loaded)) == (line.taken.amount_minor, done.created)
