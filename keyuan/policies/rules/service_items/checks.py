"""The checks of policy service by name; each says what stands in the way, or nothing (domain.md §A.1, A.6, A.7, A.11).

The page shows them while the form is filled in; the services ask all of them again, on the locked contract, before an
effect, so that what changed meanwhile is noticed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from keyuan.kernel.codes import PayMode, Relation
from keyuan.kernel.errors import Refused
from keyuan.kernel.identifiers.vehicle import parse_plate
from keyuan.policies.rules.benefits.states import PROOF_DAYS
from keyuan.policies.rules.contract import beneficiary_problems
from keyuan.policies.rules.money import minor_cap
from keyuan.policies.rules.service_items.catalogue import Item
from keyuan.policies.rules.service_items.codes import Party
from keyuan.policies.rules.service_items.facts import Facts, fits_line
from keyuan.policies.rules.transitions import REINSTATEMENT
from keyuan.policies.rules.values.changes import check_age
from keyuan.policies.rules.values.defaults import PERCENT

Check = Callable[[Facts], Refused | None]
#: Relations in which a holder has an insurable interest by law (保险法 31); with others the insured has to agree.
INTEREST = frozenset({Relation.SELF, Relation.SPOUSE, Relation.PARENT, Relation.CHILD, Relation.EMPLOYER})
#: Close relatives, whom an employer's insured may name (保险法 39).
CLOSE = frozenset({
    Relation.SELF, Relation.SPOUSE, Relation.PARENT, Relation.CHILD, Relation.SIBLING, Relation.GRANDPARENT,
    Relation.GRANDCHILD,
})  # fmt: skip
#: Fields that say how, not what.
NO_CHANGE = frozenset({"whose", "verified_how", "settles", "extra_paid_on"})
#: The highest occupation class that is insured (GK).
HIGHEST_CLASS = 6


@dataclass(frozen=True, slots=True)
class Finding:
    """One check with what it found; None: passed."""

    check: str
    refusal: Refused | None


def _no(code: str, when: bool, field: str | None = None, **params: object) -> Refused | None:
    return Refused(f"request.{code}", field=field, **params) if when else None


def _something_new(facts: Facts) -> Refused | None:
    changes = [name for name in facts.values if name not in NO_CHANGE]
    return _no("nothing_new", facts.new_person is None and not facts.has(*changes))


def _old_number_verified(facts: Facts) -> Refused | None:
    how = facts.values.get("verified_how")
    if how == "UNREACHABLE":
        return _no("old_number_at_counter", facts.face != "COUNTER", "verified_how")
    return _no("old_number_first", not how, "verified_how")


def _person_concerned(facts: Facts) -> Refused | None:
    whose = str(facts.values.get("whose") or "")
    same_person = facts.applicant_id is not None and facts.applicant_id in facts.insured_ids
    fits = whose == facts.applicant_role or (whose == Party.INSURED and same_person)
    own = whose == Party.HOLDER and facts.applicant_id is not None and facts.applicant_id == facts.holder_id
    return _no("not_concerned", bool(whose) and not (fits or own), "whose")


def _age_allowed(facts: Facts) -> Refused | None:
    born, starts = facts.values.get("birth_on"), facts.effective_on
    if not born or starts is None or facts.values.get("whose") != Party.INSURED:
        return None
    if born > facts.on:
        return Refused("request.born_later", field="birth_on")
    age = starts.year - born.year - ((starts.month, starts.day) < (born.month, born.day))
    # Behind the two years in which the insurer may rescind, the contract stands (保险法 16, 32).
    rescindable = check_age(age, facts.issue_ages, facts.issued_on or starts, facts.on)
    return _no("age_outside", rescindable is not None, "birth_on", age=age)


def _document_dates(facts: Facts) -> Refused | None:
    ends = facts.values.get("valid_until")
    if facts.values.get("is_long_term"):
        return None
    if ends is None:
        return Refused("request.document_end", field="valid_until")
    begins = facts.values.get("valid_from")
    return _no("document_over", ends <= facts.on or (begins is not None and begins >= ends), "valid_until")


def _other_holder(facts: Facts) -> Refused | None:
    return _no("same_holder", facts.new_person is not None and facts.new_person == facts.holder_id, "new_holder")


def _insurable_interest(facts: Facts) -> Refused | None:
    if facts.line == "PROPERTY":
        # In property the interest is tested at loss, not now (保险法 48).
        return None
    related = facts.values.get("relation") in INTEREST
    return _no("no_interest", not related and Party.INSURED not in facts.consents, "relation")


def _shares(facts: Facts) -> Refused | None:
    return next(iter(beneficiary_problems(facts.parties, facts.kind)), None)


def _employer_beneficiaries(facts: Facts) -> Refused | None:
    if not (facts.holder_is_company or facts.is_group):
        return None
    strange = any(not party.is_statutory and party.relation_to_insured not in CLOSE for party in facts.parties)
    return _no("employer_beneficiary", strange, "beneficiaries")


def _occupation_insurable(facts: Facts) -> Refused | None:
    typed = str(facts.values.get("occupation_class") or "")
    return _no("occupation_declined", typed.isdecimal() and int(typed) > HIGHEST_CLASS, "occupation_class")


def _own_account(facts: Facts) -> Refused | None:
    named = str(facts.values.get("account_name") or "").strip()
    return _no("not_own_account", bool(named) and named != facts.holder_name.strip(), "account_name")


def _own_payee(facts: Facts) -> Refused | None:
    """Money goes to an account of whoever it is owed to, never to a seller or a stranger (销售办法 32)."""
    named, owed = str(facts.values.get("payee_name") or "").strip(), facts.applicant_name or facts.holder_name
    return _no("not_own_payee", bool(named) and named != owed.strip(), "payee_name")


def _pay_mode_offered(facts: Facts) -> Refused | None:
    wanted = facts.values.get("pay_mode")
    if not wanted:
        return None
    if wanted == facts.pay_mode:
        return Refused("request.same_mode", field="pay_mode")
    offered = PayMode(wanted).months is not None and (not facts.pay_modes or wanted in facts.pay_modes)
    return _no("mode_not_offered", not offered, "pay_mode")


def _rider_named(facts: Facts) -> Refused | None:
    if facts.values.get("rider_act") == "REMOVE":
        return _no("cover_missing", not facts.has("coverage"), "coverage")
    missing = next((name for name in ("rider", "rider_sum", "rider_premium") if not facts.has(name)), None)
    return _no("rider_incomplete", missing is not None, missing)


def _health_told(facts: Facts) -> Refused | None:
    adds = facts.values.get("rider_act") != "REMOVE"
    return _no("health_missing", adds and not facts.has("health"), "health")


def _minor_cap(facts: Facts) -> Refused | None:
    cap = minor_cap(facts.insured_birth_on, facts.on) if facts.pays_on_death else None
    if cap is None or facts.values.get("rider_act") == "REMOVE":
        return None
    wanted = facts.values.get("new_sum")
    if wanted is None:
        wanted = (facts.sum_insured or 0) + (facts.values.get("rider_sum") or 0)
    field = "new_sum" if "new_sum" in facts.values else "rider_sum"
    return _no("minor_cap", wanted + facts.minor_sums > cap, field, cap=f"{cap // 100:,}")


def _sum_rises(facts: Facts) -> Refused | None:
    new = facts.values.get("new_sum")
    return _no("sum_not_higher", new is not None and new <= (facts.sum_insured or 0), "new_sum")


def _sum_falls(facts: Facts) -> Refused | None:
    new = facts.values.get("new_sum")
    return _no("sum_not_lower", new is not None and not 0 < new < (facts.sum_insured or 0), "new_sum")


def _sum_not_raised(facts: Facts) -> Refused | None:
    new = facts.values.get("new_sum")
    return _no("sum_raised", new is not None and new > (facts.sum_insured or 0), "new_sum")


def _proof_fresh(facts: Facts) -> Refused | None:
    """Proof of life is given after the benefit fell due, and not long before it is asked for (POL-6)."""
    proven, asked = facts.values.get("proof_on"), facts.received_on or facts.on
    if proven is None:
        return None
    earliest = max(facts.benefit_due_on or date.min, asked - timedelta(days=PROOF_DAYS))
    stale = not earliest <= proven <= asked
    return Refused("benefit.proof_date", field="proof_on", day=earliest.isoformat()) if stale else None


def _waived_while_covered(facts: Facts) -> Refused | None:
    since = facts.values.get("from_on")
    early = since is not None and facts.effective_on is not None and since < facts.effective_on
    return _no("waived_before_cover", early, "from_on")


def _in_window(facts: Facts) -> Refused | None:
    since = facts.suspended_on
    return _no("window_over", since is not None and REINSTATEMENT.is_over(since, facts.on))


def _loan_limit(facts: Facts) -> Refused | None:
    wanted, most = facts.values.get("amount"), facts.loan_maximum
    if wanted is None or most is None:
        return None
    return _no("loan_too_high", not 0 < wanted <= most, "amount", most=f"{most / 100:,.2f}")


def _within(held: int | None, facts: Facts, code: str) -> Refused | None:
    wanted = facts.values.get("amount")
    if wanted is None:
        return None
    if held is None:
        return Refused(f"{code}_unknown", field="amount")
    return Refused(code, field="amount", most=f"{held / 100:,.2f}") if not 0 < wanted <= held else None


def _cooling_off(facts: Facts) -> Refused | None:
    """Without a signed receipt the period has not begun, so it has not ended either (domain.md §A.3)."""
    if facts.claim_paid:
        return Refused("policy.claim_paid")
    if not facts.has_cooling_off:
        return Refused("policy.no_cooling_off")
    ends = facts.cooling_off_until
    if facts.receipt_signed_on is None and ends is None:
        return None
    return Refused("policy.cooling_off_over") if ends is None or facts.on > ends else None


def _not_in_cooling_off(facts: Facts) -> Refused | None:
    """Who may still have everything back is told so, instead of losing money by an ordinary surrender."""
    inside = facts.has_cooling_off and facts.receipt_signed_on is not None and _cooling_off(facts) is None
    return _no("still_cooling_off", inside and facts.line == "LIFE")


def _compulsory_ground(facts: Facts) -> Refused | None:
    """Compulsory motor cover ends only for a vehicle deregistered, out of use or lost (交强险条例 16)."""
    if not facts.is_compulsory:
        return _no("ground_not_asked", facts.has("ground"), "ground")
    return _no("compulsory_ground", not facts.has("ground"), "ground")


def _funds_differ(facts: Facts) -> Refused | None:
    field = "to_fund" if facts.has("to_fund") else "new_fund"
    return _no("same_fund", facts.has("from_fund") and facts.values["from_fund"] == facts.values.get(field), field)


def _plate(facts: Facts) -> Refused | None:
    typed = str(facts.values.get("plate") or "")
    if not typed:
        return None
    try:
        parse_plate(typed, field="plate")
    except Refused as error:
        return error
    return None


CHECKS: dict[str, Check] = {
    "something_new": _something_new,
    "old_number_verified": _old_number_verified,
    "person_concerned": _person_concerned,
    "age_allowed": _age_allowed,
    "document_dates": _document_dates,
    "not_frozen": lambda facts: Refused("policy.frozen") if facts.is_frozen else None,
    "not_lost": lambda facts: _no("lost", facts.is_lost),
    "no_debt": lambda facts: _no("debt_open", facts.debt > 0),
    "no_debt_moves": lambda facts: _no("debt_open", facts.debt > 0),
    "other_holder": _other_holder,
    "insurable_interest": _insurable_interest,
    "shares": _shares,
    "employer_beneficiaries": _employer_beneficiaries,
    "occupation_insurable": _occupation_insurable,
    "own_account": _own_account,
    "own_payee": _own_payee,
    "regular_premium": lambda facts: _no("no_premiums", facts.is_single_premium or facts.no_more_premiums),
    "no_arrears": lambda facts: _no("arrears", facts.arrears > 0),
    "pay_mode_offered": _pay_mode_offered,
    "rider_named": _rider_named,
    "health_told": _health_told,
    "minor_cap": _minor_cap,
    "sum_rises": _sum_rises,
    "sum_falls": _sum_falls,
    "has_value": lambda facts: _no("no_value", facts.value is not None and facts.value <= 0),
    "cover_left": lambda facts: Refused("policy.cover_over")
    if facts.expires_on is not None and facts.on > facts.expires_on
    else None,
    "in_window": _in_window,
    "sum_not_raised": _sum_not_raised,
    "proof_fresh": _proof_fresh,
    "waived_while_covered": _waived_while_covered,
    "loan_limit": _loan_limit,
    "has_debt": lambda facts: _no("no_debt", facts.debt <= 0),
    "election_new": lambda facts: _no(
        "election_same", facts.values.get("elects") == ("YES" if facts.apl_elected else "NO"), "elects"
    ),
    "benefit_due": lambda facts: _no("no_benefit_due", facts.benefit_payable == 0),
    "benefit_payable": lambda facts: _within(facts.benefit_payable, facts, "request.benefit_not_payable"),
    "option_new": lambda facts: _no(
        "option_same", facts.has("dividend_option") and facts.values["dividend_option"] == facts.dividend_option,
        "dividend_option",
    ),
    "account_filled": lambda facts: _no("account_empty", facts.account_value is not None and facts.account_value <= 0),
    "account_holds": lambda facts: _within(facts.account_value, facts, "request.account_too_low"),
    "fund_named": lambda facts: _no("one_fund", facts.has("to_fund") == facts.has("new_fund"), "to_fund"),
    "funds_differ": _funds_differ,
    "share_moved": lambda facts: _no("share_range", int(facts.values.get("share") or 0) > PERCENT, "share"),
    "other_branch": lambda facts: _no(
        "same_branch", str(facts.values.get("to_branch") or "") == str(facts.branch_id), "to_branch"
    ),
    "lost_not_yet": lambda facts: _no("lost_already", facts.is_lost),
    "not_waived": lambda facts: _no("waived_already", facts.is_waived),
    "cooling_off": _cooling_off,
    "not_in_cooling_off": _not_in_cooling_off,
    "compulsory_ground": _compulsory_ground,
    "something_to_reverse": lambda facts: _no("nothing_to_reverse", not facts.has("reverses") and not facts.reversible),
    "reversible": lambda facts: _no("not_reversible", facts.has("reverses") and not facts.reversible, "reverses"),
}  # fmt: skip


#: Checks that look at the contract alone: what they find stands in the way whatever is typed.
STANDING = frozenset({
    "not_frozen", "not_lost", "no_debt", "no_debt_moves", "regular_premium", "no_arrears", "has_value", "cover_left",
    "in_window", "has_debt", "benefit_due", "account_filled", "lost_not_yet", "not_waived", "cooling_off",
    "not_in_cooling_off", "something_to_reverse",
})  # fmt: skip


def exists(item: Item, facts: Facts) -> bool:
    """Tell whether the item can ever be asked of this contract: by its line, and cooling-off by its product."""
    return fits_line(item.line, facts) and ("cooling_off" not in item.checks or facts.has_cooling_off)


def obstacle(item: Item, facts: Facts) -> Refused | None:
    """Return why the item cannot be taken in now, whatever its form will say; None where it can."""
    found = (CHECKS[name](facts) for name in item.checks if name in STANDING)
    return possible(item, facts) or next((refusal for refusal in found if refusal is not None), None)


def possible(item: Item, facts: Facts) -> Refused | None:
    """Return why the item does not exist for this contract now: its line, its status; None where it does."""
    if not fits_line(item.line, facts):
        return Refused("request.wrong_line")
    if facts.status not in item.statuses:
        return Refused("request.wrong_status", status=facts.status)
    return None


def findings(item: Item, facts: Facts) -> list[Finding]:
    """Return every check of the item with what it found: first who may ask and whether it is possible at all."""
    first = [
        Finding("applicant", None if facts.applicant_role in item.applicants else Refused(
            "request.not_entitled", field="applicant_role"
        )),
        Finding("possible", possible(item, facts)),
    ]  # fmt: skip
    named = [*_looked_at(item, facts), *(["plate"] if item.code == "ENDORSE" else [])]
    return [*first, *(Finding(name, (CHECKS | {"plate": _plate})[name](facts)) for name in named)]


def _looked_at(item: Item, facts: Facts) -> list[str]:
    """Return the checks that concern this contract: the lawful ground only where compulsory cover wants one."""
    grounded = facts.is_compulsory or facts.has("ground")
    return [name for name in item.checks if name != "compulsory_ground" or grounded]


def refusals(item: Item, facts: Facts) -> list[Refused]:
    """Return what forbids the request."""
    return [found.refusal for found in findings(item, facts) if found.refusal is not None]
