"""The page on which a call is made: script, answers kept as they are given, result; and taking the next one (SRV-8)."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.customers.selectors import access_customer
from keyuan.customers.selectors.subjects import customer_label
from keyuan.kernel.errors import Conflict, KeyuanError, Refused
from keyuan.organisation.forms import explain
from keyuan.platform import attempts, clock
from keyuan.platform.formats import moment
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say, say_code
from keyuan.policies.selectors import access_policy
from keyuan.service import permissions
from keyuan.service.forms import follow_up_words as words
from keyuan.service.forms.follow_ups import ResultForm, UnreachedForm
from keyuan.service.models import FollowUp
from keyuan.service.rules.follow_ups import results
from keyuan.service.rules.improvement import FOLLOW_UP
from keyuan.service.selectors.follow_ups import reading
from keyuan.service.selectors.follow_ups.hours import call_hours
from keyuan.service.selectors.follow_ups.links import links_of
from keyuan.service.selectors.improvement.origins import items_from
from keyuan.service.services.follow_ups import calling, sending, taking
from keyuan.service.services.follow_ups.answering import Standing, answer, standing_of
from keyuan.service.services.follow_ups.calling import Attempt
from keyuan.service.services.follow_ups.problems import settled_by
from keyuan.service.views.follow_ups import shown
from keyuan.service.views.improvement.opened import improvements_of

PANEL_LIMIT = 6
Problem = KeyuanError | None


def call_url(follow_up_id: int) -> str:
    """Return the page of a call."""
    return reverse("service:follow-up", args=[follow_up_id])


def _to(request: StaffRequest, url: str) -> HttpResponse:
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


@require_safe
@allow(permissions.FOLLOW_UPS)
def follow_up(request: StaffRequest, follow_up_id: int) -> HttpResponse:
    """One call-back: the questions, the number held, the calls so far, and what came of this one."""
    found = reading.access_follow_up(request.actor, follow_up_id, now=clock.now())
    return page(request, "service/follow_ups/call.html", _context(request, found))


def _context(request: StaffRequest, found: FollowUp, form: ResultForm | None = None) -> dict[str, Any]:
    actor, today = request.actor, clock.today()
    script, situation = reading.script_of(found)
    answers = reading.answers_of(found.pk)
    line, barred = shown.number_line(actor, found)
    mine = found.owner_id is not None and found.owner_id == actor.id
    works = mine and actor.may(permissions.CALLBACK) and found.status in results.CALLABLE | {results.LETTER}
    now = clock.now()
    opens = call_hours().open_from(found, now) if found.status in results.CALLABLE else now
    return {
        "row": found,
        "customer_name": customer_label(actor, found.customer),
        "product": str(found.policy.product) if found.policy else "",
        "kind": words.word(words.KINDS, found.kind),
        "state": words.state_of(found.status),
        "due_tone": shown.due_tone(found, today),
        "settled_by": settled_by(found),
        "questions": shown.questions_of(script, situation, answers),
        "standing": standing_of(found),
        "line": line,
        "barred": say_code(barred, {}) if barred else "",
        "works": works,
        **improvements_of(actor, FOLLOW_UP, found.pk, items_from(actor, FOLLOW_UP, found.pk)),
        "may_search": actor.may(permissions.KNOWLEDGE),
        "may_take": actor.may(permissions.CALLBACK) and found.owner_id is None and found.status in taking.TAKEN,
        "may_give": found.owner_id is not None and (mine or actor.may(permissions.SUPERVISE)),
        "may_call": works and found.status in results.CALLABLE and not barred,
        "opens": opens if opens > now else None,
        "form": form or _result_form(found),
        "calls": [(call, words.word(words.RESULTS, call.result)) for call in reading.calls_of(found.pk)],
        "way": words.word(words.WAYS, found.contact_channel),
        "done_way": words.word(words.WAYS, found.done_way) if found.done_way else "",
        "links": [shown.link_line(link) for link in links_of(found.pk)],
        "ways": shown.ways_offered(actor, found),
        "end_reason": words.word(words.END_REASONS, found.end_reason),
        "may_close": works and found.status == results.LETTER and found.due_on < today,
        "close_form": UnreachedForm(),
    }


def _result_form(found: FollowUp) -> ResultForm:
    return ResultForm(status=found.status, initial={"token": uuid4().hex})


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.CALLBACK)
def take_next(request: StaffRequest) -> HttpResponse:
    """Take what comes first at one's desks; asked for by a link, a button does it."""
    if request.method != "POST":
        return page(request, "service/follow_ups/next.html", {"opens": shown.quiet_until(clock.now())})
    return _next(request)


