"""One press, one record: what a form with a token has changed is not changed again when it arrives a second time.

A browser that got no answer sends the same form again, with the token that names the attempt. The first change that is
put on the trail claims the attempt in its own transaction, so both stand or fall together; the second sending is
stopped there. Services that find what the first sending made (a customer, a bulk run) come first and answer better.
"""

import hashlib
import secrets
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
    # A body that the view has read itself is no form.
    name = named(request) if hasattr(request, "_post") else ""
    return f"form:{name}" if name else ""


def token_of(request: HttpRequest) -> str:
    """Return the token for the form on the page: the one that came with it, else a fresh one."""
    return request.POST.get(FIELD, "")[:64] or secrets.token_hex(16)


def named(request: HttpRequest, field: str = FIELD) -> str:
    """Return the name of the attempt for the service that keeps what it made: 40 characters, empty without a token.

    It covers what was typed and uploaded: a form that comes back changed (a page reached by the back button) is another
    attempt, and answering it with the first record would lose the change without a word. The token (in ``field``) in it
    makes the digest tell nothing about the rest.
    """
    token = request.POST.get(field, "")
    if not token:
        return ""
    typed = sorted((name, values) for name, values in request.POST.lists() if name not in {field, *PASSING})
    files = [(name, [_digest(file) for file in found]) for name, found in request.FILES.lists()]
    actor_id = getattr(getattr(request, "actor", None), "id", None)
    whole = repr((actor_id, request.path, token[:64], typed, sorted(files)))
    return hashlib.sha256(whole.encode()).hexdigest()[:40]


def _digest(file: Any) -> tuple[str, int, str]:
    if (known := getattr(file, "fingerprint", None)) is not None:
        return file.name, 0, known
    if file.closed:
        return file.name, file.size, ""
    place = file.tell()
    file.seek(0)
    found = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(place)
    return file.name, file.size, found


def answer(request: HttpRequest) -> HttpResponse:
    """Say that it was saved, and let the page show what stands there now."""
    sentence = _("This was saved already; it was not saved twice.")
    if "json" in request.headers.get("Accept", ""):
        return HttpResponse(sentence, status=409, content_type="text/plain; charset=utf-8")
    toast(request, sentence)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return HttpResponseRedirect(request.path)
