"""Rules of the service desk by table: moves, targets by tier, routing, claimants (SRV-1 to SRV-4; domain.md §C)."""

import pytest

from keyuan.service.rules import complaints, kinds, machine
from keyuan.service.rules.complaints import Claimant
from keyuan.service.rules.kinds import Facts, Hand, Route, Target

ALL_ACTS = {move.act for move in machine.MOVES}


def test_only_the_moves_of_the_table_exist():
    """Every absent pair of act and state is refused."""
    found = {
        (act, state): target
        for act in ALL_ACTS
        for state in machine.STATES
        if (target := machine.target_of(act, state))
    }

    assert len(machine.STATES) == 11
    assert found == {(move.act, move.source): move.target for move in machine.MOVES}
    assert len(ALL_ACTS) * len(machine.STATES) - len(found) == 139
    assert {state for state in machine.STATES if not machine.acts_from(state)} == {"WITHDRAWN", "MERGED"}


def test_the_way_leads_from_receiving_to_closing():
    acts = ("classify", "dispatch", "take", "resolve", "tell", "confirm", "close")

    state = machine.RECEIVED
    for act in acts:
        state = machine.target_of(act, state)

    assert state == machine.CLOSED


@pytest.mark.parametrize(
    "_case, priority, promised, target",
    [
        ("normal", 3, None, Target(120, 450)),
        ("the tier promises an answer in five minutes", 3, 5, Target(5, 450)),
        ("the promise is longer than the usual term", 3, 500, Target(120, 450)),
        ("urgent", 1, None, Target(30, 112)),
        ("low", 4, 10, Target(10, 675)),
    ],
)
def test_priority_and_tier_hasten_the_terms(_case, priority, promised, target):
    assert kinds.hastened(Target(120, 450), priority, promised) == target


def test_a_tier_goes_before_lower_ones_of_the_same_priority_only():
    tiers = ["NORMAL", "GOLD", "PLATINUM"]

    ranks = [
        kinds.rank_of(priority, tier, tiers) for priority, tier in ((3, "PLATINUM"), (3, ""), (2, "NORMAL"), (1, ""))
    ]

    assert ranks == [28, 30, 20, 10]


ROUTES = [
    Route(1, kinds=frozenset({"COMPLAINT"})),
    Route(2, categories=frozenset({"AFTER_SALE"}), branch_id=7),
    Route(3, tiers=frozenset({"DIAMOND"})),
    Route(4),
]


@pytest.mark.parametrize(
    "facts, desk",
    [
        (Facts("COMPLAINT", frozenset(), "PHONE", "", None), 1),
        (Facts("REQUEST", frozenset({"AS_COPY", "AFTER_SALE"}), "PHONE", "", 7), 2),
        (Facts("REQUEST", frozenset({"AS_COPY", "AFTER_SALE"}), "PHONE", "DIAMOND", 8), 3),
        (Facts("CONSULT", frozenset(), "PHONE", "", 7), 4),
    ],
)
def test_the_first_rule_that_fits_counts(facts, desk):
    assert kinds.route_for(ROUTES, facts).desk_id == desk


def test_the_least_loaded_fit_person_gets_it():
    hands = [
        Hand(1, frozenset(), 10, 5),
        Hand(2, frozenset({"C_CLAIM"}), 10, 3),
        Hand(3, frozenset({"AFTER_SALE"}), 10, 0),
        Hand(4, frozenset(), 2, 2),
    ]

    assert kinds.hand_for(hands, ["C_CLAIM", "COMPLAINT"]).user_id == 2
    assert kinds.hand_for(hands, ["C_CLAIM"], barred={2}).user_id == 1
    assert kinds.hand_for(hands[3:], ["C_CLAIM"]) is None


@pytest.mark.parametrize(
    "claimant, code",
    [
        (Claimant("SELF"), ""),
        (Claimant("ANONYMOUS"), ""),
        (Claimant("PROXY", has_authority=True), "complaint.proxy_papers"),
        (Claimant("PROXY", has_authority=True, has_identity=True), ""),
        (Claimant("HEIR"), "complaint.kinship"),
        (Claimant("HEIR", has_kinship=True), ""),
        (Claimant("GROUP", representatives=0), "complaint.representatives"),
        (Claimant("GROUP", representatives=5), ""),
        (Claimant("GROUP", representatives=6), "complaint.representatives"),
    ],
)
def test_claimants_bring_the_proofs_of_their_kind(claimant, code):
    assert complaints.missing_proof(claimant) == code


def test_terms_levels_and_figures_of_complaints():
    assert [complaints.next_term(term) for term in (15, 30, 60)] == [30, 60, None]
    assert [complaints.needs_senior(term) for term in (30, 60)] == [False, True]
    assert [complaints.level_of(size) for size in (1, 2, 19, 20)] == ["GENERAL", "GROUP", "GROUP", "MAJOR"]
    assert complaints.speaks_of_proxy("要求全额退保")
    assert not complaints.speaks_of_proxy("要求退保")
    # 439 complaints against 97.6 hundred million yuan and 1.02 million policies.
    assert complaints.per(439, 976_000_000_000, complaints.UNITS["premium"]) == 4.5
    assert complaints.per(439, 10_200_000, complaints.UNITS["policies"]) == 0.43
    assert complaints.per(1, 0, 10_000) is None
