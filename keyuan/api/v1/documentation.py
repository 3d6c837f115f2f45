"""The document of the API and its interactive pages: for signed-in staff, or for all where settings say so."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from keyuan.api.kit.document import document
from keyuan.api.v1.interface import PREFIX, api
from keyuan.platform.http import SIGNED_IN, View, allow, public


def readers(view: Callable[..., HttpResponse]) -> View:
    """Let in whoever may read the documentation."""
    return public(view) if settings.API_DOCS_PUBLIC else allow(SIGNED_IN)(view)


@readers
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document."""
    del request
    return JsonResponse(document(api, PREFIX), json_dumps_params={"ensure_ascii": False})


@readers
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The interactive documentation."""
    return render(request, "api/docs.html")
