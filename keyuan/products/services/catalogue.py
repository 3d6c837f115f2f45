"""Keeping the catalogue (PRD-1)."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Invalid, NotFound, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.events import emit
from keyuan.products import permissions
from keyuan.products.events import ProductsChanged
from keyuan.products.models import Product

WRITABLE = (
    "name", "short_name", "kind", "is_rider", "is_group", "is_long_term", "design", "issue_age_min", "issue_age_max",
    "waiting_days", "cooling_off_days", "grace_days", "renewal_window_days", "exclusions", "sale_status", "sale_from",
    "sale_until", "sales_channels", "pay_modes", "complexity", "seller_rank",
)  # fmt: skip


def save_product(
    *, actor: Actor, fields: dict[str, Any], now: datetime, product_id: int | None = None, version: int = 0
) -> Product:
    """Create a product (``fields`` holds its code) or change one read at ``version``.

    Raises `Invalid` for contradictory values, `Refused` product.code_taken, `Conflict` when someone saved in between.
    """
    actor.require(permissions.EDIT)
    _check(fields)
    with transaction.atomic():
        product = _locked(product_id, version) if product_id else _new(fields)
        before = _facts(product) if product_id else None
        for name in WRITABLE:
            if name in fields:
                setattr(product, name, fields[name])
        product.version += 1 if product_id else 0
        _save(product)
        action = Action.UPDATE if product_id else Action.CREATE
        record(actor, action, Subject("product", product.pk), before=before, after=_facts(product), now=now)
        emit(ProductsChanged((product.pk,), "UPDATE" if product_id else "CREATE"))
    return product


def _save(product: Product) -> None:
    try:
        with transaction.atomic():
            product.save()
    except IntegrityError:
        # Somebody entered the same code between the look and the save.
        raise Refused("product.code_taken", field="code") from None


def _locked(product_id: int, version: int) -> Product:
    product = Product.objects.select_for_update().filter(pk=product_id).first()
    if product is None:
        raise NotFound("product.not_found")
    if product.version != version:
        raise Conflict("conflict", version=product.version)
    return product


def _new(fields: dict[str, Any]) -> Product:
    code = str(fields.get("code", "")).strip().upper()
    if not code:
        raise Refused("product.no_code", field="code")
    if Product.objects.filter(code=code).exists():
        raise Refused("product.code_taken", field="code")
    return Product(code=code)


def _check(fields: dict[str, Any]) -> None:
    wrong: list[Refused] = []
    youngest, oldest = fields.get("issue_age_min"), fields.get("issue_age_max")
    if youngest is not None and oldest is not None and youngest > oldest:
        wrong.append(Refused("product.ages_crossed", field="issue_age_max"))
    opened, closed = fields.get("sale_from"), fields.get("sale_until")
    if opened and closed and closed < opened:
        wrong.append(Refused("product.sale_ends_before_start", field="sale_until"))
    if not str(fields.get("name", "")).strip():
        wrong.append(Refused("product.no_name", field="name"))
    if wrong:
        raise Invalid(wrong)


def _facts(product: Product) -> dict[str, Any]:
    return {name: getattr(product, name) for name in WRITABLE}
