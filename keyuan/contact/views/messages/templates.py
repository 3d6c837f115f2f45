"""Pages of templates: writing with a live preview, approving by a second person (PLT-11)."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.contact import permissions
from keyuan.contact.forms.message_words import AUTOMATIC, VARIABLE_KINDS, version_state
from keyuan.contact.forms.messages import ApprovalForm, TemplateForm, initial_of
from keyuan.contact.models import TemplateVersion
from keyuan.contact.selectors import labels
from keyuan.contact.selectors.messages.templates import access_template, open_version, versions_of
from keyuan.contact.services.messages import templates as services
from keyuan.contact.services.messages.previewing import preview_texts
from keyuan.contact.services.messages.templates import TemplateContents
from keyuan.kernel.errors import Invalid, Refused
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say


def template_url(template_id: int) -> str:
    """Return the address of a template's page."""
    return reverse("contact:template", args=[template_id])


@require_safe
@allow(permissions.OUTBOX)
def template(request: StaffRequest, template_id: int) -> HttpResponse:
    """One template: what it says now, what is being written, and its versions."""
    found = access_template(request.actor, template_id)
    versions = versions_of(found)
    draft = next((row for row in versions if row.status in ("DRAFT", "WAITING")), None)
    shown = draft or next((row for row in versions if row.status == "APPROVED"), versions[0])
    is_own = draft is not None and draft.written_by_id == request.actor.id
    context = {
        "template": found,
        "channel": labels.label_of(labels.CHANNELS, found.channel),
        "purpose": labels.label_of(labels.PURPOSES, found.purpose),
        "versions": [_version_row(row) for row in versions],
        "shown": shown,
        "shown_state": version_state(shown.status),
        "variables": [_variable_row(row) for row in shown.variables],
        "previews": _previews(request, found.channel, found.purpose, shown),
        "draft": draft,
        "may_write": request.actor.may(permissions.TEMPLATES),
        "may_decide": request.actor.may(permissions.APPROVE) and draft is not None and draft.status == "WAITING",
        "is_own": is_own,
        "approval": ApprovalForm(initial={"version": found.version}),
    }
    return page(request, "contact/messages/template.html", context)


def _version_row(row: TemplateVersion) -> dict[str, Any]:
    state = version_state(row.status)
    return {"row": row, "word": state.text, "tone": state.tone}


def _variable_row(row: dict[str, Any]) -> dict[str, Any]:
    given = row.get("source", "GIVEN") == "GIVEN"
    kind = VARIABLE_KINDS.get(row.get("kind", ""), "") if given else AUTOMATIC.get(row["source"], "")
    return {
        "name": row["name"],
        "kind": kind,
        "label": row.get("label", ""),
        "sample": row.get("sample", ""),
        "given": given,
    }


def _previews(request: StaffRequest, channel: str, purpose: str, version: TemplateVersion) -> list[dict[str, Any]]:
    contents = TemplateContents(version.texts, version.variables)
    return _shown(request, channel, purpose, contents, request.GET.get("customer", ""))


def _shown(
    request: StaffRequest, channel: str, purpose: str, contents: TemplateContents, customer_no: str
) -> list[dict[str, Any]]:
    found = preview_texts(request.actor, channel, purpose, contents, customer_no=customer_no, now=clock.now())
    return [
        {
            "language": item.language,
            "subject": item.subject,
            "body": item.body,
            "size": item.size,
            "words": item.words,
            "fault": say(item.fault) if item.fault else "",
        }
        for item in found
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.TEMPLATES)
def template_new(request: StaffRequest) -> HttpResponse:
    """Begin a template."""
    form = TemplateForm(request.POST or None, initial={"channel": "SMS", "purpose": "SERVICE"})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        names = ("code", "name", "channel", "purpose", "note")
        try:
            made = services.create_template(
                actor=request.actor,
                contents=form.contents(),
                now=clock.now(),
                **{name: values[name] for name in names},
            )
        except Refused as error:
            form.explain(error)
        else:
            toast(request, _("The template is kept as a draft; let it be approved next"))
            return HttpResponseRedirect(template_url(made.pk))
    return _form_page(request, form, _("New template"), reverse("contact:templates"))


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.TEMPLATES)
def template_edit(request: StaffRequest, template_id: int) -> HttpResponse:
    """Change the version being written, or begin the next one."""
    found = access_template(request.actor, template_id)
    base = open_version(found.pk) or versions_of(found)[0]
    initial = {"name": found.name, "note": found.note, "version": found.version, **initial_of(base)}
    form = TemplateForm(request.POST or None, initial=initial, is_new=False)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            services.edit_template(
                actor=request.actor,
                template_id=template_id,
                name=values["name"],
                note=values["note"],
                version=values["version"] or 0,
                contents=form.contents(),
                now=clock.now(),
            )
        except Refused as error:
            form.explain(error)
        else:
            toast(request, _("Saved"))
            return HttpResponseRedirect(template_url(template_id))
    title = _("Edit %(name)s") % {"name": found.name}
    return _form_page(request, form, title, template_url(template_id), channel=found.channel, purpose=found.purpose)


