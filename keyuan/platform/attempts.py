"""One press, one record: what a form with a token has changed is not changed again when it arrives a second time.

A browser that got no answer sends the same form again, with the token that names the attempt. The first change that is
put on the trail claims the attempt in its own transaction, so both stand or fall together; the second sending is
stopped there. Services that find what the first sending made (a customer, a bulk run) come first and answer better.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from keyuan.platform.events import once
from keyuan.platform.toasts import toast

FIELD = "idempotency"
#: Differ between two sendings of one form.
PASSING = {FIELD, "csrfmiddlewaretoken"}


class Repeated(Exception):
    """The form of this request was saved before: nothing is to be changed again."""


@dataclass
class Attempt:
    """The request under way; ``block`` is the transaction that claimed it, ``is_saved`` whether that committed."""

    request: HttpRequest
    block: Any = None
    is_saved: bool = False

    def save(self) -> None:
        """Note that the claim stands."""
        self.is_saved = True


_attempt: ContextVar[Attempt | None] = ContextVar("attempt", default=None)


@contextmanager
def of(request: HttpRequest) -> Iterator[None]:
    """Watch over the changes that ``request`` makes."""
    mark = _attempt.set(Attempt(request) if request.method == "POST" else None)
    try:
        yield
    finally:
        _attempt.reset(mark)


def note() -> None:
    """Claim the attempt in the caller's transaction; raise `Repeated` when an earlier request has."""
    attempt = _attempt.get()
    if attempt is None or attempt.is_saved:
        return
    block = transaction.get_connection().atomic_blocks[0]
    if attempt.block is block:
        return
    key = _key(attempt.request)
    if key and not once(key):
        raise Repeated
    attempt.block = block
    transaction.on_commit(attempt.save)


def _key(request: HttpRequest) -> str:
    """Return what names the attempt, empty without a token.

    It covers what was typed: a form that is sent back changed is another attempt. The token in it makes the digest tell
    nothing about the rest.
    """
    # A body that the view has read itself is no form.
    token = request.POST.get(FIELD, "") if hasattr(request, "_post") else ""
    if not token:
        return ""
    typed = sorted((name, values) for name, values in request.POST.lists() if name not in PASSING)
    actor_id = getattr(getattr(request, "actor", None), "id", None)
    whole = repr((actor_id, request.path, token[:64], typed))
    return "form:" + hashlib.sha256(whole.encode()).hexdigest()


def answer(request: HttpRequest) -> HttpResponse:
    """Say that it was saved, and let the page show what stands there now."""
    sentence = _("This was saved already; it was not saved twice.")
    if "json" in request.headers.get("Accept", ""):
        return HttpResponse(sentence, status=409, content_type="text/plain; charset=utf-8")
    toast(request, sentence)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return HttpResponseRedirect(request.path)
