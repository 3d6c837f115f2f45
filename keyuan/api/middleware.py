"""Puts the gate of the API before everything under its prefix; pages of the API itself pass by (PLT-14)."""

from django.http import HttpRequest, HttpResponse

from keyuan.api.kit.gate import Handler, answer

PREFIX = "/api/v1/"
#: Addresses under the prefix that browsers open with their session.
PAGES = frozenset({f"{PREFIX}docs", f"{PREFIX}openapi.json"})


class ApiMiddleware:
    """Answer requests of the API through its gate."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX) or request.path_info in PAGES:
            return self.get_response(request)
        return answer(request, self.get_response)