def _form_page(request: StaffRequest, form: TemplateForm, title: str, cancel_url: str, **more: Any) -> HttpResponse:
    context = {"form": form, "title": title, "cancel_url": cancel_url, "automatic": _automatic_places(), **more}
    return page(request, "contact/messages/template_form.html", context, status=422 if form.errors else 200)


def _automatic_places() -> list[tuple[str, Any]]:
    return [(str(source).lower(), label) for source, label in AUTOMATIC.items()]


@require_POST
@allow(permissions.TEMPLATES)
def template_preview(request: StaffRequest) -> HttpResponse:
    """Show what is being typed as customers would read it, with its length and what is wrong."""
    form = TemplateForm(request.POST, is_new=bool(request.POST.get("code") is not None))
    form.is_valid()
    channel, purpose = request.POST.get("channel", "SMS"), request.POST.get("purpose", "SERVICE")
    context: dict[str, Any] = {"previews": [], "faults": []}
    values = form.cleaned_data
    for name in form.fields:
        values.setdefault(name, "")
    try:
        number = request.POST.get("customer", "")
        context["previews"] = _shown(request, channel, purpose, form.contents(), number)
    except Refused as error:
        context["faults"] = [say(error)]
    return page(request, "contact/messages/preview.html", context)


def _act(request: StaffRequest, template_id: int, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
    except Invalid as error:
        for part in error.errors:
            toast(request, say(part), failed=True)
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, said)
    return HttpResponseRedirect(template_url(template_id))


def _version(request: StaffRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


@require_POST
@allow(permissions.TEMPLATES)
def template_submit(request: StaffRequest, template_id: int) -> HttpResponse:
    """Ask a second person to approve."""

    def act() -> object:
        return services.submit_template(
            actor=request.actor, template_id=template_id, version=_version(request), now=clock.now()
        )

    return _act(request, template_id, act, _("A second person was asked to approve it"))


@require_POST
@allow(permissions.APPROVE)
def template_decide(request: StaffRequest, template_id: int) -> HttpResponse:
    """Approve or refuse."""
    access_template(request.actor, template_id)
    form = ApprovalForm(request.POST)
    if not form.is_valid():
        toast(request, _("Choose whether you approve it."), failed=True)
        return HttpResponseRedirect(template_url(template_id))
    approve = form.cleaned_data["approve"] == "yes"

    def act() -> object:
        return services.decide_template(
            actor=request.actor,
            template_id=template_id,
            version=form.cleaned_data["version"],
            approve=approve,
            note=form.cleaned_data["note"],
            now=clock.now(),
        )

    return _act(
        request, template_id, act, _("Approved: it can be sent now") if approve else _("Given back to its writer")
    )


@require_POST
@allow(permissions.TEMPLATES)
def template_retire(request: StaffRequest, template_id: int) -> HttpResponse:
    """Take out of use, or back into it."""
    retired = request.POST.get("retired") == "1"

    def act() -> object:
        return services.retire_template(actor=request.actor, template_id=template_id, retired=retired, now=clock.now())

    return _act(request, template_id, act, _("Out of use") if retired else _("In use again"))


@require_POST
@allow(permissions.TEMPLATES)
def template_discard(request: StaffRequest, template_id: int) -> HttpResponse:
    """Throw away what is being written."""

    def act() -> object:
        return services.discard_draft(
            actor=request.actor, template_id=template_id, version=_version(request), now=clock.now()
        )

    return _act(request, template_id, act, _("The draft was thrown away"))
