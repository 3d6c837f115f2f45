"""What a renewal is priced by: the old covers, the insured, the vehicle's past (domain.md §A.11)."""

from dataclasses import dataclass
from datetime import date

from keyuan.kernel.codes import ProductKind
from keyuan.policies.extensions import claim_histories
from keyuan.policies.models import Coverage, Policy, PolicyParty, Renewal, Vehicle
from keyuan.policies.rules.renewals.motor import Record, accidents_by_year, base_of
from keyuan.policies.rules.renewals.windows import starts_on
from keyuan.policies.selectors.applications.suiting import age_on
from keyuan.policies.selectors.renewals import chain_of, vehicle_of_renewal
from keyuan.products.models import Product, ProductBenefit
from keyuan.products.selectors.pricing import Wish

#: Benefits of compulsory motor cover (交强险) are named so in the catalogue.
COMPULSORY = "MTPL"
COMPULSORY_WORDS = ("强制保险", "交强险")


@dataclass(frozen=True, slots=True)
class OldCover:
    """One cover of the expiring contract; amounts in minor units, None where they are not known."""

    code: str
    name: str
    product_id: int
    is_rider: bool
    sum_insured: int | None
    deductible: int | None
    premium: int | None


def old_covers(policy: Policy) -> list[OldCover]:
    """Return the covers of the expiring contract; one without stated covers has its main one."""
    rows = Coverage.objects.filter(policy=policy).order_by("is_rider", "pk")[:20]
    found = [
        OldCover(
            row.code, row.name, row.product_id or policy.product_id, row.is_rider, row.sum_insured, row.deductible,
            row.premium,
        )
        for row in rows
    ]  # fmt: skip
    product = policy.product
    return found or [OldCover(product.code, product.name, product.pk, False, policy.sum_insured, None, policy.premium)]


def is_compulsory(product: Product) -> bool:
    """Tell whether a motor product is the compulsory one, whose price is a public tariff."""
    if product.kind != ProductKind.MOTOR:
        return False
    if any(word in product.name for word in COMPULSORY_WORDS):
        return True
    return ProductBenefit.objects.filter(product=product, code__startswith=COMPULSORY).exists()


def insured_wish(policy: Policy, on: date) -> Wish:
    """Return what tables ask of the insured person on the first day of the new cover."""
    party = (
        PolicyParty.objects.filter(policy=policy, role=PolicyParty.Role.INSURED, valid_until__isnull=True)
        .select_related("customer")
        .order_by("order", "pk")
        .first()
    )
    person = (party.customer if party else None) or policy.holder
    term = f"{policy.cover_term_unit}{policy.cover_term}" if policy.cover_term else ""
    return Wish(
        age=age_on(person, on) if person else None,
        sex=person.sex if person and person.sex in ("1", "2") else "",
        cover_term=term,
        pay_term="S" if policy.pay_mode == "01" else (f"{policy.pay_term_unit}{policy.pay_term or ''}"),
        pay_mode=policy.pay_mode or "01",
        occupation=person.occupation_class if person else "",
    )


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of a motor contract's past; people check it against the platform before they quote."""

    record: Record
    base: int
    vehicle: Vehicle | None


def past_of(renewal: Renewal, today: date) -> Past:
    """Return the vehicle's record as our own contracts and claims tell it."""
    chain = chain_of(renewal.policy)
    days = [day for found in _paid([one.pk for one in chain]).values() for day in found]
    vehicle = vehicle_of_renewal(renewal)
    late = (today - starts_on(renewal.expires_on)).days
    old_factor = vehicle.bonus_malus_bp if vehicle else None
    record = Record(
        accidents=accidents_by_year(days, [one.effective_on for one in chain]),
        insured_years=len(chain),
        break_months=max(0, late // 30),
    )
    return Past(record, base_of(renewal.premium, old_factor), vehicle)


def _paid(policy_ids: list[int]) -> dict[int, list[date]]:
    found: dict[int, list[date]] = {}
    for history in claim_histories:
        for policy_id, days in history.days(policy_ids).items():
            found.setdefault(policy_id, []).extend(days)
    return found


def offers_for(renewal: Renewal, today: date) -> list[Product]:
    """Return what the contract can be renewed with: its own product, and others of the kind that are on sale."""
    rows = Product.objects.filter(kind=renewal.kind, is_rider=False, is_long_term=False)
    rows = rows.filter(sale_status=Product.SaleStatus.ON_SALE, is_group=renewal.product.is_group)
    found = [row for row in rows.order_by("code")[:50] if row.sale_until is None or row.sale_until >= today]
    own = [row for row in found if row.pk == renewal.product_id]
    return own + [row for row in found if row.pk != renewal.product_id]
