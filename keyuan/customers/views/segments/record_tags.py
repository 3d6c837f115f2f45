"""Tags on a customer's record: the card, putting on, taking off and putting back (CUS-6)."""

from typing import Any

from django.core import signing
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.customers import permissions
from keyuan.customers.forms.contact import add_refusal
from keyuan.customers.forms.segments.tag import PutTagForm
from keyuan.customers.models import CustomerTag
from keyuan.customers.selectors import labels
from keyuan.customers.selectors.segments.own_fields import TAG_SOURCES
from keyuan.customers.selectors.tags import standing_tags
from keyuan.customers.services.segments.tagging import put_back, put_tag, take_off
from keyuan.customers.views.answers import ask, changed
from keyuan.customers.views.opened import opened, panel_context
from keyuan.kernel.errors import NotFound, Refused
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow
from keyuan.platform.http import page as answer
from keyuan.platform.wording import say

PANELS = ("tags",)
SALT = "customers.tags"
#: How long an undo that was offered can be pressed.
UNDO_SECONDS = 24 * 3600
SURE = 10_000
TONES = {"RISK": "bad", "VALUE": "gold", "NEED": "accent"}


@require_GET
@allow(permissions.VIEW)
def tags(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Labels by family, each with where it came from, how sure it is, why, and until when."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in standing_tags(opened(request, customer_id), today=clock.today()):
        found.setdefault(labels.label_of(labels.TAG_FAMILIES, row.tag.family), []).append(_shown(row))
    context = panel_context(request, customer_id, families=found, may_tag=request.actor.may(permissions.EDIT))
    return answer(request, "customers/panels/tags.html", context)


def _shown(row: CustomerTag) -> dict[str, Any]:
    return {
        "row": row,
        "tone": TONES.get(row.tag.family, ""),
        "source": labels.label_of(TAG_SOURCES, row.source),
        "sure": "" if row.confidence_bp >= SURE else f"{row.confidence_bp / 100:g} %",
    }


@require_http_methods(["GET", "POST"])
@allow(permissions.EDIT)
def tag_add(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Put a tag on."""
    customer = opened(request, customer_id)
    form = PutTagForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            put_tag(
                actor=request.actor, customer_id=customer_id, draft=form.draft(), today=clock.today(), now=clock.now()
            )
        except Refused as error:
            add_refusal(form, error)
        else:
            return changed(request, customer_id, PANELS, _("The tag is on"))
    return ask(request, customer, form, title=_("Put on a tag"), verb=_("Put on"))


@require_POST
@allow(permissions.EDIT)
def tag_remove(request: StaffRequest, customer_id: int, tag_id: int) -> HttpResponse:
    """Take a tag off, with a way back."""
    kept = take_off(actor=request.actor, customer_id=customer_id, tag_id=tag_id, now=clock.now())
    token = signing.dumps([customer_id, tag_id, kept], salt=SALT, compress=True)
    undo = reverse("customers:tag-put-back", args=[customer_id, tag_id])
    return changed(request, customer_id, PANELS, _("The tag is off"), undo=f"{undo}?kept={token}")


@require_POST
@allow(permissions.EDIT)
def tag_put_back(request: StaffRequest, customer_id: int, tag_id: int) -> HttpResponse:
    """Undo the taking off: the tag is on again as it was."""
    try:
        customer, tag, kept = signing.loads(request.GET.get("kept", ""), salt=SALT, max_age=UNDO_SECONDS)
    except signing.BadSignature as error:
        raise NotFound("tag.not_found") from error
    if (customer, tag) != (customer_id, tag_id):
        raise NotFound("tag.not_found")
    try:
        put_back(actor=request.actor, customer_id=customer_id, tag_id=tag_id, kept=kept, now=clock.now())
    except Refused as error:
        return changed(request, customer_id, PANELS, say(error))
    return changed(request, customer_id, PANELS)
