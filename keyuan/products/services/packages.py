"""Packages: put together, released by a second person, stopped (PRD-3)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Invalid, NotFound, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.products import permissions
from keyuan.products.models import Package, PackageItem, Product
from keyuan.products.rules.sale import DRAFT, ON_SALE, STOPPED

FIELDS = ("name", "audience", "is_tailored", "description", "discount_bp", "sale_from", "sale_until")
FEWEST, MOST = 2, 8
DEEPEST_BP = 3_000


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """One product of a package; ``sum_insured`` in minor units, terms as tokens."""

    product_id: int
    sum_insured: int | None = None
    cover_term: str = ""
    pay_term: str = ""
    plan: str = ""


def save_package(
    *, actor: Actor, fields: dict[str, Any], items: tuple[ItemDraft, ...], now: datetime,
    package_id: int | None = None, version: int = 0,
) -> Package:  # fmt: skip
    """Put a package together, or change one that is not on sale.

    Raises `Invalid` with everything that is wrong, `Refused` product.code_taken, package.on_sale, and `Conflict`.
    """
    actor.require(permissions.EDIT)
    _check(fields, items)
    with transaction.atomic():
        package = _locked(package_id, version) if package_id else Package(code=_code(fields), made_by_id=actor.id)
        if package.sale_status == ON_SALE:
            raise Refused("package.on_sale")
        for name in FIELDS:
            if name in fields:
                setattr(package, name, fields[name])
        package.version += 1 if package_id else 0
        package.made_by_id = actor.id
        _save(package)
        PackageItem.objects.filter(package=package).delete()
        PackageItem.objects.bulk_create(
            PackageItem(
                package=package, product_id=item.product_id, sum_insured=item.sum_insured,
                cover_term=item.cover_term, pay_term=item.pay_term, plan=item.plan, position=position,
            )
            for position, item in enumerate(items)
        )  # fmt: skip
        after = {name: getattr(package, name) for name in FIELDS} | {"products": [item.product_id for item in items]}
        action = Action.UPDATE if package_id else Action.CREATE
        record(actor, action, Subject("package", package.pk), after=after, now=now)
    return package


def release_package(*, actor: Actor, package_id: int, version: int, now: datetime) -> Package:
    """Put a package on sale.

    Raises `Refused` package.own (whoever put it together does not release it), package.part_not_sold, `Conflict`.
    """
    actor.require(permissions.APPROVE)
    with transaction.atomic():
        package = _locked(package_id, version)
        if package.made_by_id == actor.id:
            raise Refused("package.own")
        if package.sale_status == ON_SALE:
            raise Conflict("conflict", version=package.version)
        parts = Product.objects.filter(package_items__package=package).exclude(sale_status=ON_SALE)
        unsold = parts.values_list("name", flat=True).first()
        if unsold:
            raise Refused("package.part_not_sold", name=unsold)
        _move(actor, package, ON_SALE, "", now)
    return package


def stop_package(*, actor: Actor, package_id: int, version: int, reason: str, now: datetime) -> Package:
    """Stop selling a package. Raises `Refused` product.reason_missing, and `Conflict`."""
    actor.require(permissions.EDIT)
    if not reason.strip():
        raise Refused("product.reason_missing", field="reason")
    with transaction.atomic():
        package = _locked(package_id, version)
        if package.sale_status not in (ON_SALE, DRAFT):
            raise Conflict("conflict", version=package.version)
        _move(actor, package, STOPPED, reason, now)
    return package


def _move(actor: Actor, package: Package, status: str, reason: str, now: datetime) -> None:
    before = package.sale_status
    package.sale_status = status
    package.version += 1
    package.save(update_fields=["sale_status", "version"])
    facts = ({"sale_status": before}, {"sale_status": status})
    subject = Subject("package", package.pk)
    record(actor, Action.UPDATE, subject, before=facts[0], after=facts[1], reason=reason, now=now)


def _locked(package_id: int, version: int) -> Package:
    package = Package.objects.select_for_update().filter(pk=package_id).first()
    if package is None:
        raise NotFound("package.not_found")
    if package.version != version:
        raise Conflict("conflict", version=package.version)
    return package


def _code(fields: dict[str, Any]) -> str:
    code = str(fields.get("code", "")).strip().upper()
    if not code:
        raise Refused("product.no_code", field="code")
    return code


def _save(package: Package) -> None:
    try:
        with transaction.atomic():
            package.save()
    except IntegrityError:
        raise Refused("product.code_taken", field="code") from None


def _check(fields: dict[str, Any], items: tuple[ItemDraft, ...]) -> None:
    wrong = []
    opened: date | None = fields.get("sale_from")
    closed: date | None = fields.get("sale_until")
    if opened and closed and closed < opened:
        wrong.append(Refused("product.sale_ends_before_start", field="sale_until"))
    if not str(fields.get("name", "")).strip():
        wrong.append(Refused("product.no_name", field="name"))
    if not 0 <= int(fields.get("discount_bp") or 0) <= DEEPEST_BP:
        wrong.append(Refused("package.discount", field="discount", most=DEEPEST_BP // 100))
    ids = [item.product_id for item in items]
    if not FEWEST <= len(ids) <= MOST:
        wrong.append(Refused("package.size", field="items", least=FEWEST, most=MOST))
    if len(set(ids)) < len(ids):
        wrong.append(Refused("package.twice", field="items"))
    if Product.objects.filter(pk__in=ids).count() < len(set(ids)):
        wrong.append(Refused("policy.no_such_product", field="items"))
    if wrong:
        raise Invalid(wrong)
