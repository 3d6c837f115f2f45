"""How much waits behind an entry of the shell, asked once a page however many entries show it."""

from collections.abc import Callable

from django.http import HttpRequest

from keyuan.kernel.actor import Actor

Count = Callable[[Actor], int | None]
ASKED = "keyuan.waiting"


def waiting(request: HttpRequest, actor: Actor, count: Count | None) -> int | None:
    """Return what ``count`` says for ``actor``, asked the first time only; None without a count."""
    if count is None:
        return None
    asked: dict[Count, int | None] = request.META.setdefault(ASKED, {})
    if count not in asked:
        asked[count] = count(actor)
    return asked[count]
