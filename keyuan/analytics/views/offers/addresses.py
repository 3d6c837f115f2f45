"""Addresses of offers."""

from django.urls import URLPattern, path

from keyuan.analytics.views.offers import acting, uptake
from keyuan.platform.lists import list_urls, lists

offer_urls: list[URLPattern] = [
    *list_urls(lists["offers"], "offers/"),
    path("offers/of-customer/<int:customer_id>/", acting.customer_offers, name="customer-offers"),
    path("offers/uptake/", uptake.offer_uptake, name="offer-uptake"),
    path("offers/terms/", uptake.offer_terms, name="offer-terms"),
    path("offers/<int:offer_id>/decline/", acting.offer_decline, name="offer-decline"),
    path("offers/<int:offer_id>/task/", acting.offer_task, name="offer-task"),
    path("offers/answers/<int:offer_answer_id>/restore/", acting.offer_restore, name="offer-restore"),
]
