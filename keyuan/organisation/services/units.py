"""Changing the unit tree: rename, move, close (PLT-3). A moved unit takes its rows along in a job."""

from datetime import date, datetime

from django.apps import apps
from django.db import transaction
from django.db.models import Model, Q

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.organisation import permissions as p
from keyuan.organisation.events import UnitsChanged
from keyuan.organisation.models import LEVEL_COLUMNS, Agent, Post, ScopedRow, Unit
from keyuan.organisation.selectors.units import access_unit, forget_unit_names, line_of
from keyuan.organisation.services.authority import require_unit
from keyuan.organisation.services.facts import unit_facts
from keyuan.organisation.services.provision import fill_levels
from keyuan.platform.audit import Action, record
from keyuan.platform.events import emit
from keyuan.platform.jobs import TrackedJob, start_tracked
from keyuan.platform.subjects import Subject

#: Key of the job kind in `keyuan.organisation.jobs`.
MOVE_JOB = "organisation.move_unit"
#: Rows are counted exactly up to here (decision 24).
COUNTED = 1000


def locked_unit(actor: Actor, unit_id: int, version: int) -> Unit:
    """Return the unit in reach, row-locked. Raises NotFound and Conflict."""
    require_unit(actor, access_unit(actor, unit_id))
    unit = Unit.objects.select_for_update().get(pk=unit_id)
    if unit.version != version:
        theirs = {name: getattr(unit, name) for name in ("name", "sales_channel", "region_code", "phone")}
        raise Conflict("conflict", version=unit.version, theirs=theirs)
    return unit


def update_unit(
    *,
    actor: Actor,
    unit_id: int,
    version: int,
    name: str,
    sales_channel: str = "",
    region_code: str = "",
    phone: str = "",
    now: datetime,
) -> Unit:
    """Rename a unit or change its data; its place and its code stay. Raises Conflict."""
    actor.require(p.UNITS_EDIT)
    with transaction.atomic():
        unit = locked_unit(actor, unit_id, version)
        before = unit_facts(unit)
        unit.name, unit.sales_channel, unit.region_code, unit.phone = name.strip(), sales_channel, region_code, phone
        unit.version += 1
        unit.save(update_fields=["name", "sales_channel", "region_code", "phone", "version"])
        record(actor, Action.UPDATE, Subject("unit", unit.pk), before=before, after=unit_facts(unit), now=now)
        emit(UnitsChanged((unit.pk,), "UPDATE"))
    forget_unit_names()
    return unit


def close_unit(*, actor: Actor, unit_id: int, version: int, closed_on: date, now: datetime) -> Unit:
    """Close a unit without units, posts in force and rows. Raises Refused naming what is still there."""
    actor.require(p.UNITS_EDIT)
    with transaction.atomic():
        unit = locked_unit(actor, unit_id, version)
        if unit.closed_on is not None:
            raise Refused("unit.closed_already")
        require_empty(unit, closed_on)
        before = unit_facts(unit)
        unit.closed_on = closed_on
        unit.version += 1
        unit.save(update_fields=["closed_on", "version"])
        record(actor, Action.UPDATE, Subject("unit", unit.pk), before=before, after=unit_facts(unit), now=now)
        emit(UnitsChanged((unit.pk,), "UPDATE"))
    return unit


def require_empty(unit: Unit, day: date) -> None:
    """Raise Refused while ``unit`` has open units, posts in force after ``day``, working agents or records."""
    if Unit.objects.filter(parent=unit, closed_on__isnull=True).exists():
        raise Refused("unit.has_units")
    after = Q(valid_until__isnull=True) | Q(valid_until__gt=day)
    if Post.objects.filter(after, unit=unit).exists():
        raise Refused("unit.has_posts")
    if Agent.objects.filter(unit=unit, status=Agent.Status.ACTIVE).exists():
        raise Refused("unit.has_agents")
    if any(count for _model, count in affected_rows(unit, most=1)):
        raise Refused("unit.has_records")


def scoped_models() -> list[type[Model]]:
    """Return every model whose rows carry the level columns, in a stable order; units themselves are not among them."""
    return sorted(
        (model for model in apps.get_models() if issubclass(model, ScopedRow)), key=lambda model: model._meta.label
    )


