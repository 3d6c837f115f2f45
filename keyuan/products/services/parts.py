"""Benefits, papers and questions of a product: entered, changed, taken away (PRD-1, POL-10)."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.products import permissions
from keyuan.products.models import Product, ProductBenefit, ProductClause, ProductQuestion
from keyuan.products.rules.sale import ON_SALE

Part = ProductBenefit | ProductClause | ProductQuestion
PARTS: dict[str, type[Any]] = {"benefit": ProductBenefit, "clause": ProductClause, "question": ProductQuestion}
COLUMNS = {
    "benefit": ("code", "name", "condition", "amount_bp", "amount", "is_income", "income_from", "income_from_unit",
                "income_times", "position"),
    "clause": ("kind", "version_label", "filing_no", "valid_from", "valid_until", "text"),
    "question": ("code", "section", "text", "kind", "options", "adverse", "low", "high", "asks_detail", "sex",
                 "position", "is_active"),
}  # fmt: skip


def save_part(
    *, actor: Actor, product_id: int, kind: str, fields: dict[str, Any], now: datetime, part_id: int | None = None
) -> Part:
    """Add a benefit, paper or question (``kind``) to a product, or change one.

    What applicants were promised or asked stays: benefits and questions of a product on sale are not changed
    (product.part_on_sale), a new version of its papers may be added; the one before ends the day before it begins.
    Raises `Refused` product.code_twice, product.paper_ends_before_start, product.options_missing and `NotFound`.
    """
    actor.require(permissions.EDIT)
    _check(kind, fields)
    with transaction.atomic():
        product = _changeable(product_id, kind, is_new=part_id is None)
        part: Part = access_part(product_id, kind, part_id) if part_id else PARTS[kind](product=product)
        before = None if part_id is None else _facts(kind, part)
        for name in COLUMNS[kind]:
            if name in fields:
                setattr(part, name, fields[name])
        if isinstance(part, ProductClause) and part_id is None:
            _end_former(product, part)
        _store(part)
        detail = {"part": kind, "id": part.pk}
        action = Action.UPDATE if part_id else Action.CREATE
        subject = Subject("product", product.pk)
        record(actor, action, subject, before=before, after=_facts(kind, part), detail=detail, now=now)
    return part


def remove_part(*, actor: Actor, product_id: int, kind: str, part_id: int, now: datetime) -> None:
    """Take a benefit, paper or question away while the product is not on sale; a question on sale only rests."""
    actor.require(permissions.EDIT)
    with transaction.atomic():
        _changeable(product_id, "benefit", is_new=False)
        part = access_part(product_id, kind, part_id)
        before = _facts(kind, part)
        part.delete()
        detail = {"part": kind, "id": part_id}
        record(actor, Action.DELETE, Subject("product", product_id), before=before, detail=detail, now=now)


def access_part(product_id: int, kind: str, part_id: int | None) -> Any:
    """Return one part of a product. Raises `NotFound`."""
    part = PARTS[kind].objects.filter(product_id=product_id, pk=part_id).first() if kind in PARTS else None
    if part is None:
        raise NotFound("product.part_not_found")
    return part


def _changeable(product_id: int, kind: str, *, is_new: bool) -> Product:
    product = Product.objects.select_for_update().filter(pk=product_id).first()
    if product is None:
        raise NotFound("product.not_found")
    if product.sale_status == ON_SALE and not (kind == "clause" and is_new):
        raise Refused("product.part_on_sale")
    return product


def _check(kind: str, fields: dict[str, Any]) -> None:
    start, end = fields.get("valid_from"), fields.get("valid_until")
    if start and end and end < start:
        raise Refused("product.paper_ends_before_start", field="valid_until")
    if kind == "question" and fields.get("kind") == "CHOICE" and len(fields.get("options") or []) < 2:
        raise Refused("product.options_missing", field="options")
    low, high = fields.get("low"), fields.get("high")
    if low is not None and high is not None and low > high:
        raise Refused("product.bounds_crossed", field="high")


def _end_former(product: Product, paper: ProductClause) -> None:
    """Let the paper of the same kind that held so far end the day before the new one begins."""
    former = ProductClause.objects.filter(product=product, kind=paper.kind, valid_from__lt=paper.valid_from)
    open_ones = former.filter(valid_until__isnull=True)
    open_ones.update(valid_until=date.fromordinal(paper.valid_from.toordinal() - 1))


def _store(part: Any) -> None:
    try:
        with transaction.atomic():
            part.save()
    except IntegrityError:
        raise Refused("product.code_twice", field="code") from None


def _facts(kind: str, part: Any) -> dict[str, Any]:
    return {name: getattr(part, name) for name in COLUMNS[kind]}
