"""Leading on after an act, for pages and fragments alike."""

from django.http import HttpResponse, HttpResponseRedirect

from keyuan.platform.http import StaffRequest


def to(request: StaffRequest, url: str) -> HttpResponse:
    """Lead on, also a fragment request."""
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
