"""Effects on the contract that move no money: holder, beneficiaries, account, frequency, cover, place."""

from typing import Any

from keyuan.kernel.errors import Refused
from keyuan.kernel.identifiers.vehicle import parse_plate
from keyuan.organisation.models import LEVEL_COLUMNS, Unit
from keyuan.platform.crypto import blind_index
from keyuan.policies.models import Coverage, Instalment, PolicyParty, PolicyService, Vehicle
from keyuan.policies.rules.drafts import PartyDraft
from keyuan.policies.rules.money import annual_premium
from keyuan.policies.selectors.service_items import drafts_of
from keyuan.policies.services.contracts import add_parties
from keyuan.policies.services.service_items.effects.premiums import change_mode, endorse_premium, reprice, resum
from keyuan.policies.services.service_items.effects.work import Work
from keyuan.products.models import Product

Role = PolicyParty.Role


def holder(work: Work, named: str = "new_holder") -> None:
    """Make somebody else the policyholder; the account of the former one is no longer debited."""
    policy, row = work.policy, work.person(named)
    person = row.customer
    if person is None:
        raise Refused("request.value_missing", field=named)
    work.holders |= {pk for pk in (policy.holder_id, person.pk) if pk is not None}
    present = PolicyParty.objects.filter(policy=policy, role__in=(Role.HOLDER, Role.PAYER), valid_until__isnull=True)
    present.update(valid_until=work.today)
    draft = PartyDraft(customer_id=person.pk, relation_to_insured=str(work.values.get("relation") or ""))
    add_parties(policy, Role.HOLDER, (draft,), work.today)
    work.request.former_account = policy.debit_account
    work.put(holder_id=person.pk, holder_name=person.name, debit_account=None, debit_account_index=None)


def beneficiaries(work: Work) -> None:
    """Replace the beneficiaries as a whole, so that shares always sum up in each order (保险法 39-41)."""
    policy = work.policy
    present = PolicyParty.objects.filter(policy=policy, role=Role.BENEFICIARY, valid_until__isnull=True)
    present.update(valid_until=work.today)
    rows = [row for row in work.parties if row.field == "beneficiaries"]
    add_parties(policy, Role.BENEFICIARY, drafts_of(rows), work.today)
    work.told["beneficiaries"] = len(rows)


def pay_account(work: Work) -> None:
    """Take premiums from another account of the holder's own; the former one is kept sealed with the request."""
    number = work.opened("bank_account", "policy_service")
    work.request.former_account = work.policy.debit_account
    work.put(debit_account=number, debit_account_index=blind_index("bank_account", number))


def pay_mode(work: Work) -> None:
    """Change the payment frequency."""
    change_mode(work)


def rider(work: Work) -> None:
    """Add a rider, or take one off; the premium changes from the next instalment on."""
    policy, values = work.policy, work.values
    if values["rider_act"] == "REMOVE":
        cover = Coverage.objects.filter(policy=policy, pk=int(values["coverage"]), is_rider=True).first()
        if cover is None:
            raise Refused("request.cover_missing", field="coverage")
        change, work.told["rider_removed"] = -(cover.premium or 0), cover.name or cover.code
        cover.delete()
    else:
        product = Product.objects.filter(pk=int(values["rider"]), is_rider=True).first()
        if product is None:
            raise Refused("policy.no_such_product", field="rider")
        change, work.told["rider_added"] = int(values["rider_premium"]), product.name
        Coverage.objects.create(
            policy=policy, product=product, code=product.code, name=product.name, is_rider=True,
            sum_insured=values["rider_sum"], premium=values["rider_premium"], status="IN_FORCE",
        )  # fmt: skip
    if policy.premium is not None:
        _premium_moves(work, policy.premium + change)


def _premium_moves(work: Work, premium: int) -> None:
    """Set the whole premium without touching the main cover's part of it."""
    policy = work.policy
    work.told["premium"] = [policy.premium, premium]
    coming = Instalment.objects.filter(policy=policy, status=Instalment.Status.DUE, due_on__gt=work.today)
    coming.update(amount=premium)
    work.put(premium=premium, annual_premium=annual_premium(premium, policy.pay_mode))


def sum_up(work: Work) -> None:
    """Raise the sum insured; the premium is the one that the review settled."""
    new_sum = int(work.values["new_sum"])
    if work.request.new_premium is not None:
        reprice(work, work.request.new_premium)
    resum(work, new_sum)


def apl_elect(work: Work) -> None:
    """Note that premiums may be lent from the cash value, or no longer."""
    work.put(apl_elected_on=work.today if work.values["elects"] == "YES" else None)


def move(work: Work) -> None:
    """Move the contract to another branch; whoever served it no longer does, and its new unit finds somebody."""
    unit = Unit.objects.filter(pk=int(work.values["to_branch"]), level=Unit.Level.BRANCH).first()
    if unit is None:
        raise Refused("request.not_offered_choice", field="to_branch")
    places: dict[str, Any] = dict.fromkeys(LEVEL_COLUMNS) | unit.level_ids()
    open_ones = PolicyService.objects.filter(
        policy=work.policy, duty=PolicyService.Duty.SERVICING, valid_until__isnull=True
    )
    open_ones.update(valid_until=work.today)
    work.put(**{name: places[name] for name in LEVEL_COLUMNS}, servicing_agent_id=None)
    if work.policy.holder_id is not None:
        work.holders.add(work.policy.holder_id)


def endorse(work: Work) -> None:
    """Change plate, use, seats or owner of an insured vehicle or thing (批改)."""
    values = work.values
    columns: dict[str, Any] = {name: values[name] for name in ("usage", "seats") if values.get(name)}
    if values.get("plate"):
        columns["plate"] = parse_plate(str(values["plate"]), field="plate").number
    if columns:
        changed = Vehicle.objects.filter(policy=work.policy).update(**columns)
        if not changed:
            raise Refused("request.no_vehicle", field="plate")
    if any(row.field == "new_owner" for row in work.parties):
        holder(work, "new_owner")
    if work.request.new_premium is not None:
        endorse_premium(work, work.request.new_premium)
