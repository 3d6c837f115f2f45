"""Setting who answers for an indicator and its targets, and the five-year plan: new versions with a reason (ANA-12)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from keyuan.analytics import permissions
from keyuan.analytics.models import BoardPlan, IndicatorTerms
from keyuan.analytics.rules.boards.indicators import BY_KEY
from keyuan.analytics.rules.boards.plan import Plan, faults, to_json
from keyuan.analytics.selectors.boards.terms import NOWHERE, target_unit
from keyuan.customers.selectors.classification.places import covers_all, place_of
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from keyuan.organisation.selectors.people import person_by_staff_no
from keyuan.platform.audit import Action, record
from keyuan.platform.subjects import Subject

#: Targets beyond these are typing errors.
FIRST_YEAR, LAST_YEAR, MOST = 2000, 2100, 10**16


@dataclass(frozen=True, slots=True)
class Wanted:
    """Targets by year, in the indicator's own unit (amounts in minor units), and the staff number of the owner."""

    targets: Mapping[int, float]
    staff_no: str = ""


def set_terms(
    *, actor: Actor, indicator: str, unit_id: int | None, number: int, wanted: Wanted, reason: str, now: datetime
) -> IndicatorTerms:
    """Put owner and targets of ``indicator`` in force for the actor's reach, or a unit inside it, after ``number``.

    Raises NotFound for an unknown indicator or a unit out of reach, Forbidden below sub-branches, Refused
    ``indicator.owner``, ``indicator.target``, ``indicator.reason``, ``indicator.unchanged``, Conflict when somebody
    saved first.
    """
    actor.require(permissions.KPI_SET)
    if indicator not in BY_KEY:
        raise NotFound
    unit = governed_unit(actor, unit_id)
    owner = _owner(wanted.staff_no)
    targets = {str(year): value for year, value in sorted(wanted.targets.items())}
    if any(not FIRST_YEAR <= year <= LAST_YEAR or not 0 <= value <= MOST for year, value in wanted.targets.items()):
        raise Refused("indicator.target")
    _require_reason(reason)
    with transaction.atomic():
        rows = IndicatorTerms.objects.select_for_update().filter(unit_id=unit, indicator=indicator)
        newest = _newest(rows, number)
        before = {"owner_id": newest.owner_id, "targets": newest.targets} if newest else {}
        after = {"owner_id": owner[0], "targets": targets}
        if before == after:
            raise Refused("indicator.unchanged")
        made = IndicatorTerms.objects.create(
            indicator=indicator,
            unit_id=unit,
            owner_id=owner[0],
            owner_name=owner[1],
            targets=targets,
            **_signed(actor, number, reason, now),
        )
        record(
            actor,
            Action.UPDATE,
            Subject("indicator_terms", made.pk),
            before=before,
            after=after,
            detail={"indicator": indicator, "unit": unit, "reason": made.reason},
            now=now,
        )
    return made


def governed_unit(actor: Actor, unit_id: int | None) -> int:
    """Return the unit whose targets the actor may set: the reach of the post, or a unit inside it.

    Raises NotFound for one out of reach, Forbidden where no targets are kept.
    """
    unit = target_unit(actor, place_of(actor, unit_id))
    if unit == NOWHERE:
        raise Forbidden("indicator.too_small")
    return unit


def set_plan(*, actor: Actor, number: int, plan: Plan, reason: str, now: datetime) -> BoardPlan:
    """Put the five-year plan in force as the version after ``number``.

    Raises Forbidden unless the actor reaches the whole book, Invalid, Refused ``indicator.reason`` and
    ``indicator.unchanged``, Conflict when somebody saved first.
    """
    require_planning(actor)
    wrong = [Refused(code, field=field) for field, code in faults(plan)]
    if wrong:
        raise Invalid(wrong)
    _require_reason(reason)
    content = to_json(plan)
    with transaction.atomic():
        newest = _newest(BoardPlan.objects.select_for_update(), number)
        before = newest.content if newest else {}
        if before == content:
            raise Refused("indicator.unchanged")
        made = BoardPlan.objects.create(content=content, **_signed(actor, number, reason, now))
        subject, detail = Subject("board_plan", made.pk), {"reason": made.reason}
        record(actor, Action.UPDATE, subject, before=before, after=content, detail=detail, now=now)
    return made


def require_planning(actor: Actor) -> None:
    """Raise Forbidden unless the actor sets targets and reaches the whole book."""
    actor.require(permissions.KPI_SET)
    if not covers_all(actor):
        raise Forbidden("board_plan.whole_book")


def _newest(rows: Any, number: int) -> Any:
    newest = rows.order_by("-number").first()
    if (newest.number if newest else 0) != number:
        raise Conflict("conflict", version=newest.number if newest else 0)
    return newest


def _signed(actor: Actor, number: int, reason: str, now: datetime) -> dict[str, Any]:
    return {
        "number": number + 1,
        "reason": reason.strip(),
        "changed_by_id": actor.id,
        "changed_by_name": actor.name[:40],
        "changed_at": now,
    }


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused("indicator.reason", field="reason")


def _owner(staff_no: str) -> tuple[int | None, str]:
    """Return id and name of who answers. Raises Refused for a number that nobody active has."""
    number = staff_no.strip().upper()
    if not number:
        return None, ""
    person = person_by_staff_no(number)
    if person is None:
        raise Refused("indicator.owner", field="owner", number=number)
    return person.pk, person.name[:40]
