"""Addresses of policy service (POL-5)."""

from django.urls import path

from keyuan.platform.lists import list_urls, lists
from keyuan.policies.views.service_items import acts, entry, limits, pages

ONE = "requests/<int:service_request_id>/"

urlpatterns = [
    *list_urls(lists["service-requests"], "requests/"),
    path("requests/new/", entry.request_create, name="request-create"),
    path("requests/checks/", entry.request_checks, name="request-checks"),
    path("requests/people/", entry.people, name="request-people"),
    path("requests/items/", limits.item_list, name="request-items"),
    path("requests/items/<slug:service_item>/", limits.item_edit, name="request-item"),
    path(ONE, pages.request_detail, name="request"),
    path(f"{ONE}acts/<slug:act>/", acts.request_act, name="request-act"),
    path(f"{ONE}agreements/new/", pages.request_consent, name="request-consent"),
    path(f"{ONE}files/add/", pages.file_add, name="request-file-add"),
    path(f"{ONE}files/<int:file_id>/remove/", pages.file_remove, name="request-file-remove"),
    path(f"{ONE}reveal/<slug:column>/", pages.request_reveal, name="request-reveal"),
    path(f"{ONE}letter/", pages.request_letter, name="request-letter"),
    path("<int:policy_id>/requests/", pages.policy_requests, name="policy-requests"),
    path("of-customer/<int:customer_id>/requests/", pages.customer_requests, name="customer-requests"),
]
