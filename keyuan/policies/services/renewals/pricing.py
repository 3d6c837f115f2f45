"""What the new term costs: by rate tables, the motor tariff, or by hand; every premium names its basis (POL-4)."""

from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from keyuan.kernel.codes import ProductKind
from keyuan.kernel.errors import Invalid, Refused
from keyuan.kernel.money import Money, allocate
from keyuan.policies.models import Renewal, Vehicle
from keyuan.policies.rules.renewals import motor
from keyuan.policies.selectors.renewals import tariff_on, vehicle_of_renewal
from keyuan.policies.selectors.renewals.facts import insured_wish, is_compulsory
from keyuan.products.models import Product
from keyuan.products.selectors.pricing import Quote, Wish, quote

#: Sums above this are a slip of the hand: a trillion fen.
LARGEST = 10**12
SEATS = 5


@dataclass(frozen=True, slots=True)
class CoverDraft:
    """One cover of the new term; amounts in minor units."""

    code: str
    name: str
    product_id: int
    is_rider: bool = False
    sum_insured: int = 0
    deductible: int | None = None
    former_premium: int = 0


@dataclass(frozen=True, slots=True)
class MotorDraft:
    """What a motor price asks for; ``base`` in fen, factors in basis points."""

    record: motor.Record = field(default_factory=motor.Record)
    seats: int = SEATS
    base: int = 0
    own_bp: int = motor.WHOLE_BP
    traffic_bp: int = motor.WHOLE_BP


@dataclass(frozen=True, slots=True)
class QuoteDraft:
    """An offer for the new term: product, covers, and ``premium`` where no table prices."""

    product_id: int
    covers: tuple[CoverDraft, ...]
    premium: int | None = None
    motor: MotorDraft = field(default_factory=MotorDraft)
    valid_days: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Priced:
    """A premium, the covers with their shares of it, and what it rests on."""

    premium: int
    covers: tuple[dict[str, Any], ...]
    basis: dict[str, Any]


def price(renewal: Renewal, product: Product, draft: QuoteDraft, starts_on: date) -> Priced:
    """Return what ``draft`` costs from ``starts_on``.

    Raises `Invalid` with all that is wrong with the covers, and `Refused` as tables and tariff do.
    """
    _check(draft)
    if product.kind == ProductKind.MOTOR:
        return _motor(renewal, product, draft, starts_on)
    return _by_table(renewal, product, draft, starts_on)


def _check(draft: QuoteDraft) -> None:
    wrong = []
    if not draft.covers:
        wrong.append(Refused("renewal.no_covers", field="covers"))
    for place, cover in enumerate(draft.covers):
        if not 0 <= cover.sum_insured <= LARGEST:
            wrong.append(Refused("policy.negative", field=f"sum_{place}"))
        if cover.deductible is not None and not 0 <= cover.deductible <= max(cover.sum_insured, 0):
            wrong.append(Refused("renewal.deductible", field=f"deductible_{place}"))
    if wrong:
        raise Invalid(wrong)


def _motor(renewal: Renewal, product: Product, draft: QuoteDraft, starts_on: date) -> Priced:
    asked, (since, tariff) = draft.motor, tariff_on(starts_on)
    vehicle = vehicle_of_renewal(renewal)
    grade = motor.ncd_grade(asked.record)
    basis: dict[str, Any] = {
        "tariff": since.isoformat() if since else "", "seats": asked.seats, "record": asdict(asked.record),
    }  # fmt: skip
    if is_compulsory(product):
        factor = motor.compulsory_factor(asked.record, _region(vehicle), tariff)
        premium = motor.compulsory_premium(asked.seats, asked.record, _region(vehicle), tariff)
        basis |= {"kind": "MTPL", "factor_bp": factor, "region": motor.region_class(_region(vehicle))}
    else:
        premium = motor.commercial_premium(asked.base, grade, asked.own_bp, asked.traffic_bp, tariff)
        basis |= {
            "kind": "MOTOR", "base": asked.base, "grade": grade, "ncd_bp": motor.ncd_factor(grade, tariff),
            "own_bp": asked.own_bp, "traffic_bp": asked.traffic_bp,
        }  # fmt: skip
    return Priced(premium, _shared(draft, premium), basis)


def _region(vehicle: Vehicle | None) -> str:
    return vehicle.region_code if vehicle else ""


def _shared(draft: QuoteDraft, premium: int) -> tuple[dict[str, Any], ...]:
    """Return the covers with their shares of one premium, by what they cost before, to the fen."""
    weights = [max(cover.former_premium, 0) for cover in draft.covers]
    if not sum(weights):
        weights = [1] * len(draft.covers)
    shares = allocate(Money(premium), weights)
    return tuple(_said(cover, share.amount_minor) for cover, share in zip(draft.covers, shares, strict=True))


def _said(cover: CoverDraft, premium: int) -> dict[str, Any]:
    return {
        "code": cover.code, "name": cover.name, "product_id": cover.product_id, "is_rider": cover.is_rider,
        "sum_insured": cover.sum_insured, "deductible": cover.deductible, "premium": premium,
    }  # fmt: skip


def _by_table(renewal: Renewal, product: Product, draft: QuoteDraft, starts_on: date) -> Priced:
    wish = insured_wish(renewal.policy, starts_on)
    products = Product.objects.in_bulk([cover.product_id for cover in draft.covers])
    found: list[tuple[CoverDraft, Quote | None]] = []
    for place, cover in enumerate(draft.covers):
        chosen = products.get(cover.product_id, product) if cover.is_rider else product
        found.append((cover, _quoted(chosen, replace(wish, sum_insured=cover.sum_insured), starts_on, place)))
    if any(one is None for _cover, one in found):
        return _by_hand(draft)
    covers = tuple(_said(cover, one.premium) for cover, one in found if one is not None)
    tables = [{"table": one.table, "row_no": one.row_no, "premium": one.premium} for _cover, one in found if one]
    return Priced(sum(int(cover["premium"]) for cover in covers), covers, {"kind": "TABLE", "tables": tables})


def _quoted(product: Product, wish: Wish, on: date, place: int) -> Quote | None:
    try:
        return quote(product, wish, on=on)
    except Refused as error:
        if error.code == "rates.no_table":
            return None
        where = f"sum_{place}" if error.field == "sum_insured" else error.field
        raise Invalid([Refused(error.code, field=where, **error.params)]) from None


def _by_hand(draft: QuoteDraft) -> Priced:
    if draft.premium is None or not 0 < draft.premium <= LARGEST:
        raise Invalid([Refused("application.premium_missing", field="premium")])
    return Priced(draft.premium, _shared(draft, draft.premium), {"kind": "HAND"})
