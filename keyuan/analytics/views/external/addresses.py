"""Addresses of figures from outside."""

from django.urls import path

from keyuan.analytics.views.external import pages
from keyuan.platform.lists import list_urls, lists

external_urls = [
    *list_urls(lists["external-figures"], "outside/"),
    path("outside/indicator/", pages.indicator, name="external-indicator"),
    path("outside/indicator/remove/", pages.indicator_remove, name="external-remove"),
]
