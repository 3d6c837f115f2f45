"""What the list of renewals does to many rows: assign, remind, make tasks (POL-4)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers.forms.bulk import AssignForm
from keyuan.kernel.actor import Actor
from keyuan.platform.lists import BulkAction, Reason, Verdict
from keyuan.policies import permissions
from keyuan.policies.rules.renewals.stages import LIVE
from keyuan.policies.selectors.renewals import renewals_visible_to
from keyuan.policies.services.renewals import working
from keyuan.policies.views.cells import about_living, task_action


class GiveForm(AssignForm):
    """Who works on the chosen renewals from now on."""

    def __init__(self, data: Any, *, actor: Actor) -> None:
        super().__init__(data, actor=actor)
        del self.fields["reason"]


def _form(actor: Actor, data: Any) -> GiveForm:
    return GiveForm(data, actor=actor)


def _live(actor: Actor, ids: Sequence[int], now: datetime) -> Verdict:
    rows = renewals_visible_to(actor, now=now).filter(pk__in=list(ids), stage__in=LIVE)
    live = set(rows.values_list("pk", flat=True))
    rest = tuple(pk for pk in ids if pk not in live)
    return Verdict(tuple(pk for pk in ids if pk in live), (Reason("renewal.over", rest),) if rest else ())


def _with_holder(actor: Actor, ids: Sequence[int], now: datetime) -> Verdict:
    found = _live(actor, ids, now)
    kept = about_living(actor, found.ok_ids, _holders(actor, found.ok_ids, now), "policy.no_holder_in_reach", now)
    return Verdict(kept.ok_ids, found.reasons + kept.reasons)


def _holders(actor: Actor, ids: Sequence[int], now: datetime) -> dict[int, int | None]:
    rows = renewals_visible_to(actor, now=now).filter(pk__in=list(ids), holder_id__isnull=False)
    return dict(rows.values_list("pk", "holder_id"))


def _assign(actor: Actor, ids: Sequence[int], data: Mapping[str, Any], now: datetime) -> list[dict[str, Any]]:
    return working.assign(actor=actor, renewal_ids=ids, agent_id=data["agent"], now=now)


def _unassign(actor: Actor, payload: Sequence[Mapping[str, Any]], now: datetime) -> int:
    return working.undo_assign(actor=actor, before=payload, now=now)


def _remind(actor: Actor, ids: Sequence[int], _data: Mapping[str, Any], now: datetime) -> list[int]:
    for start in range(0, len(ids), working.MOST_REMINDERS):
        working.remind(actor=actor, renewal_ids=ids[start : start + working.MOST_REMINDERS], now=now)
    return []


ASSIGN = BulkAction(
    key="assign",
    label=pgettext_lazy("renewal", "Hand out"),
    icon="user-check",
    permission=permissions.RENEW_ASSIGN,
    check=_live,
    run=_assign,
    undo=_unassign,
    form=_form,
    consequence=_("The chosen renewals go to this agent, who sees the policyholders as long as they are open."),
)
REMIND = BulkAction(
    key="remind",
    label=pgettext_lazy("renewal", "Remind the customers"),
    icon="message",
    permission=permissions.RENEW,
    check=_with_holder,
    run=_remind,
    consequence=_("Each policyholder gets one message a day at most, where a permit allows it; the history says so."),
    danger=True,
)
TASKS = task_action(
    _holders,
    check=_with_holder,
    consequence=_("Each policyholder gets one task, in the list of whoever serves them."),
)
