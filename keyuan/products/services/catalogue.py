"""Keeping the catalogue (PRD-1): products in the making are changed at once, those on sale by a second person."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from keyuan.kernel.actor import Actor, ActorKind
from keyuan.kernel.errors import Conflict, Invalid, NotFound, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.events import emit
from keyuan.products import permissions
from keyuan.products.events import ProductsChanged
from keyuan.products.models import Product
from keyuan.products.rules.sale import ON_SALE
from keyuan.products.rules.terms import parse_term, unit_and_number
from keyuan.products.services.history import keep_version

WRITABLE = (
    "name", "short_name", "kind", "is_rider", "is_group", "is_long_term", "design", "issue_age_min", "issue_age_max",
    "cover_terms", "pay_terms", "waiting_days", "cooling_off_days", "grace_days", "renewal_window_days", "exclusions",
    "sale_from", "sale_until", "family", "sum_min", "sum_max", "sales_channels", "regions", "pay_modes", "complexity",
    "seller_rank", "need_tags",
)  # fmt: skip
#: What a source that keeps the catalogue may say, and nobody by a form: people go through a request.
FROM_SOURCES = ("sale_status",)


def save_product(
    *, actor: Actor, fields: dict[str, Any], now: datetime, product_id: int | None = None, version: int = 0
) -> Product:
    """Create a product (``fields`` holds its code) or change one read at ``version``.

    People enter drafts; what is on sale is changed by a request that another person approves (`services.sale`).
    Raises `Invalid` for contradictory values, `Refused` product.code_taken, product.is_on_sale, `Conflict` when
    someone saved in between.
    """
    actor.require(permissions.EDIT)
    check_fields(fields)
    by_source = actor.kind is ActorKind.SYSTEM
    with transaction.atomic():
        product = locked_product(product_id, version) if product_id else _new(fields)
        if product_id and not by_source and product.sale_status == ON_SALE:
            raise Refused("product.is_on_sale")
        if not product_id and not by_source:
            product.sale_status = Product.SaleStatus.DRAFT
        names = (*WRITABLE, *FROM_SOURCES) if by_source else WRITABLE
        write_fields(
            actor, product, {name: fields[name] for name in names if name in fields}, now, is_new=not product_id
        )
    return product


def write_fields(
    actor: Actor, product: Product, fields: dict[str, Any], now: datetime, *, is_new: bool = False, reason: str = ""
) -> None:
    """Write ``fields`` with the next version, its history and trail, inside the caller's transaction."""
    before = None if is_new else facts_of(product)
    for name, value in fields.items():
        setattr(product, name, value)
    product.version += 0 if is_new else 1
    _save(product)
    keep_version(actor, product, facts_of(product), reason, now)
    action = Action.CREATE if is_new else Action.UPDATE
    after = facts_of(product)
    record(actor, action, Subject("product", product.pk), before=before, after=after, reason=reason, now=now)
    emit(ProductsChanged((product.pk,), "CREATE" if is_new else "UPDATE"))


def _save(product: Product) -> None:
    try:
        with transaction.atomic():
            product.save()
    except IntegrityError:
        # Somebody entered the same code between the look and the save.
        raise Refused("product.code_taken", field="code") from None


def locked_product(product_id: int, version: int | None) -> Product:
    """Return a product locked for a change. Raises `NotFound`, and `Conflict` when it is no longer at ``version``."""
    product = Product.objects.select_for_update().filter(pk=product_id).first()
    if product is None:
        raise NotFound("product.not_found")
    if version is not None and product.version != version:
        raise Conflict("conflict", version=product.version)
    return product


def _new(fields: dict[str, Any]) -> Product:
    code = str(fields.get("code", "")).strip().upper()
    if not code:
        raise Refused("product.no_code", field="code")
    if Product.objects.filter(code=code).exists():
        raise Refused("product.code_taken", field="code")
    return Product(code=code)


def check_fields(fields: dict[str, Any]) -> None:
    """Raise `Invalid` with everything that contradicts itself in ``fields``."""
    wrong: list[Refused] = []
    youngest, oldest = fields.get("issue_age_min"), fields.get("issue_age_max")
    if youngest is not None and oldest is not None and youngest > oldest:
        wrong.append(Refused("product.ages_crossed", field="issue_age_max"))
    opened, closed = fields.get("sale_from"), fields.get("sale_until")
    if opened and closed and closed < opened:
        wrong.append(Refused("product.sale_ends_before_start", field="sale_until"))
    least, most = fields.get("sum_min"), fields.get("sum_max")
    if least is not None and most is not None and least > most:
        wrong.append(Refused("product.sums_crossed", field="sum_max"))
    if not str(fields.get("name", "")).strip():
        wrong.append(Refused("product.no_name", field="name"))
    if wrong:
        raise Invalid(wrong)


def terms_from(text: str, field: str) -> list[list[Any]]:
    """Return terms as typed, apart by commas, as the catalogue keeps them: [unit, number] each.

    Raises `Refused` term.unreadable with ``field``.
    """
    terms: list[list[Any]] = []
    for part in text.replace("，", ",").replace("、", ",").split(","):
        if not part.strip():
            continue
        try:
            unit, number = unit_and_number(parse_term(part))
        except Refused as error:
            raise Refused(error.code, field=field, **error.params) from None
        terms.append([unit, number or 0])
    return terms


def facts_of(product: Product) -> dict[str, Any]:
    """Return everything of a product that somebody may change."""
    return {name: getattr(product, name) for name in (*WRITABLE, *FROM_SOURCES)}
