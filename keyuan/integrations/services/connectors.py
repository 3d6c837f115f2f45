"""Setting a connector up, pausing it, trying it (PLT-14)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import transaction

from keyuan.integrations import permissions
from keyuan.integrations.drivers.files import exchange_folder, opened, secret_file
from keyuan.integrations.extensions import connector_kinds
from keyuan.integrations.models import Connector
from keyuan.integrations.selectors.connectors import access_connector
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Invalid, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.imports.selectors import placement
from keyuan.platform.jobs.timetable import next_moment

SECRET_FIELDS = ("known_hosts", "key_file", "password_file")


@dataclass(frozen=True, slots=True)
class ConnectorDraft:
    """What a connector is to say; ``config`` holds what its kind asks for, secrets by file name only."""

    name: str
    kind: str
    source: str
    config: Mapping[str, Any]
    unit: int | str
    cron: str
    target: str = ""
    mapping: str = ""
    due_time: time | None = None
    due_days: str = Connector.Days.WORKING
    due_lag: int = 1
    gap: str = Connector.Gap.HOLD
    refused_limit_bp: int = 100
    patience_minutes: int = 60
    keep_days: int = 180


#: Columns that the draft fills as they stand.
PLAIN = ("name", "kind", "source", "target", "mapping", "due_time", "due_days", "due_lag", "gap", "refused_limit_bp",
         "patience_minutes", "keep_days")  # fmt: skip


def create_connector(*, actor: Actor, key: str, draft: ConnectorDraft, now: datetime) -> Connector:
    """Set up a connector; it is looked at from the next moment of its rule on.

    Raises `Invalid` with a refusal per wrong field, and Refused connector.key_taken.
    """
    actor.require(permissions.MANAGE)
    columns = _columns(actor, draft, now)
    with transaction.atomic():
        if Connector.objects.filter(key=key).exists():
            raise Refused("connector.key_taken", field="key")
        since = _since(draft, now)
        connector = Connector.objects.create(key=key, created_at=now, updated_at=now, expected_since=since, **columns)
        _record(actor, connector, Action.CREATE, {}, _facts(connector), now)
    return connector


def change_connector(
    *, actor: Actor, connector_id: int, draft: ConnectorDraft, version: int, now: datetime
) -> Connector:
    """Change a connector. Raises `Invalid`, NotFound and `Conflict`."""
    actor.require(permissions.MANAGE)
    columns = _columns(actor, draft, now)
    with transaction.atomic():
        connector = access_connector(actor, connector_id, lock=True)
        if connector.version != version:
            raise Conflict("conflict", version=connector.version)
        before = _facts(connector)
        for name, value in columns.items():
            setattr(connector, name, value)
        if connector.expected_since is None:
            connector.expected_since = _since(draft, now)
        connector.version += 1
        connector.updated_at, connector.error, connector.error_at = now, "", None
        fields = [*columns, "expected_since", "version", "updated_at", "error", "error_at"]
        connector.save(update_fields=fields)
        _record(actor, connector, Action.UPDATE, before, _facts(connector), now)
    return connector


def set_active(*, actor: Actor, connector_id: int, active: bool, now: datetime) -> Connector:
    """Pause a connector after its present step, or resume it."""
    actor.require(permissions.MANAGE)
    with transaction.atomic():
        connector = access_connector(actor, connector_id, lock=True)
        before = {"is_active": connector.is_active}
        connector.is_active, connector.updated_at = active, now
        connector.next_at = next_moment(connector.cron, now) if active else None
        connector.version += 1
        connector.save(update_fields=["is_active", "updated_at", "next_at", "version"])
        _record(actor, connector, Action.UPDATE, before, {"is_active": active}, now)
    return connector


def try_connector(*, actor: Actor, connector_id: int) -> int:
    """Connect and list, change nothing; return how many announcements lie there.

    Raises Refused with what a person must mend, also where the other side does not answer (connector.unreachable).
    """
    actor.require(permissions.MANAGE)
    connector = access_connector(actor, connector_id)
    try:
        with opened(connector.kind, connector.config) as connection:
            return sum(1 for _offer in connection.offers(()))
    except OSError as error:
        raise Refused("connector.unreachable") from error


def unit_code(actor: Actor, connector: Connector) -> str:
    """Return the code of the unit that new records belong to, empty where it lies out of the actor's reach."""
    try:
        return placement(actor, connector.unit_id).code
    except Refused:
        return ""


def _columns(actor: Actor, draft: ConnectorDraft, now: datetime) -> dict[str, Any]:
    wrong = _problems(draft)
    place = next_at = None
    try:
        place = placement(actor, draft.unit)
    except Refused as error:
        wrong.append(Refused(error.code, field="unit", **error.params))
    try:
        next_at = next_moment(draft.cron, now)
    except Refused as error:
        wrong.append(error)
    if wrong or place is None:
        raise Invalid(wrong)
    kind = connector_kinds[draft.kind]
    config = {name: draft.config[name] for name in kind.fields if draft.config.get(name) not in (None, "", False)}
    return {
        **{name: getattr(draft, name) for name in PLAIN},
        "config": config,
        "unit_id": place.unit_id,
        "unit_label": place.label[:80],
        "cron": " ".join(draft.cron.split()),
        "next_at": next_at,
    }


def _problems(draft: ConnectorDraft) -> list[Refused]:
    kind = connector_kinds.get(draft.kind)
    if kind is None:
        return [Refused("connector.kind", field="kind")]
    config = draft.config
    missing = [name for name in kind.fields if name in kind.required and not config.get(name)]
    wrong = [Refused("connector.setting_missing", field=name) for name in missing]
    if "key_file" in kind.fields and not (config.get("key_file") or config.get("password_file")):
        wrong.append(Refused("connector.secret_missing", field="key_file"))
    checks = [(name, secret_file) for name in SECRET_FIELDS if name in kind.fields]
    checks += [("folder", exchange_folder)] if draft.kind == "folder" else []
    for name, check in checks:
        try:
            if config.get(name):
                check(config[name])
        except Refused as error:
            wrong.append(Refused(error.code, field=name))
    return wrong


def _since(draft: ConnectorDraft, now: datetime) -> date | None:
    return now.date() if draft.due_time is not None else None


def _facts(connector: Connector) -> dict[str, Any]:
    plain = {name: getattr(connector, name) for name in (*PLAIN, "cron", "unit_id", "is_active")}
    # A place is told by name; what it takes to get in stays out of the trail.
    return plain | {"place": connector.config.get("host", "") or connector.config.get("folder", "")}


def _record(
    actor: Actor, connector: Connector, action: Action, before: dict[str, Any], after: dict[str, Any], now: datetime
) -> None:
    record(actor, action, Subject("connector", connector.pk), before=before, after=after, now=now)
