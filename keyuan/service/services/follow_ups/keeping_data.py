"""What follow-ups know of a customer, and how long it is kept (PLT-8)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from keyuan.platform.privacy import STILL_ON, PrivacyPart, RecordType, Table, privacy_parts, record_types
from keyuan.service.models import FollowUp, FollowUpAnswer, FollowUpCall, FollowUpLink

COLUMNS = ("pk", "kind", "status", "start_on", "due_on", "done_on", "last_result")
CALLS = ("follow_up_id", "at", "result", "note", "recording", "letter_no")
LINKS = ("follow_up_id", "contact_channel", "made_at", "opened_at", "answered_at", "ended_at")
ANSWERS = ("follow_up_id", "question", "value", "answered_at")


def collect(customer_id: int) -> Mapping[str, Table]:
    """Return a customer's follow-ups with calls and answers."""
    of_them = {"follow_up__customer_id": customer_id}
    return {
        "follow_ups": [dict(row) for row in FollowUp.objects.filter(customer_id=customer_id).values(*COLUMNS)],
        "calls": [dict(row) for row in FollowUpCall.objects.filter(**of_them).order_by("pk").values(*CALLS)],
        "links": [dict(row) for row in FollowUpLink.objects.filter(**of_them).order_by("pk").values(*LINKS)],
        "answers": [dict(row) for row in FollowUpAnswer.objects.filter(**of_them).order_by("pk").values(*ANSWERS)],
    }


def erase(customer_id: int, whole: bool, _now: datetime) -> Mapping[str, int]:
    """End the links; with ``whole`` take words and recordings out of what is over; results stay as proof."""
    links = FollowUpLink.objects.filter(follow_up__customer_id=customer_id).delete()[0]
    if not whole:
        return {"follow_up_link": links}
    ended = {"follow_up__customer_id": customer_id, "follow_up__is_open": False}
    calls = FollowUpCall.objects.filter(**ended).update(note="", recording="", letter_no="")
    answers = FollowUpAnswer.objects.filter(**ended).delete()[0]
    return {"follow_up_link": links, "follow_up_call": calls, "follow_up_answer": answers}


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
