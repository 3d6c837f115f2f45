"""Addresses of the API and of its pages."""

from typing import Any

from django.urls import URLPattern, URLResolver, path

from keyuan.api.v1 import documentation, oauth
from keyuan.api.v1.interface import PREFIX, api
from keyuan.api.views.webhook_urls import webhook_urls
from keyuan.platform.http import PROGRAMS


def for_programs(patterns: list[Any]) -> list[URLPattern]:
    """Return the addresses of the endpoints, each with the sign that a credential opens it."""
    kept = [entry for entry in patterns if isinstance(entry, URLPattern) and entry.name != "api-root"]
    for entry in kept:
        entry.callback.permission = PROGRAMS  # type: ignore[attr-defined]  # a mark on a function
    return [path(f"{PREFIX}{entry.pattern}", entry.callback, name=entry.name) for entry in kept]


app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{PREFIX}docs", documentation.docs, name="docs"),
    path(f"{PREFIX}openapi.json", documentation.openapi, name="openapi"),
    *for_programs(
        [
            path("oauth/token", oauth.token, name="oauth-token"),
            path("oauth/revoke", oauth.revoke, name="oauth-revoke"),
            *api.urls[0],
        ]
    ),
    *webhook_urls(),
]
