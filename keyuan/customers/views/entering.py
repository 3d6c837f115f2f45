"""Entering and changing a customer's archive."""

from django.http import HttpResponse

from keyuan.customers import permissions
from keyuan.platform.http import StaffRequest, allow


@allow(permissions.CREATE)
def enter(request: StaffRequest) -> HttpResponse:
    return HttpResponse()


@allow(permissions.EDIT)
def edit(request: StaffRequest, customer_id: int) -> HttpResponse:
    return HttpResponse()


@allow(permissions.VIEW)
def check(request: StaffRequest) -> HttpResponse:
    return HttpResponse()


@allow(permissions.VIEW)
def places(request: StaffRequest) -> HttpResponse:
    return HttpResponse()
