"""The page of terms in versions: shown, changed with a reason, with their history; one flow for every kind."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from keyuan.analytics.selectors.terms import TermsKind
from keyuan.analytics.services.terms import require_governing, save_terms
from keyuan.organisation.forms import accepted
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, page
from keyuan.platform.toasts import toast


@dataclass(frozen=True, slots=True)
class TermsPage:
    """What one kind of terms shows: its form (``terms()`` gives what was typed), its words, and where it leads.

    ``initial_of(terms, version)`` fills the form, ``spoken(terms)`` names every term; ``back`` and ``done`` are names
    of addresses: without a change, and after one.
    """

    kind: TermsKind[Any]
    form: Callable[..., Any]
    initial_of: Callable[[Any, int], dict[str, Any]]
    spoken: Callable[[Any], Sequence[tuple[Any, Any]]]
    title: Any
    said: Any
    back: str
    done: str


def answer_terms(request: StaffRequest, about: TermsPage) -> HttpResponse:
    """Show and change the terms of ``about``; 422 with what was typed where something is wrong."""
    require_governing(request.actor)
    present, version = about.kind.in_force()
    form = about.form(request.POST or None, initial=about.initial_of(present, version.number if version else 0))
    if request.method == "POST" and accepted(form, lambda: _save(request, about, form)):
        toast(request, about.said)
        return HttpResponseRedirect(reverse(about.done))
    context = {
        "form": form,
        "title": about.title,
        "cancel_url": reverse(about.back),
        "versions": [(row, about.spoken(terms)) for row, terms in about.kind.versions()],
    }
    return page(request, "analytics/value/terms.html", context, status=422 if form.errors else 200)


def _save(request: StaffRequest, about: TermsPage, form: Any) -> None:
    data = form.cleaned_data
    save_terms(
        actor=request.actor, kind=about.kind, number=data["version"], terms=form.terms(), reason=data["reason"],
        now=clock.now(),
    )  # fmt: skip
