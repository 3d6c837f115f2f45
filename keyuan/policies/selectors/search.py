"""Finding policies by number, plate or VIN, and the customers behind them (CUS-4)."""

import re
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from keyuan.kernel.actor import Actor
from keyuan.kernel.width import half_width
from keyuan.policies.models import Policy, Vehicle
from keyuan.policies.selectors.scope import policies_visible_to

TAIL, PREFIX = 6, 6
LAST = "\uffff"
_PLATE = re.compile(r"^[\u4e00-\u9fff][A-Z]")
_VIN = 17


def _holders(policies: QuerySet[Policy], limit: int) -> Iterable[int]:
    return policies.filter(holder__isnull=False).order_by().values_list("holder_id", flat=True)[:limit]


def by_number(text: str, limit: int) -> Iterable[int]:
    """Return holders of policies with this number, or beginning with these six or more characters."""
    if len(text) < PREFIX:
        return []
    return _holders(Policy.objects.filter(policy_no__gte=text, policy_no__lt=text + LAST), limit)


def by_tail(text: str, limit: int) -> Iterable[int]:
    """Return holders of policies whose number ends in these six characters."""
    return _holders(Policy.objects.filter(policy_no_tail=text), limit) if len(text) == TAIL else []


def by_plate(text: str, limit: int) -> Iterable[int]:
    """Return holders of policies for the vehicle with this plate, or beginning so."""
    if not _PLATE.match(text):
        return []
    vehicles = Vehicle.objects.filter(plate__gte=text, plate__lt=text + LAST)
    return _holders(Policy.objects.filter(vehicle__in=vehicles), limit)


def by_vin(text: str, limit: int) -> Iterable[int]:
    """Return holders of policies for the vehicle with this VIN."""
    return _holders(Policy.objects.filter(vehicle__vin=text), limit) if len(text) == _VIN else []


def numbers_of(texts: list[str]) -> Iterable[tuple[str, int]]:
    """Return (policy number, holder) of the policies with these numbers."""
    held = Policy.objects.filter(policy_no__in=texts, holder__isnull=False)
    return held.order_by().values_list("policy_no", "holder_id")


def plates_of(texts: list[str]) -> Iterable[tuple[str, int]]:
    """Return (plate, holder) of the policies for vehicles with these plates."""
    vehicles = Vehicle.objects.filter(plate__in=texts, policy__holder__isnull=False)
    return vehicles.order_by().values_list("plate", "policy__holder_id")


def find_policies(actor: Actor, typed: str, *, now: datetime, limit: int) -> list[Policy]:
    """Return policies in the actor's reach by number (whole, beginning, last six), plate or VIN."""
    raw = half_width(typed).strip().upper()
    text = raw.replace("-", "").replace("·", "")
    if len(text) < 3 or " " in text:
        return []
    wanted = Q(policy_no__in={text, raw})
    if len(text) >= PREFIX:
        wanted |= Q(policy_no__gte=text, policy_no__lt=text + LAST) | Q(policy_no__gte=raw, policy_no__lt=raw + LAST)
    if TAIL in (len(text), len(raw)):
        wanted |= Q(policy_no_tail__in={text, raw})
    if _PLATE.match(text):
        wanted = Q(pk__in=_vehicle_policies(plate__gte=text, plate__lt=text + LAST))
    elif len(text) == _VIN:
        wanted |= Q(pk__in=_vehicle_policies(vin=text))
    ids = list(Policy.objects.filter(wanted).order_by().values_list("pk", flat=True)[:200])
    found = policies_visible_to(actor, now=now).filter(pk__in=ids).select_related("product")
    return list(found.order_by("policy_no", "pk")[:limit])


def _vehicle_policies(**where: str) -> list[int]:
    return list(Vehicle.objects.filter(**where).values_list("policy_id", flat=True)[:200])
