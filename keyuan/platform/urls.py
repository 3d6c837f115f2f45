"""Addresses of the platform's own pages; the engines add their parts."""

from django.urls import URLPattern, URLResolver, path

from keyuan.platform.imports.urls import urlpatterns as import_urls
from keyuan.platform.lists.urls import shared_urls
from keyuan.platform.views import notices, shell

app_name = "platform"
urlpatterns: list[URLPattern | URLResolver] = [
    path("palette/", shell.palette, name="palette"),
    path("recent/", shell.recent, name="recent"),
    path("preferences/keys/", shell.keys, name="keys"),
    path("notices/", notices.notices, name="notices"),
    path("notices/bell/", notices.bell, name="bell"),
    path("notices/read/", notices.notices_read, name="notices-read"),
    path("notices/<int:notice_id>/", notices.notice_open, name="notice-open"),
    path("dev/components/", shell.components, name="components"),
    *shared_urls,
    *import_urls,
]
