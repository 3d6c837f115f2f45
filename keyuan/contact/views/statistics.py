"""How many contacts were refused, why, whose and what for (MKT-9)."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from keyuan.contact import permissions
from keyuan.contact.forms.wording import reason_word
from keyuan.contact.selectors import labels
from keyuan.contact.selectors import statistics as counts
from keyuan.contact.selectors.terms import purposes
from keyuan.organisation.selectors.units import unit_names
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page

PERIODS = (7, 30, 90)
USUAL = 30


def _days(request: StaffRequest) -> int:
    asked = request.GET.get("days", "")
    return int(asked) if asked.isdecimal() and int(asked) in PERIODS else USUAL


@require_GET
@allow(permissions.STATISTICS)
def statistics(request: StaffRequest) -> HttpResponse:
    """Refusals of a period by reason, unit, purpose and channel, each leading to the ledger behind it."""
    today, days = clock.today(), _days(request)
    terms = purposes()
    purpose, channel = request.GET.get("purpose", ""), request.GET.get("channel", "")
    rows = counts.period(
        request.actor, today - timedelta(days=days - 1), today, purpose=purpose[:20], channel=channel[:10]
    )
    total = counts.totals(rows)
    context = {
        "total": total,
        "days": days,
        "periods": PERIODS,
        "purpose": purpose,
        "channel": channel,
        "purposes": [(key, labels.purpose_name(entry)) for key, entry in terms.items() if entry.is_contact],
        "channels": list(labels.CHANNELS.items()),
        "reasons": _reasons(counts.by_reason(rows), total.refused, days),
        "cuts": [
            (_("By unit"), _named(counts.by(rows, "unit_id", most=counts.UNITS), _units)),
            (_("By purpose"), _named(counts.by(rows, "purpose"), lambda keys: _purposes(keys, terms))),
            (_("By channel"), _named(counts.by(rows, "contact_channel"), _channels)),
        ],
        "trend": counts.by(rows, "day"),
    }
    return page(request, "contact/statistics.html", context, part="figures")


def _reasons(found: list[tuple[str, int]], refused: int, days: int) -> list[dict[str, Any]]:
    ledger = reverse("contact:permit-list")
    since = f"today-{days - 1}"
    return [
        {
            "label": reason_word(code), "count": count, "share": round(count * 10_000 / refused),
            "url": f"{ledger}?reason={code}&on.from={since}&on.to=today",
        }
        for code, count in found
    ]  # fmt: skip


def _named(cuts: Any, names: Any) -> list[tuple[str, Any]]:
    known = names([cut.key for cut in cuts])
    return [(known.get(cut.key, cut.key), cut) for cut in cuts]


def _units(keys: list[str]) -> dict[str, str]:
    names = unit_names(int(key) for key in keys)
    return {key: names.get(int(key), _("Without unit")) for key in keys}


def _purposes(keys: list[str], terms: dict[str, Any]) -> dict[str, str]:
    return {key: labels.purpose_name(terms[key]) for key in keys if key in terms}


def _channels(keys: list[str]) -> dict[str, str]:
    return {key: labels.channel_name(key) for key in keys}