def level_column(unit: Unit) -> str:
    """Return the column on which rows of ``unit`` and below carry its key."""
    return LEVEL_COLUMNS[unit.level - 1]


def affected_rows(unit: Unit, *, most: int = COUNTED + 1) -> list[tuple[type[Model], int]]:
    """Return how many rows of each model stand in ``unit`` or below it, counted up to ``most``."""
    column = level_column(unit)
    counted = []
    for model in scoped_models():
        rows = model._default_manager.filter(**{column: unit.pk}).values("pk")[:most]
        counted.append((model, len(rows)))
    return counted


def check_move(unit: Unit, target: Unit) -> None:
    """Raise Refused unless ``unit`` can stand below ``target``: an open unit of a higher level, not within itself."""
    if unit.level == 1 or target.pk == unit.parent_id:
        raise Refused("unit.move_nowhere", field="target")
    if unit.pk in line_of(target) or target.level >= unit.level:
        raise Refused("unit.move_level", field="target")
    if target.closed_on is not None:
        raise Refused("unit.parent_closed", field="target")


def count_affected(unit: Unit) -> int | None:
    """Return the number of rows that move along, or None when there are more than a thousand of a kind."""
    counts = [count for _model, count in affected_rows(unit)]
    return None if any(count > COUNTED for count in counts) else sum(counts)


def move_tree(*, actor: Actor, unit_id: int, version: int, target_id: int, now: datetime) -> tuple[Unit, TrackedJob]:
    """Put a unit with everything below it under another one, and start the job that takes its rows along.

    Posts on the unit and below reach the same rows as before at once, since those are found by the columns of their own
    levels; posts above, old and new, see the move as the job goes on. Returns the
    unit and the job. Raises Conflict, NotFound and Refused.
    """
    actor.require(p.UNITS_EDIT)
    target = access_unit(actor, target_id)
    require_unit(actor, target)
    with transaction.atomic():
        unit = locked_unit(actor, unit_id, version)
        check_move(unit, target)
        before = unit_facts(unit)
        unit.parent = target
        unit.version += 1
        fill_levels(unit, target)
        unit.save(update_fields=["parent", "version", *LEVEL_COLUMNS])
        rewrite_below(unit)
        record(actor, Action.UPDATE, Subject("unit", unit.pk), before=before, after=unit_facts(unit), now=now)
        emit(UnitsChanged((unit.pk,), "MOVE"))
        params = {"name": unit.name, "target": target.name}
        job = start_tracked(actor, MOVE_JOB, params=params, total=count_affected(unit), unit_id=unit.pk)
    return unit, job


def rewrite_below(unit: Unit) -> None:
    """Give the units below ``unit`` its upper level columns; units are few, so this is one statement."""
    upper = {column: getattr(unit, column) for column in LEVEL_COLUMNS[: unit.level - 1]}
    Unit.objects.filter(**{level_column(unit): unit.pk}).exclude(pk=unit.pk).update(**upper)


def stale_rows(unit: Unit) -> Q:
    """Return the filter for rows of ``unit`` whose upper level columns are not the unit's."""
    differs = Q()
    for column in LEVEL_COLUMNS[: unit.level - 1]:
        value = getattr(unit, column)
        differs |= Q(**{f"{column}__isnull": False}) if value is None else ~Q(**{column: value})
    return Q(**{level_column(unit): unit.pk}) & differs


def rewrite_chunk(model: type[Model], unit: Unit, size: int) -> int:
    """Give up to ``size`` rows of ``unit`` its upper level columns; return how many there were."""
    upper = {column: getattr(unit, column) for column in LEVEL_COLUMNS[: unit.level - 1]}
    manager = model._default_manager
    keys = list(manager.filter(stale_rows(unit)).values_list("pk", flat=True)[:size])
    if keys:
        manager.filter(pk__in=keys).update(**upper)
    return len(keys)


def moving_unit(unit_id: int) -> Unit:
    """Return the unit whose rows a job takes along."""
    return Unit.objects.get(pk=unit_id)
