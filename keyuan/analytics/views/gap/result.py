"""One result: needs, chart, what to buy first, assumptions, history; its paper, labels and task (ANA-8)."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from keyuan.analytics import permissions
from keyuan.analytics.forms.gap import words
from keyuan.analytics.models import GapResult
from keyuan.analytics.selectors.gap import HISTORY, access_result, before, latest_of, needs_of, reads_money, results_of
from keyuan.analytics.services.gap.labelling import put_need_tags
from keyuan.analytics.services.gap.paper import print_result
from keyuan.analytics.views.gap import shown
from keyuan.analytics.views.gap.paper import document_of
from keyuan.customers import permissions as customer_permissions
from keyuan.customers.selectors import access_customer
from keyuan.customers.selectors.family import family_of
from keyuan.customers.services.tasks import create_task
from keyuan.kernel.errors import Refused
from keyuan.platform import attempts, clock, formats
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.subjects import Subject
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say
from keyuan.policies import permissions as policy_permissions

#: A task to talk it over falls due so many days on.
TASK_DAYS = 7


@require_GET
@allow(permissions.GAPS)
def gap(request: StaffRequest, gap_id: int) -> HttpResponse:
    """Show a result; the figures are those of its day, whatever was assumed since."""
    now = clock.now()
    result = access_result(request.actor, gap_id, now=now)
    return page(request, "analytics/gap/result.html", _context(request, result))


def _context(request: StaffRequest, result: GapResult) -> dict[str, Any]:
    actor, customer = request.actor, result.customer
    older = before(result)
    return {
        "result": result,
        "customer": customer,
        "name": shown.customer_name(actor, customer),
        "stage": words.word(words.STAGES, result.life_stage),
        "total": shown.amount(actor, result.total_gap),
        "change": shown.change(actor, older.total_gap if older else None, result.total_gap),
        "first": words.word(words.KINDS, result.first_kind) if result.first_kind else "",
        "budget": shown.amount(actor, result.budget),
        "premiums": shown.amount(actor, result.facts.get("premiums") or 0),
        "needs": shown.needs_shown(actor, result, older),
        "chart": shown.chart_of(actor, needs_of(result)),
        "purchases": shown.purchases_shown(actor, result),
        "remarks": [words.word(words.REMARKS, code) for code in result.remarks],
        "assumed": shown.assumptions_shown(result.assumptions),
        "members": shown.household_shown(actor, family_of(actor, customer, now=clock.now())),
        "member_heads": shown.household_heads(),
        "older": older,
        "history": [(row, shown.amount(actor, row.total_gap)) for row in results_of(customer.pk)[:HISTORY]],
        "may_ask": actor.may(permissions.GAP_ASK),
        "may_propose": actor.may(policy_permissions.APPLY),
        "may_tag": actor.may(customer_permissions.EDIT) and reads_money(actor),
        "may_task": actor.may(customer_permissions.INTERACT),
        "token": attempts.token_of(request),
    }


@require_GET
@allow(permissions.GAPS)
def customer_gap(request: StaffRequest, customer_id: int) -> HttpResponse:
    """The panel of the 360° page: the present result, or the invitation to begin."""
    customer = access_customer(request.actor, customer_id, now=clock.now())
    found = latest_of(customer.pk)
    rows = [need for need in needs_of(found) if need.gap and not need.within] if found else []
    context = {
        "customer": customer,
        "result": found,
        "total": shown.amount(request.actor, found.total_gap) if found else "",
        "rows": [
            (words.word(words.KINDS, need.kind), need, shown.amount(request.actor, need.gap)) for need in rows
        ],
        "reads": reads_money(request.actor),
        "may_ask": request.actor.may(permissions.GAP_ASK),
    }  # fmt: skip
    return page(request, "analytics/gap/panel.html", context)


@require_GET
@allow(permissions.GAPS)
def gap_paper(request: StaffRequest, gap_id: int) -> HttpResponse:
    """The printed paper of a result; that it was taken stands on the trail."""
    result = access_result(request.actor, gap_id, now=clock.now())
    document = document_of(request.actor, result)
    data = print_result(actor=request.actor, result_id=result.pk, document=document, now=clock.now())
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="gap-{result.pk}.pdf"'
    return response


@require_POST
@allow(permissions.GAP_ASK)
def gap_tags(request: StaffRequest, gap_id: int) -> HttpResponse:
    """Put the need labels of the open gaps on the customer."""
    try:
        names = put_need_tags(actor=request.actor, result_id=gap_id, today=clock.today(), now=clock.now())
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("Labels on the customer: %(names)s") % {"names": "、".join(names)})
    return HttpResponseRedirect(reverse("analytics:gap", args=[gap_id]))


@require_POST
@allow(permissions.GAPS)
def gap_task(request: StaffRequest, gap_id: int) -> HttpResponse:
    """Make a task to talk the result over with the customer."""
    now = clock.now()
    result = access_result(request.actor, gap_id, now=now)
    title = _("Talk the protection gap over: %(first)s") % {"first": words.word(words.KINDS, result.first_kind)}
    try:
        task = create_task(
            actor=request.actor, customer_id=result.customer_id, kind="CALLBACK", title=title,
            due_at=now + timedelta(days=TASK_DAYS), now=now, about=Subject("gap_result", result.pk),
        )  # fmt: skip
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("A task stands for it, due on %(day)s") % {"day": formats.day(localdate(task.due_at))})
    return HttpResponseRedirect(reverse("analytics:gap", args=[gap_id]))
