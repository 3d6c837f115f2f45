"""Addresses of automated decisions about a customer."""

from django.urls import path

from keyuan.analytics.views.objections import pages
from keyuan.platform.lists import list_urls, lists

objection_urls = [
    *list_urls(lists["objections"], "automated/objections/"),
    path("automated/of-customer/<int:customer_id>/", pages.panel, name="customer-automated"),
    path("automated/of-customer/<int:customer_id>/explain/", pages.explain, name="automated-explain"),
    path("automated/of-customer/<int:customer_id>/object/", pages.object_to, name="automated-object"),
    path("automated/of-customer/<int:customer_id>/take-back/", pages.take_back, name="automated-take-back"),
    path("automated/of-customer/<int:customer_id>/review/", pages.review, name="automated-review"),
]
