"""Plans of follow-ups and questionnaires: written by one person, published by another (SRV-8)."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.kernel.errors import Conflict, Refused
from keyuan.organisation.forms import explain
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say
from keyuan.service import permissions
from keyuan.service.forms import follow_up_plans as f
from keyuan.service.forms import follow_up_words as words
from keyuan.service.models import FollowUpPlan, QuestionnaireVersion
from keyuan.service.rules.follow_ups import plans as rules
from keyuan.service.rules.follow_ups import questions
from keyuan.service.selectors.desks import desks
from keyuan.service.selectors.follow_ups import plans as reads
from keyuan.service.services.follow_ups import planning
from keyuan.service.services.follow_ups.seeding import seed

NOTHING = rules.Plan("", rules.AFTER_PURCHASE, "", delay_days=30)


def plans_url() -> str:
    """Return the page of plans and questionnaires."""
    return reverse("service:follow-up-plans")


def version_url(version_id: int) -> str:
    """Return the page of one version of a questionnaire."""
    return reverse("service:questionnaire-version", args=[version_id])


@require_safe
@allow(permissions.PLANS)
def plan_list(request: StaffRequest) -> HttpResponse:
    """Every plan with what waits to be published, and every questionnaire with its versions."""
    seed(clock.now())
    context = {
        "plans": [_shown(row, request) for row in reads.plans()],
        "questionnaires": [
            {
                "row": row,
                "versions": [
                    (version, words.version_state(version.status))
                    for version in sorted(row.versions.all(), key=lambda item: -item.number)
                ],
            }
            for row in reads.questionnaires()
        ],
    }
    return page(request, "service/follow_ups/plans.html", context)


def _shown(row: FollowUpPlan, request: StaffRequest) -> dict[str, Any]:
    plan = rules.read(row.content or row.draft or {})
    return {
        "row": row,
        "plan": plan,
        "trigger": words.word(words.TRIGGERS, plan.trigger),
        "ways": [words.word(words.WAYS, way) for way in plan.ways],
        "may_publish": row.draft is not None and (row.draft_by_id is None or row.draft_by_id != request.actor.id),
        "is_law": row.trigger == rules.RECEIPT,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.PLANS)
def plan_new(request: StaffRequest) -> HttpResponse:
    """Write a new plan."""
    return _plan(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.PLANS)
def plan_edit(request: StaffRequest, plan_id: int) -> HttpResponse:
    """Write the draft of a plan."""
    return _plan(request, reads.plan_by_id(plan_id))


def _plan(request: StaffRequest, row: FollowUpPlan | None) -> HttpResponse:
    seed(clock.now())
    plan = rules.read(row.draft or row.content) if row else NOTHING
    offered = {
        "questionnaires": [(item.code, item.name) for item in reads.questionnaires()],
        "desks": [(desk.pk, desk.name) for desk in desks()],
    }
    form = f.PlanForm(request.POST or None, initial=f.initial_of(plan, row.version if row else 0), **offered)
    if request.method == "POST" and form.is_valid():
        try:
            planning.save_plan(
                actor=request.actor, plan_id=row.pk if row else None, plan=form.plan(),
                version=form.cleaned_data["version"] or 0, now=clock.now(),
            )  # fmt: skip
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("Saved. Somebody else has to publish it."))
            return _to(request, plans_url())
    title = str(row) if row else _("New plan")
    return _form(request, form, title, plans_url())


def _form(request: StaffRequest, form: forms.Form, title: str, cancel: str) -> HttpResponse:
    context = {"form": form, "title": title, "cancel": cancel}
    return page(request, "service/follow_ups/plan_form.html", context, status=422 if form.errors else 200)


def _to(request: StaffRequest, url: str) -> HttpResponse:
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def _version(request: StaffRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _act(request: StaffRequest, act: Callable[[], object], said: Any, url: str) -> HttpResponse:
    try:
        act()
    except (Refused, Conflict) as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, said)
    return _to(request, url)


@require_POST
@allow(permissions.PLANS)
def plan_act(request: StaffRequest, plan_id: int, plan_step: str) -> HttpResponse:
    """Publish, stop, begin again or throw away a plan."""
    now, version = clock.now(), _version(request)
    acts: dict[str, tuple[Callable[[], object], Any]] = {
        "publish": (
            lambda: planning.publish_plan(actor=request.actor, plan_id=plan_id, version=version, now=now),
            _("The plan is in force"),
        ),
        "stop": (
            lambda: planning.stop_plan(actor=request.actor, plan_id=plan_id, version=version, now=now),
            _("Saved"),
        ),
        "drop": (lambda: planning.drop_plan(actor=request.actor, plan_id=plan_id, now=now), _("The plan was dropped")),
    }
    if plan_step not in acts:
        raise Http404(plan_step)
    return _act(request, *acts[plan_step], plans_url())


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.PLANS)
def questionnaire_new(request: StaffRequest) -> HttpResponse:
    """Begin a questionnaire."""
    form = f.QuestionnaireForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = planning.add_questionnaire(actor=request.actor, now=clock.now(), **form.cleaned_data)
        except Refused as error:
            explain(form, error)
        else:
            return _to(request, version_url(made.pk))
    return _form(request, form, _("New questionnaire"), plans_url())


@require_POST
@allow(permissions.PLANS)
def version_new(request: StaffRequest, questionnaire_id: int) -> HttpResponse:
    """Begin a new version from the newest one."""
    made = planning.new_version(actor=request.actor, questionnaire_id=questionnaire_id, now=clock.now())
    return _to(request, version_url(made.pk))


@require_safe
@allow(permissions.PLANS)
def version_page(request: StaffRequest, questionnaire_version_id: int) -> HttpResponse:
    """The questions of a version; those of a draft can be changed."""
    row = reads.questionnaire_version(questionnaire_version_id)
    made = questions.read(row.content)
    is_draft = row.status == QuestionnaireVersion.Status.DRAFT
    context = {
        "row": row,
        "state": words.version_state(row.status),
        "is_draft": is_draft,
        "may_publish": is_draft and row.written_by_id != request.actor.id,
        "questions": [
            {
                "number": number,
                "question": question,
                "kind": words.word(words.QUESTION_KINDS, question.kind),
                "options": [(label, code in question.wanted) for code, label in question.options],
            }
            for number, question in enumerate(made, 1)
        ],
    }
    return page(request, "service/follow_ups/questionnaire.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.PLANS)
def question_edit(request: StaffRequest, questionnaire_version_id: int, question_number: int) -> HttpResponse:
    """Write a question of a draft; number 0 adds one at the end."""
    row = reads.questionnaire_version(questionnaire_version_id)
    made = list(questions.read(row.content))
    if question_number > len(made):
        raise Http404(str(question_number))
    initial = f.initial_of_question(made[question_number - 1], row.version) if question_number else {
        "version": row.version, "options": "*YES：是\nNO：否",
    }  # fmt: skip
    form = f.QuestionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            one = form.question()
            changed = [*made[: question_number - 1], one, *made[question_number:]] if question_number else [*made, one]
            planning.save_questions(
                actor=request.actor, version_id=row.pk, made=changed, version=form.cleaned_data["version"] or 0,
                now=clock.now(),
            )  # fmt: skip
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("Saved"))
            return _to(request, version_url(row.pk))
    title = _("Question %(number)s") % {"number": question_number} if question_number else _("New question")
    return _form(request, form, title, version_url(row.pk))


@require_POST
@allow(permissions.PLANS)
def question_act(
    request: StaffRequest, questionnaire_version_id: int, question_number: int, question_step: str
) -> HttpResponse:
    """Move a question up, or take it out of the draft."""
    row = reads.questionnaire_version(questionnaire_version_id)
    made = list(questions.read(row.content))
    if not 1 <= question_number <= len(made) or question_step not in ("up", "drop"):
        raise Http404(question_step)
    one = made.pop(question_number - 1)
    if question_step == "up":
        made.insert(max(question_number - 2, 0), one)
    return _act(
        request,
        lambda: planning.save_questions(
            actor=request.actor, version_id=row.pk, made=made, version=_version(request), now=clock.now()
        ),
        _("Saved"),
        version_url(row.pk),
    )


@require_POST
@allow(permissions.PLANS)
def version_publish(request: StaffRequest, questionnaire_version_id: int) -> HttpResponse:
    """Put a version into use."""
    return _act(
        request,
        lambda: planning.publish_questions(
            actor=request.actor, version_id=questionnaire_version_id, version=_version(request), now=clock.now()
        ),
        _("The questionnaire is in use"),
        version_url(questionnaire_version_id),
    )
