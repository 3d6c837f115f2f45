"""What machines ask: is the process alive, can it serve, what are its figures (PLT-13)."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from keyuan.platform import clock
from keyuan.platform.http import public
from keyuan.platform.operations.access import is_trusted
from keyuan.platform.operations.health import watcher
from keyuan.platform.operations.scrape import exposition
from keyuan.platform.shield import HEADERS


def _fresh(response: HttpResponse) -> HttpResponse:
    # Probes are answered before the layer that guards pages.
    for name, value in HEADERS.items():
        response.setdefault(name, value)
    # A probe asks every second: an instance that is not ready must not fill the log with saying so.
    marked: Any = response
    marked._has_been_logged = True
    return response


@require_safe
@public
def live(_request: HttpRequest) -> HttpResponse:
    """Answer: the process is alive. Touches nothing else."""
    return _fresh(JsonResponse({"status": "ok"}))


@require_safe
@public
def ready(request: HttpRequest) -> HttpResponse:
    """Say whether people may be sent here; which check failed is told to those who may know."""
    found = watcher.ask()
    told: dict[str, Any] = {"status": "ok" if found.is_ready else "unavailable"}
    if is_trusted(request):
        told["checks"] = dict(found.checks)
    return _fresh(JsonResponse(told, status=200 if found.is_ready else 503))


@require_safe
@public
def metrics(request: HttpRequest) -> HttpResponse:
    """Give the figures of this machine in Prometheus' format to those who may have them; to others it is not there."""
    if not is_trusted(request):
        return _fresh(HttpResponse(status=404))
    return _fresh(HttpResponse(exposition(clock.wall()), content_type=CONTENT_TYPE_LATEST))
