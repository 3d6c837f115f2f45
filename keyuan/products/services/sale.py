"""Putting products on sale and changing what is sold: one person asks, another decides (PRD-1)."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Invalid, NotFound, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.products import permissions
from keyuan.products.models import Product, SaleRequest
from keyuan.products.rules import sale as rules
from keyuan.products.selectors.sale import dossier_of
from keyuan.products.services.catalogue import WRITABLE, check_fields, facts_of, locked_product, write_fields
from keyuan.products.services.history import plain

DAYS = ("sale_from", "sale_until")


def ask_sale(*, actor: Actor, product_id: int, version: int, reason: str, now: datetime) -> SaleRequest:
    """Ask that a draft or stopped product be put on sale.

    Raises `Invalid` with what is missing in the catalogue, `Refused` product.reason_missing, product.no_such_step,
    product.asked_already, and `Conflict`.
    """
    actor.require(permissions.EDIT)
    missing = rules.gaps(dossier_of(product_id))
    if missing:
        raise Invalid([Refused(code) for code in missing])
    with transaction.atomic():
        product = locked_product(product_id, version)
        return _asked(actor, product, rules.PUT_ON_SALE, {}, reason, now)


def ask_change(
    *, actor: Actor, product_id: int, version: int, fields: dict[str, Any], reason: str, now: datetime
) -> SaleRequest:
    """Ask that a product on sale be changed; what does not differ is left out.

    Raises `Invalid` for contradictory values, `Refused` product.nothing_changes, product.reason_missing,
    product.asked_already, and `Conflict`.
    """
    actor.require(permissions.EDIT)
    check_fields(fields)
    with transaction.atomic():
        product = locked_product(product_id, version)
        before = facts_of(product)
        wanted = {name: fields[name] for name in WRITABLE if name in fields and fields[name] != before[name]}
        if not wanted:
            raise Refused("product.nothing_changes")
        return _asked(actor, product, rules.CHANGE, plain(wanted), reason, now)


def _asked(
    actor: Actor, product: Product, kind: str, fields: dict[str, Any], reason: str, now: datetime
) -> SaleRequest:
    rules.step_to(kind, product.sale_status)
    if not reason.strip():
        raise Refused("product.reason_missing", field="reason")
    try:
        with transaction.atomic():
            request = SaleRequest.objects.create(
                product=product,
                kind=kind,
                fields=fields,
                base_version=product.version,
                reason=reason.strip()[:200],
                asked_by_id=actor.id,
                asked_by_name=actor.name[:40],
                asked_at=now,
            )
    except IntegrityError:
        raise Refused("product.asked_already") from None
    detail = {"request": request.pk, "kind": kind, "fields": sorted(fields)}
    record(actor, Action.CREATE, Subject("product", product.pk), reason=reason, detail=detail, now=now)
    return request


def decide_sale(*, actor: Actor, request_id: int, approve: bool, note: str, now: datetime) -> SaleRequest:
    """Approve or refuse a request; an approved one takes effect at once.

    Raises `Refused` product.own_request, product.note_missing for a refusal without words, and `Conflict`
    product.decided_already, or conflict when the product changed since.
    """
    actor.require(permissions.APPROVE)
    if not approve and not note.strip():
        raise Refused("product.note_missing", field="note")
    with transaction.atomic():
        request = _open_request(request_id)
        if request.asked_by_id is not None and request.asked_by_id == actor.id:
            raise Refused("product.own_request")
        if approve:
            _carry_out(actor, request, now)
        _close(actor, request, "APPROVED" if approve else "REFUSED", note, now)
    return request


def withdraw_request(*, actor: Actor, request_id: int, now: datetime) -> SaleRequest:
    """Take one's own request back. Raises `Refused` product.not_own_request, `Conflict` product.decided_already."""
    actor.require(permissions.EDIT)
    with transaction.atomic():
        request = _open_request(request_id)
        if request.asked_by_id != actor.id:
            raise Refused("product.not_own_request")
        _close(actor, request, "WITHDRAWN", "", now)
    return request


def stop_sale(*, actor: Actor, product_id: int, version: int, reason: str, now: datetime) -> Product:
    """Stop selling a product at once; contracts in force stay as they are.

    Raises `Refused` product.reason_missing, product.no_such_step, and `Conflict`.
    """
    actor.require(permissions.EDIT)
    if not reason.strip():
        raise Refused("product.reason_missing", field="reason")
    with transaction.atomic():
        product = locked_product(product_id, version)
        target = rules.step_to(rules.STOP, product.sale_status)
        write_fields(actor, product, {"sale_status": target}, now, reason=reason)
    return product


def _open_request(request_id: int) -> SaleRequest:
    request = SaleRequest.objects.select_for_update().filter(pk=request_id).first()
    if request is None:
        raise NotFound("product.request_not_found")
    if request.state != SaleRequest.State.ASKED:
        raise Conflict("product.decided_already")
    return request


def _carry_out(actor: Actor, request: SaleRequest, now: datetime) -> None:
    product = locked_product(request.product_id, request.base_version)
    fields = dict(request.fields)
    for name in DAYS:
        if fields.get(name):
            fields[name] = date.fromisoformat(fields[name])
    if request.kind == rules.PUT_ON_SALE:
        fields["sale_status"] = rules.step_to(request.kind, product.sale_status)
    write_fields(actor, product, fields, now, reason=request.reason)


def _close(actor: Actor, request: SaleRequest, state: str, note: str, now: datetime) -> None:
    request.state = state
    request.decided_by_id, request.decided_by_name = actor.id, actor.name[:40]
    request.decided_at, request.note = now, note.strip()[:200]
    request.save(update_fields=["state", "decided_by_id", "decided_by_name", "decided_at", "note"])
    detail = {"request": request.pk, "state": state}
    record(actor, Action.UPDATE, Subject("product", request.product_id), reason=note, detail=detail, now=now)
