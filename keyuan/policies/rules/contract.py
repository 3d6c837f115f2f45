"""Whether a contract can be made as drafted (POL-1, POL-10's checks as far as a record needs them)."""

from dataclasses import dataclass
from datetime import date

from keyuan.kernel.codes import PayMode
from keyuan.kernel.errors import Refused
from keyuan.kernel.identifiers.vehicle import parse_plate, parse_vin
from keyuan.policies.rules.drafts import PolicyDraft
from keyuan.policies.rules.money import Share, check_shares


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """What the catalogue says of the product that is sold."""

    kind: str
    pay_modes: tuple[str, ...] = ()
    is_on_sale: bool = True
    issue_age_min: int | None = None
    issue_age_max: int | None = None


def problems(draft: PolicyDraft, product: ProductFacts, *, today: date) -> list[Refused]:
    """Return everything that forbids the contract, each with its field."""
    found = [*_dates(draft, today), *_money(draft, product), *_shares(draft), *_vehicle(draft)]
    if not product.is_on_sale:
        found.append(Refused("policy.product_stopped", field="product"))
    return found


def _dates(draft: PolicyDraft, today: date) -> list[Refused]:
    found = []
    if draft.expires_on is not None and draft.expires_on < draft.effective_on:
        found.append(Refused("policy.ends_before_start", field="expires_on"))
    for name in ("applied_on", "issued_on", "receipt_signed_on"):
        day = getattr(draft, name)
        if day is not None and day > today:
            found.append(Refused("policy.date_in_future", field=name))
    if draft.applied_on and draft.issued_on and draft.issued_on < draft.applied_on:
        found.append(Refused("policy.issued_before_application", field="issued_on"))
    if draft.receipt_signed_on and draft.issued_on and draft.receipt_signed_on < draft.issued_on:
        found.append(Refused("policy.receipt_before_issue", field="receipt_signed_on"))
    return found


def _money(draft: PolicyDraft, product: ProductFacts) -> list[Refused]:
    found = []
    if draft.premium is not None and draft.premium < 0:
        found.append(Refused("policy.negative", field="premium"))
    if draft.sum_insured is not None and draft.sum_insured < 0:
        found.append(Refused("policy.negative", field="sum_insured"))
    if draft.pay_mode not in {mode.value for mode in PayMode}:
        found.append(Refused("policy.pay_mode_unknown", field="pay_mode"))
    elif product.pay_modes and draft.pay_mode not in product.pay_modes:
        found.append(Refused("policy.pay_mode_not_offered", field="pay_mode"))
    return found


def _shares(draft: PolicyDraft) -> list[Refused]:
    try:
        check_shares(Share(party.order, party.share_bp, position) for position, party in enumerate(draft.beneficiaries))
    except Refused as error:
        return [error]
    return []


def _vehicle(draft: PolicyDraft) -> list[Refused]:
    found: list[Refused] = []
    for name, parse in (("plate", parse_plate), ("vin", parse_vin)):
        typed = draft.vehicle.get(name)
        if typed:
            try:
                parse(typed, field=name)
            except Refused as error:
                found.append(error)
    return found
