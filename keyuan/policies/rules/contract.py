"""Whether a contract can be made as drafted (POL-1, POL-10's checks as far as a record needs them)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from keyuan.kernel.codes import PayMode, ProductKind
from keyuan.kernel.dates import completed_years
from keyuan.kernel.errors import Refused
from keyuan.kernel.identifiers.vehicle import Plate, Vin, parse_plate, parse_vin
from keyuan.kernel.names import check_person_name
from keyuan.policies.rules.drafts import PartyDraft, PolicyDraft
from keyuan.policies.rules.money import Share, check_shares, minor_cap

#: Beneficiaries exist only in life business (保险法 18).
PROPERTY_KINDS = frozenset({ProductKind.MOTOR, ProductKind.PROPERTY})
#: Kinds whose sum insured is paid on death, so that the cap on a minor's death cover holds for them.
DEATH_KINDS = frozenset({ProductKind.LIFE, ProductKind.ENDOWMENT, ProductKind.ACCIDENT})
PLATE_AND_VIN: dict[str, Callable[..., Plate | Vin]] = {"plate": parse_plate, "vin": parse_vin}


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """What the catalogue says of the product that is sold."""

    kind: str
    pay_modes: tuple[str, ...] = ()
    is_on_sale: bool = True
    sale_from: date | None = None
    sale_until: date | None = None
    issue_age_min: int | None = None
    issue_age_max: int | None = None


def problems(
    draft: PolicyDraft, product: ProductFacts, *, today: date, births: tuple[date | None, ...] = ()
) -> list[Refused]:
    """Return everything that forbids the contract, each with its field; ``births`` are those of the insured."""
    found = [*_dates(draft, today), *_money(draft, product), *_people(draft, product, births), *_vehicle(draft)]
    if not _sold_on(draft.applied_on or today, product):
        found.insert(0, Refused("policy.product_stopped", field="product"))
    return found


def normal_vehicle(vehicle: dict[str, object]) -> dict[str, object]:
    """Return the vehicle's columns with plate and VIN in their normal form; call only on a draft without problems."""
    normal = dict(vehicle)
    for name, parse in PLATE_AND_VIN.items():
        if normal.get(name):
            normal[name] = parse(str(normal[name])).number
    return normal


def beneficiary_problems(parties: tuple[PartyDraft, ...], kind: str) -> list[Refused]:
    """Return what is wrong with the beneficiaries of a policy of ``kind``, each with its field (POL-1)."""
    if parties and kind in PROPERTY_KINDS:
        return [Refused("policy.no_beneficiaries", field="beneficiaries")]
    found = [
        Refused("policy.party_unnamed", field=f"beneficiaries-{position}-name")
        for position, party in enumerate(parties)
        if not (party.customer_id or party.name.strip() or party.is_statutory)
    ]
    for position, party in enumerate(parties):
        try:
            check_person_name(party.name, f"beneficiaries-{position}-name")
        except Refused as error:
            found.append(error)
    try:
        check_shares(Share(party.order, party.share_bp, position) for position, party in enumerate(parties))
    except Refused as error:
        found.append(error)
    return found


def _sold_on(day: date, product: ProductFacts) -> bool:
    opened = product.sale_from is None or product.sale_from <= day
    return product.is_on_sale and opened and (product.sale_until is None or day <= product.sale_until)


def _people(draft: PolicyDraft, product: ProductFacts, births: tuple[date | None, ...]) -> list[Refused]:
    found = beneficiary_problems(draft.beneficiaries, product.kind)
    if product.kind in PROPERTY_KINDS:
        return found
    for born in births:
        if born is None:
            continue
        if not _fits_age(born, draft.effective_on, product):
            span = {"youngest": _or_open(product.issue_age_min), "oldest": _or_open(product.issue_age_max)}
            found.append(Refused("policy.issue_age", field="insured", **span))
        cap = minor_cap(born, draft.effective_on) if product.kind in DEATH_KINDS else None
        if cap is not None and (draft.sum_insured or 0) > cap:
            found.append(Refused("policy.minor_cap", field="sum_insured", cap=f"{cap // 100:,}"))
    return found


def _or_open(age: int | None) -> str:
    return "--" if age is None else str(age)


def _fits_age(born: date, on: date, product: ProductFacts) -> bool:
    if born > on:
        return False
    age = completed_years(born, on)
    youngest, oldest = product.issue_age_min, product.issue_age_max
    return (youngest is None or age >= youngest) and (oldest is None or age <= oldest)


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
    elif PayMode(draft.pay_mode).months and not draft.pay_term:
        found.append(Refused("policy.pay_term_missing", field="pay_term"))
    return found + [
        Refused("policy.negative", field=f"coverages-{position}-{name}")
        for position, cover in enumerate(draft.coverages)
        for name in ("sum_insured", "premium")
        if (getattr(cover, name) or 0) < 0
    ]


def _vehicle(draft: PolicyDraft) -> list[Refused]:
    found: list[Refused] = []
    for name, parse in PLATE_AND_VIN.items():
        typed = draft.vehicle.get(name)
        if typed:
            try:
                parse(str(typed), field=name)
            except Refused as error:
                found.append(error)
    return found
