"""Addresses of the pages of privacy."""

from django.urls import URLPattern, path

from keyuan.contact.views.privacy import requests, retention
from keyuan.platform.lists import list_urls, lists


def privacy_urls() -> list[URLPattern]:
    """Return the addresses; the list must be registered."""
    one = "privacy/<int:request_id>/"
    return [
        *list_urls(lists["privacy-requests"], "privacy/"),
        path("of-customer/<int:customer_id>/privacy/", requests.request_new, name="privacy-new"),
        path("of-customer/<int:customer_id>/hold/", retention.hold_place, name="hold-place"),
        path(one, requests.privacy_request, name="privacy-request"),
        path(f"{one}check/", requests.request_check, name="privacy-check"),
        path(f"{one}take/", requests.request_take, name="privacy-take"),
        path(f"{one}pause/", requests.request_pause, name="privacy-pause"),
        path(f"{one}resume/", requests.request_resume, name="privacy-resume"),
        path(f"{one}refuse/", requests.request_refuse, name="privacy-refuse"),
        path(f"{one}finish/", requests.request_finish, name="privacy-finish"),
        path(f"{one}drop/", requests.request_drop, name="privacy-drop"),
        path(f"{one}copy/", requests.request_copy, name="privacy-copy"),
        path(f"{one}copy/file/", requests.request_fetch, name="privacy-fetch"),
        path(f"{one}erase/", requests.request_erase, name="privacy-erase"),
        path("retention/", retention.retention, name="retention"),
        path("retention/run/", retention.retention_run, name="retention-run"),
        path("retention/terms/<str:term_key>/", retention.term_edit, name="retention-term"),
        path("retention/holds/<int:hold_id>/lift/", retention.hold_lift, name="hold-lift"),
    ]