def _none_waits(now: datetime) -> str:
    opens = shown.quiet_until(now)
    if opens is None:
        return say_code("follow_up.none_waits", {})
    return say_code("follow_up.all_quiet", {"moment": moment(opens)})


def _next(request: StaffRequest) -> HttpResponse:
    now = clock.now()
    taken = taking.take_next(actor=request.actor, now=now)
    if taken is None:
        toast(request, _none_waits(now))
        return _to(request, reverse("service:follow-up-list"))
    return _to(request, call_url(taken.pk))


@require_POST
@allow(permissions.CALLBACK)
def take(request: StaffRequest, follow_up_id: int) -> HttpResponse:
    """Take this one."""
    return _do(request, follow_up_id, lambda now: taking.take(actor=request.actor, follow_up_id=follow_up_id, now=now))


@require_POST
@allow(permissions.FOLLOW_UPS)
def give_back(request: StaffRequest, follow_up_id: int) -> HttpResponse:
    """Give this one back to its desk."""
    return _do(
        request, follow_up_id, lambda now: taking.give_back(actor=request.actor, follow_up_id=follow_up_id, now=now)
    )


@require_POST
@allow(permissions.CALLBACK)
def send_link(request: StaffRequest, follow_up_id: int) -> HttpResponse:
    """Send the questionnaire by the way chosen."""
    way = request.POST.get("way", "")
    return _do(
        request,
        follow_up_id,
        lambda now: sending.send_by_hand(actor=request.actor, follow_up_id=follow_up_id, way=way, now=now),
    )


@require_POST
@allow(permissions.CALLBACK)
def close(request: StaffRequest, follow_up_id: int) -> HttpResponse:
    """End one that nobody was reached by."""
    reason = request.POST.get("reason", "")
    return _do(
        request,
        follow_up_id,
        lambda now: calling.close_unreached(actor=request.actor, follow_up_id=follow_up_id, reason=reason, now=now),
    )


def _do(request: StaffRequest, follow_up_id: int, act: Any) -> HttpResponse:
    try:
        act(clock.now())
    except (Refused, Conflict) as error:
        toast(request, say(error), failed=True)
    return _to(request, call_url(follow_up_id))


@require_POST
@allow(permissions.CALLBACK)
def begin(request: StaffRequest, follow_up_id: int) -> HttpResponse:
    """Ask for the permit to call; the number opens by its eye. In quiet hours it takes the customer's own wish."""
    problem: Problem = None
    wish = bool(request.POST.get("on_request"))
    try:
        calling.begin_call(actor=request.actor, follow_up_id=follow_up_id, now=clock.now(), on_request=wish)
    except (Refused, Conflict) as error:
        problem = error
    found = reading.access_follow_up(request.actor, follow_up_id, now=clock.now())
    if not request.htmx:
        if problem is not None:
            toast(request, say(problem), failed=True)
        return HttpResponseRedirect(call_url(follow_up_id))
    context = _context(request, found) | {"problem": say(problem) if problem else "", "asked": problem is None}
    return page(request, "service/follow_ups/call.html", context, part="number", status=422 if problem else 200)


