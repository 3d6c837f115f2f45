"""Labels of the three families with their rules, and what the system suggests to begin with (ANA-3, ANA-5)."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from keyuan.analytics import permissions
from keyuan.analytics.forms.label_words import SEGMENTS, meaning_of, name_of
from keyuan.analytics.models import LabelCell
from keyuan.analytics.rules.labels.starters import ALL, Starter
from keyuan.analytics.selectors.figures import counted_day, labels_of
from keyuan.analytics.selectors.labels.standing import (
    Standing,
    condition_in,
    open_labels,
    standing_labels,
    suggested_segments,
)
from keyuan.analytics.services.labels.taking_over import Words, take_over
from keyuan.analytics.views.units import unit_asked
from keyuan.customers import permissions as customer_permissions
from keyuan.customers.forms.segments.reading import read_aloud
from keyuan.customers.selectors.classification.places import place_of, units_below
from keyuan.customers.selectors.labels import TAG_FAMILIES
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound, Refused
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say, say_code


@require_GET
@allow(permissions.VIEW)
def labels(request: StaffRequest) -> HttpResponse:
    """Show each family's labels with their rules and whom they fit in the reader's reach, then the suggestions."""
    actor = request.actor
    place = place_of(actor, unit_asked(request.GET))
    counts = labels_of(actor, place)
    standing = standing_labels(actor, counts)
    context: dict[str, Any] = {
        "place": place,
        "units": units_below(actor, place),
        "day": counted_day(LabelCell),
        "families": [
            (word, [_row(actor, one) for one in standing if one.tag.family == family])
            for family, word in TAG_FAMILIES.items()
        ],
        "open": [_suggestion(actor, one, counts) for one in open_labels()],
        "segments": [_suggestion(actor, one, counts) for one in suggested_segments()],
        "may_label": actor.may(customer_permissions.TAG_CATALOGUE),
        "may_build": actor.may(customer_permissions.SEGMENTS),
    }
    return page(request, "analytics/labels/labels.html", context)


def _row(actor: Actor, one: Standing) -> dict[str, Any]:
    return {
        "tag": one.tag,
        "rule": one.rule,
        "fits": one.fits,
        "source": _("By a model") if one.by_model else _("By rule"),
        "says": read_aloud(actor, one.condition) if one.condition else "",
        "is_open": one.is_open,
        "version": one.rule.segment.version,
        "error": say_code(one.rule.last_error) if one.rule.last_error else "",
    }


def _suggestion(actor: Actor, one: Starter, counts: dict[str, int]) -> dict[str, Any]:
    root = condition_in(dict(one.condition))
    return {
        "code": one.code,
        "name": name_of(one.code),
        "family": TAG_FAMILIES.get(one.family, ""),
        "whom": SEGMENTS[one.code][1] if one.code in SEGMENTS else "",
        "meaning": meaning_of(one.code),
        "says": read_aloud(actor, root) if root else "",
        "fits": counts.get(one.code, 0),
    }


@require_POST
@allow(permissions.VIEW)
def label_take_over(request: StaffRequest, code: str) -> HttpResponse:
    """Make a suggestion one's own: a segment, and for a label its rule."""
    if code not in ALL:
        raise NotFound
    words = Words(name_of(code), meaning_of(code))
    try:
        segment = take_over(actor=request.actor, code=code, words=words, today=clock.today(), now=clock.now())
    except Refused as error:
        toast(request, say(error), failed=True)
        return HttpResponseRedirect(reverse("analytics:labels"))
    toast(request, _("Taken over: it is yours to change"))
    return HttpResponseRedirect(reverse("customers:segment", args=[segment.pk]))
