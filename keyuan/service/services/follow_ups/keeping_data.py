"""What follow-ups know of a customer, and how long it is kept (PLT-8)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from keyuan.platform.privacy import STILL_ON, PrivacyPart, RecordType, Table, privacy_parts, record_types
from keyuan.service.models import FollowUp, FollowUpAnswer, FollowUpCall

COLUMNS = ("pk", "kind", "status", "start_on", "due_on", "done_on", "last_result")
CALLS = ("follow_up_id", "at", "result", "note", "recording", "letter_no")
ANSWERS = ("follow_up_id", "question", "value", "answered_at")


def collect(customer_id: int) -> Mapping[str, Table]:
    """Return a customer's follow-ups with calls and answers."""
    of_them = {"follow_up__customer_id": customer_id}
    return {
        "follow_ups": [dict(row) for row in FollowUp.objects.filter(customer_id=customer_id).values(*COLUMNS)],
        "calls": [dict(row) for row in FollowUpCall.objects.filter(**of_them).order_by("pk").values(*CALLS)],
        "answers": [dict(row) for row in FollowUpAnswer.objects.filter(**of_them).order_by("pk").values(*ANSWERS)],
    }


def erase(customer_id: int, whole: bool, _now: datetime) -> Mapping[str, int]:
    """With ``whole`` take words and recordings out of what is over; results stay, they are the house's proof."""
    if not whole:
        return {}
    ended = {"follow_up__customer_id": customer_id, "follow_up__is_open": False}
    calls = FollowUpCall.objects.filter(**ended).update(note="", recording="", letter_no="")
    return {"follow_up_call": calls, "follow_up_answer": FollowUpAnswer.objects.filter(**ended).delete()[0]}


def ends(customer_ids: Sequence[int], _today: date) -> Mapping[int, date]:
    """Return when the last follow-up of each customer ended; one that is open goes on."""
    rows = FollowUp.objects.filter(customer_id__in=list(customer_ids)).order_by()
    found: dict[int, date] = {}
    for pk, is_open, last in rows.values_list("customer_id", "is_open").annotate(last=Max("due_on")):
        found[pk] = max(found.get(pk, date.min), STILL_ON if is_open else last)
    return found


def register() -> None:
    """Hang follow-ups into the registries of privacy parts and record types."""
    label = _("Call-backs and follow-ups")
    privacy_parts.add(PrivacyPart("follow_up", label, collect, erase, lambda _customer_id: (), order=31))
    record_types.add(
        RecordType(
            "follow_ups", label, 120, "人身保险业务基本服务规定", _("End of the follow-up"), ends, least=60, order=31
        )
    )
