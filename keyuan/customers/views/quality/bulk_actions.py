"""What the list of records does to many at once: cleansing tasks, with undo (CUS-11)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.customers import permissions
from keyuan.customers.forms.quality.tasks import CleansingForm
from keyuan.customers.selectors.quality.rows import weights_in_force
from keyuan.customers.services import bulk
from keyuan.customers.services.quality.cleansing import busy_among, found_among, make_cleansing, withdraw_cleansing
from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.lists import BulkAction, Reason, Verdict


def _check(actor: Actor, ids: Sequence[int], now: datetime) -> Verdict:
    served = bulk.living(actor, ids, now=now)
    busy, wanting = busy_among(served), found_among(served)
    ended = tuple(pk for pk in ids if pk not in set(served))
    clean = tuple(pk for pk in served if pk not in wanting and pk not in busy)
    pairs = (("customer.not_active", ended), ("quality.has_task", tuple(sorted(busy))), ("quality.clean", clean))
    reasons = tuple(Reason(code, some) for code, some in pairs if some)
    return Verdict(tuple(pk for pk in ids if pk in wanting), reasons)


def _make(actor: Actor, ids: Sequence[int], data: Mapping[str, Any], now: datetime) -> list[int]:
    due_on = date.fromisoformat(data["due_on"])
    return make_cleansing(actor=actor, customer_ids=ids, due_on=due_on, now=now)


def _withdraw(actor: Actor, payload: list[int], now: datetime) -> int:
    return withdraw_cleansing(actor=actor, task_ids=payload, now=now)


def _form(_actor: Actor, data: Any) -> CleansingForm:
    weights, _version = weights_in_force()
    return CleansingForm(data, today=clock.today(), days=weights.task_due_days)


CLEANSE = BulkAction(
    key="cleanse",
    label=_("Make cleansing tasks"),
    icon="database",
    permission=permissions.QUALITY_TASKS,
    check=_check,
    run=_make,
    undo=_withdraw,
    form=_form,
    consequence=_("Whoever serves them gets one task a record; it is done by itself once the record is right."),
)
