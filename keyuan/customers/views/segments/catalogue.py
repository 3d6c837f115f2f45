"""The catalogue of tags: a tag's page, and what changes it (CUS-6)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.customers import permissions
from keyuan.customers.forms.segments.tag import NewTagForm, RuleForm, TagFactsForm, initial_of
from keyuan.customers.models import Tag
from keyuan.customers.selectors import labels
from keyuan.customers.selectors.segments.own_fields import TAG_SOURCES
from keyuan.customers.selectors.segments.reading import names_of_segments
from keyuan.customers.selectors.tags import history_of, rule_of, sources_of
from keyuan.customers.services.segments import catalogue
from keyuan.customers.services.segments.tagging import access_tag
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform import clock
from keyuan.platform.audit.labels import actor_label, field_label, said_pair
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.models.audit_event import EventRecord
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say, say_code


@require_GET
@allow(permissions.VIEW)
def tag(request: StaffRequest, tag_id: int) -> HttpResponse:
    """What a tag means, on whom it is, what sets it, and its history."""
    found = access_tag(tag_id)
    rule = rule_of(found)
    context = {
        "tag": found,
        "family": labels.label_of(labels.TAG_FAMILIES, found.family),
        "sources": [(labels.label_of(TAG_SOURCES, code), uses) for code, uses in sorted(sources_of(found).items())],
        "rule": rule,
        "segment_name": _segment_name(request.actor, rule.segment_id) if rule else "",
        "rule_error": say_code(rule.last_error) if rule and rule.last_error else "",
        "may_edit": request.actor.may(permissions.TAG_CATALOGUE),
        "history": [_told(request.actor, event) for event in history_of(found)],
    }
    return page(request, "customers/segments/tag.html", context)


def _told(actor: Actor, event: EventRecord) -> tuple[str, datetime, list[tuple[Any, str, str]]]:
    """Return who changed what and when, in words."""
    changes = [(field_label(field), *said_pair(actor, field, *pair)) for field, pair in event.changed.items()]
    return actor_label(event), event.at, changes


def _segment_name(actor: Actor, segment_id: int) -> str:
    return names_of_segments(actor, [segment_id]).get(segment_id, _("a segment that you do not see"))


@require_http_methods(["GET", "POST"])
@allow(permissions.TAG_CATALOGUE)
def tag_create(request: StaffRequest) -> HttpResponse:
    """A new tag."""
    form = NewTagForm(request.POST or None)

    def save() -> Tag:
        return catalogue.create_tag(
            actor=request.actor, code=form.cleaned_data["code"], facts=form.facts(), now=clock.now()
        )

    return _asking(request, form, save, _("New tag"), None)


@require_http_methods(["GET", "POST"])
@allow(permissions.TAG_CATALOGUE)
def tag_edit(request: StaffRequest, tag_id: int) -> HttpResponse:
    """Change what the catalogue says of a tag."""
    found = access_tag(tag_id)
    form = TagFactsForm(request.POST or None, initial=initial_of(found))

    def save() -> Tag:
        return catalogue.change_tag(
            actor=request.actor, tag_id=tag_id, version=_version(request), facts=form.facts(), now=clock.now()
        )

    return _asking(request, form, save, _("Change the tag"), found, version=found.version)


@require_http_methods(["GET", "POST"])
@allow(permissions.TAG_CATALOGUE)
def tag_rule(request: StaffRequest, tag_id: int) -> HttpResponse:
    """Let a tag follow a segment every night."""
    found = access_tag(tag_id)
    rule = rule_of(found)
    form = RuleForm(request.POST or None, request.actor, rule, today=clock.today())

    def save() -> Tag:
        catalogue.set_rule(
            actor=request.actor,
            tag_id=tag_id,
            version=_version(request),
            facts=form.facts(),
            today=clock.today(),
            now=clock.now(),
        )
        return found

    return _asking(request, form, save, _("Rule of the tag"), found, version=rule.version if rule else 0)


def _asking(
    request: StaffRequest, form: forms.Form, save: Callable[[], Tag], title: str, found: Tag | None, version: int = 0
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            saved = save()
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, say(error))
        else:
            toast(request, _("The tag was saved"))
            return redirect("customers:tag", tag_id=saved.pk)
    context = {
        "form": form,
        "title": title,
        "tag": found,
        "version": request.POST.get("version") or version,
    }
    return page(request, "customers/segments/tag_form.html", context, status=422 if form.is_bound else 200)


def _version(request: StaffRequest) -> int:
    version = request.POST.get("version", "")
    return int(version) if version.isdecimal() else -1


@require_POST
@allow(permissions.TAG_CATALOGUE)
def tag_retire(request: StaffRequest, tag_id: int) -> HttpResponse:
    """Offer a tag no more."""
    return _moved(request, tag_id, catalogue.retire_tag, _("The tag is retired"))


@require_POST
@allow(permissions.TAG_CATALOGUE)
def tag_revive(request: StaffRequest, tag_id: int) -> HttpResponse:
    """Offer a retired tag again."""
    return _moved(request, tag_id, catalogue.revive_tag, _("The tag is in use again"))


def _moved(request: StaffRequest, tag_id: int, act: Callable[..., Any], said: str) -> HttpResponse:
    try:
        act(actor=request.actor, tag_id=tag_id, version=_version(request), now=clock.now())
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, said)
    return redirect("customers:tag", tag_id=tag_id)
