"""The life cycle as data (POL-2, domain.md §A.2–A.6): legal steps, guards, and every absent pair refused."""

from datetime import date
from itertools import product

import pytest

from keyuan.kernel.codes import PolicyStatus, TerminationReason
from keyuan.kernel.errors import Refused
from keyuan.policies.rules.transitions import (
    SWITCHES,
    TRANSITIONS,
    Standing,
    check,
    find_transition,
    switches_for,
    transitions_from,
)

TODAY = date(2025, 6, 1)
#: What domain.md allows, written down a second time on purpose.
LEGAL_PAIRS = {
    ("PENDING", "IN_FORCE"),
    ("PENDING", "NOT_EFFECTIVE"),
    ("PENDING", "TERMINATED"),
    ("NOT_EFFECTIVE", "IN_FORCE"),
    ("NOT_EFFECTIVE", "TERMINATED"),
    ("IN_FORCE", "SUSPENDED"),
    ("IN_FORCE", "TERMINATED"),
    ("SUSPENDED", "IN_FORCE"),
    ("SUSPENDED", "TERMINATED"),
    ("OTHER", "IN_FORCE"),
    ("OTHER", "SUSPENDED"),
    ("OTHER", "TERMINATED"),
}
KINDS = sorted({transition.kind for transition in TRANSITIONS})


@pytest.mark.parametrize("source, target", sorted(product(PolicyStatus, PolicyStatus)))
def test_exactly_the_legal_pairs_have_a_step(source, target):
    steps = [step for step in transitions_from(source) if step.target == target]

    assert bool(steps) is ((source.value, target.value) in LEGAL_PAIRS)


@pytest.mark.parametrize("kind, source", sorted(product(KINDS, PolicyStatus)))
def test_a_step_that_does_not_stand_in_the_table_is_refused(kind, source):
    known = [step for step in TRANSITIONS if step.kind == kind and step.source == source]

    if known:
        assert find_transition(kind, source) is known[0]
    else:
        with pytest.raises(Refused) as refusal:
            find_transition(kind, source)
        assert refusal.value.code == "policy.no_such_transition"


def test_nothing_leads_out_of_a_terminated_contract():
    assert transitions_from("TERMINATED") == []


@pytest.mark.parametrize(
    "_case, kind, source, standing, code",
    [
        ("starts today", "ISSUE", "PENDING", Standing(TODAY, effective_on=TODAY), None),
        ("starts tomorrow", "ISSUE", "PENDING", Standing(TODAY, effective_on=date(2025, 6, 2)),
         "policy.not_effective_yet"),
        ("issued ahead", "ISSUE_AHEAD", "PENDING", Standing(TODAY, effective_on=date(2025, 6, 2)), None),
        ("not ahead", "ISSUE_AHEAD", "PENDING", Standing(TODAY, effective_on=TODAY), "policy.effective_already"),
        ("last day of grace", "SUSPEND", "IN_FORCE", Standing(TODAY, grace_until=TODAY), "policy.grace_not_over"),
        ("day after grace", "SUSPEND", "IN_FORCE", Standing(TODAY, grace_until=date(2025, 5, 31)), None),
        ("never in grace", "SUSPEND", "IN_FORCE", Standing(TODAY), "policy.grace_not_over"),
        ("arrears open", "REINSTATE", "SUSPENDED", Standing(TODAY, arrears=1), "policy.arrears_open"),
        ("arrears paid", "REINSTATE", "SUSPENDED", Standing(TODAY), None),
        ("cover over", "REINSTATE", "SUSPENDED", Standing(TODAY, expires_on=date(2025, 5, 31)), "policy.cover_over"),
        ("formed two years ago to the day", "RESCIND", "IN_FORCE", Standing(TODAY, issued_on=date(2023, 6, 1)), None),
        ("two years and a day ago", "RESCIND", "IN_FORCE", Standing(TODAY, issued_on=date(2023, 5, 31)),
         "policy.incontestable"),
        ("known for 30 days", "RESCIND", "IN_FORCE", Standing(TODAY, known_on=date(2025, 5, 2)), None),
        ("known for 31 days", "RESCIND", "NOT_EFFECTIVE", Standing(TODAY, known_on=date(2025, 5, 1)),
         "policy.rescission_late"),
        ("last cooling-off day", "COOLING_OFF_CANCEL", "IN_FORCE",
         Standing(TODAY, receipt_signed_on=date(2025, 5, 17), cooling_off_until=TODAY), None),
        ("cooling-off over", "COOLING_OFF_CANCEL", "IN_FORCE",
         Standing(TODAY, receipt_signed_on=date(2025, 5, 16), cooling_off_until=date(2025, 5, 31)),
         "policy.cooling_off_over"),
        ("receipt not signed", "COOLING_OFF_CANCEL", "IN_FORCE", Standing(TODAY), None),
        ("after a claim payment", "COOLING_OFF_CANCEL", "IN_FORCE", Standing(TODAY, claim_paid=True),
         "policy.claim_paid"),
        ("before maturity", "MATURE", "IN_FORCE", Standing(TODAY, expires_on=date(2025, 6, 2)), "policy.not_matured"),
        ("on maturity", "MATURE", "IN_FORCE", Standing(TODAY, expires_on=TODAY), None),
        ("frozen", "SURRENDER", "IN_FORCE", Standing(TODAY, is_frozen=True), "policy.frozen"),
        ("same day", "WITHDRAW", "IN_FORCE", Standing(TODAY, issued_on=TODAY), None),
        ("next day", "WITHDRAW", "IN_FORCE", Standing(TODAY, issued_on=date(2025, 5, 31)), "policy.not_same_day"),
        ("two years suspended to the day", "RESCIND", "SUSPENDED", Standing(TODAY, suspended_on=date(2023, 6, 1)),
         "policy.reinstatement_open"),
        ("two years and a day", "RESCIND", "SUSPENDED", Standing(TODAY, suspended_on=date(2023, 5, 31)), None),
    ],
)  # fmt: skip
def test_guards_look_at_dates_and_debts(_case, kind, source, standing, code):
    assert find_transition(kind, source).guard(standing) == code


def test_an_ending_without_a_reason_is_refused():
    step = find_transition("SURRENDER", "IN_FORCE")

    with pytest.raises(Refused) as refusal:
        check(step, Standing(TODAY), reason="  ")

    assert (refusal.value.code, refusal.value.field) == ("policy.reason_missing", "reason")


@pytest.mark.parametrize(
    "kind, reason",
    [
        ("MATURE", TerminationReason.MATURED),
        ("CLAIM_END", TerminationReason.CLAIM),
        ("SURRENDER", TerminationReason.SURRENDER),
        ("CONVERT", TerminationReason.CONVERSION),
        ("RESCIND", TerminationReason.COMPANY_RESCISSION),
        ("TRANSFER_OUT", TerminationReason.TRANSFERRED_OUT),
        ("COOLING_OFF_CANCEL", TerminationReason.COOLING_OFF),
        ("WITHDRAW", TerminationReason.SAME_DAY_WITHDRAWAL),
    ],
)
def test_each_ending_has_its_exchange_reason(kind, reason):
    assert find_transition(kind, "IN_FORCE").termination is reason


def test_switches_offered_are_those_that_change_something():
    flags = {switch.column: False for switch in SWITCHES} | {"is_loaned": True}

    kinds = {switch.kind for switch in switches_for("IN_FORCE", flags)}

    assert kinds == {"PAID_UP", "REDUCED_PAID_UP", "APL_START", "REPAY", "LOST", "FREEZE", "WAIVER"}
    assert switches_for("TERMINATED", flags) == []