@require_POST
@allow(permissions.CALLBACK)
def keep_answer(request: StaffRequest, follow_up_id: int, question_key: str) -> HttpResponse:
    """Keep one answer as it is given; what cannot be is said beside the question and stays as it was typed."""
    problem: Refused | None = None
    values = request.POST.getlist("value")
    try:
        found, _row, standing = answer(
            actor=request.actor, follow_up_id=follow_up_id, question=question_key, value=values, now=clock.now()
        )
    except (Refused, Conflict) as error:
        problem = error
        found = reading.access_follow_up(request.actor, follow_up_id, now=clock.now())
        standing = standing_of(found)
    if not request.htmx:
        if problem is not None:
            toast(request, say(problem), failed=True)
        return HttpResponseRedirect(call_url(follow_up_id))
    return _answered(request, found, question_key, standing, problem)


def _answered(
    request: StaffRequest, found: FollowUp, key: str, standing: Standing, problem: Refused | None
) -> HttpResponse:
    """Answer with what changed: the question, those that depend on it, and how far one is."""
    script, situation = reading.script_of(found)
    every = shown.questions_of(script, situation, reading.answers_of(found.pk), problem)
    one = next((item for item in every if item["question"].key == key), None)
    if one is not None and problem is not None and not one["error"]:
        one["error"] = say(problem)
    context = {
        "row": found,
        "works": True,
        "item": one,
        "others": [item for item in every if item["question"].after == key],
        "standing": standing,
        "is_typed": one is not None and one["question"].kind == "TEXT" and problem is None,
    }
    response = page(request, "service/follow_ups/answered.html", context)
    if context["is_typed"]:
        # What is being typed stays as it is on the screen; only the rest is drawn anew.
        response["HX-Reswap"] = "none"
    return response


@require_POST
@allow(permissions.CALLBACK)
def result(request: StaffRequest, follow_up_id: int) -> HttpResponse:
    """Record what came of the call; then on to the next one where that was asked for."""
    now = clock.now()
    found = reading.access_follow_up(request.actor, follow_up_id, now=now)
    attempt = attempts.named(request, "token")
    form = ResultForm(request.POST, status=_status_of(found, attempt))
    if form.is_valid():
        try:
            called = Attempt(**form.cleaned_data | {"token": attempt})
            calling.record_attempt(actor=request.actor, follow_up_id=found.pk, attempt=called, now=now)
        except (Refused, Conflict) as error:
            explain(form, error)
        else:
            toast(
                request, _("Recorded: %(result)s") % {"result": words.word(words.RESULTS, form.cleaned_data["result"])}
            )
            return _next(request) if "next" in request.POST else _to(request, call_url(found.pk))
    found = reading.access_follow_up(request.actor, follow_up_id, now=now)
    return page(request, "service/follow_ups/call.html", _context(request, found, form), part="outcome", status=422)


def _status_of(found: FollowUp, token: str) -> str:
    """Return the state in which the form was shown: a second sending meets the state that the first one made."""
    again = token and any(call.token == token for call in reading.calls_of(found.pk))
    return results.WAITING if again else found.status


@require_safe
@allow(permissions.FOLLOW_UPS)
def policy_follow_ups(request: StaffRequest, policy_id: int) -> HttpResponse:
    """The tab on a policy's page."""
    access_policy(request.actor, policy_id, now=clock.now())
    rows = [shown.short(row, clock.today()) for row in reading.of_policy(policy_id)]
    return page(request, "service/follow_ups/panel.html", {"rows": rows, "more": False, "customer_id": 0})


@require_safe
@allow(permissions.FOLLOW_UPS)
def customer_follow_ups(request: StaffRequest, customer_id: int) -> HttpResponse:
    """The panel of the customer's page."""
    access_customer(request.actor, customer_id, now=clock.now())
    limit = 200 if request.GET.get("whole") else PANEL_LIMIT
    rows = reading.of_customer(customer_id, limit + 1)
    context = {
        "rows": [shown.short(row, clock.today()) for row in rows[:limit]],
        "more": len(rows) > limit,
        "customer_id": customer_id,
    }
    return page(request, "service/follow_ups/panel.html", context)
