"""Addresses of the night runs."""

from django.urls import path

from keyuan.analytics.views.runs import pages
from keyuan.platform.lists import list_urls, lists

run_urls = [
    *list_urls(lists["night-runs"], "runs/"),
    path("runs/start/", pages.start, name="run-start"),
    path("runs/<int:run_id>/", pages.run, name="run"),
]
