"""Addresses of the platform's own pages; the engines add their parts."""

from django.urls import URLPattern, URLResolver, path

from keyuan.platform.lists.urls import shared_urls
from keyuan.platform.views import shell

app_name = "platform"
urlpatterns: list[URLPattern | URLResolver] = [
    path("palette/", shell.palette, name="palette"),
    path("recent/", shell.recent, name="recent"),
    path("preferences/keys/", shell.keys, name="keys"),
    path("dev/components/", shell.components, name="components"),
    *shared_urls,
]
