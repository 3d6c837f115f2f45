"""Saying what happened: a toast on this page or, after a redirect, on the next one, with a way to take it back."""

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]
REDIRECTS = {301, 302, 303, 307, 308}


def toast(request: HttpRequest, sentence: Any, *, undo: str = "", failed: bool = False) -> None:
    """Say ``sentence``; ``undo`` is the address to which a POST takes the action back."""
    level = messages.ERROR if failed else messages.SUCCESS
    messages.add_message(request, level, str(sentence), extra_tags=undo)


class FragmentMiddleware:
    """Let views answer htmx as they answer a browser.

    A redirect becomes a whole new page (htmx would follow it and swap the page into the fragment), and messages that
    no template showed travel along as toasts. Panels of a page (GET) follow redirects as usual.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not getattr(request, "htmx", False):
            return response
        if response.status_code in REDIRECTS and request.method == "POST":
            return _new_page(response)
        if response.status_code not in REDIRECTS and "HX-Redirect" not in response and "HX-Location" not in response:
            _add_toasts(request, response)
        return response


def _new_page(response: HttpResponse) -> HttpResponse:
    answer = HttpResponse(status=204)
    answer["HX-Redirect"] = response["Location"]
    answer.cookies = response.cookies
    return answer


def _add_toasts(request: HttpRequest, response: HttpResponse) -> None:
    storage = get_messages(request)
    if getattr(storage, "used", True):
        return
    said = [{"text": str(message), "level": message.level_tag, "undo": message.extra_tags or ""} for message in storage]
    if not said:
        return
    triggers = json.loads(response["HX-Trigger"]) if response.get("HX-Trigger", "").startswith("{") else {}
    if not triggers and "HX-Trigger" in response:
        triggers = {name.strip(): None for name in response["HX-Trigger"].split(",")}
    response["HX-Trigger"] = json.dumps({**triggers, "toast": said})
