"""The outermost layer of every request: answers probes before anything else is touched, counts and times the rest."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from keyuan.platform.operations import metrics
from keyuan.platform.operations.observing import watching
from keyuan.platform.views import probes

Handler = Callable[[HttpRequest], HttpResponse]
#: Asked by machines that know no host name and have no session.
PROBES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/health/live": probes.live,
    "/health/ready": probes.ready,
    "/metrics": probes.metrics,
}


class ObservingMiddleware:
    """Times every request by its route."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path_info)
        if probe is not None:
            return probe(request)

        def route() -> str:
            return str(request.resolver_match.view_name) if request.resolver_match else ""

        began = time.perf_counter()
        with watching(route) as seen:
            response = self.get_response(request)
        seconds = time.perf_counter() - began
        name = route()
        metrics.count_request(route=name, method=request.method or "", status=response.status_code, seconds=seconds)
        metrics.count_queries(route=name, number=seen.number, seconds=seen.seconds, slow=seen.slow)
        return response
