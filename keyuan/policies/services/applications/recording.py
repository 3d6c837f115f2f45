"""What every step of an application leaves behind: status, clocks, history, trail."""

from datetime import datetime

from keyuan.kernel.actor import Actor
from keyuan.kernel.calendars import Calendar
from keyuan.kernel.errors import Conflict
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.clocks.timetables import calendar_in_force
from keyuan.policies.models import Application, ApplicationEvent, Refund
from keyuan.policies.rules.applications.clocks import due_after, stale_on
from keyuan.policies.rules.applications.states import ENDED, State, check_reason, step_of
from keyuan.policies.selectors.applications import access_application
from keyuan.policies.services.applications.refunding import owe_back
from keyuan.policies.services.payments import NOTHING_DUE
from keyuan.policies.services.renewals.applied import follow_application

STEP_COLUMNS = ("status", "due_clock", "due_on", "stale_on", "updated_at", "version")


def locked(actor: Actor, application_id: int, version: int | None) -> Application:
    """Return an application locked for a change. Raises `NotFound`, and `Conflict` when it is no longer there."""
    application = access_application(actor, application_id, lock=True)
    if version is not None and application.version != version:
        raise Conflict("conflict", version=application.version)
    return application


def take_step(
    actor: Actor, application: Application, act: str, now: datetime, *, reason: str = "", columns: tuple[str, ...] = (),
    calendar: Calendar | None = None,
) -> Refund | None:  # fmt: skip
    """Take the step ``act``, inside the caller's transaction, and save ``columns`` with it.

    Where it ends the case, or makes the contract, premium that has to go back is owed; returns that refund.
    Raises `Refused` application.no_such_step and application.reason_missing.
    """
    step = step_of(act, application.status)
    check_reason(step, reason)
    before = application.status
    application.status = step.target
    set_clocks(application, now, calendar or calendar_in_force())
    application.updated_at = now
    application.version += 1
    application.save(update_fields=[*STEP_COLUMNS, *columns])
    ApplicationEvent.objects.create(
        application=application, act=act, from_status=before, to_status=step.target, at=now, actor_id=actor.id,
        actor_name=actor.name[:40], note=reason.strip()[:200],
    )  # fmt: skip
    record(
        actor, Action.UPDATE, Subject("application", application.pk), before={"status": before},
        after={"status": str(step.target)}, reason=reason, customer_id=application.holder_id, now=now,
    )  # fmt: skip
    if step.target in ENDED and application.renewal_id is not None:
        follow_application(actor, application, now)
    return owe_back(actor, application, now) if step.target in (*ENDED, State.ISSUED) else None


def set_clocks(application: Application, now: datetime, calendar: Calendar) -> None:
    """Start the clocks of the present status: the insurer's duty, or the day on which nobody waits any longer."""
    due = due_after(application.status, now.date(), calendar, examined=application.is_examined)
    application.due_clock = due.clock if due else ""
    application.due_on = due.on if due else NOTHING_DUE
    application.stale_on = stale_on(State(application.status), now.date())
