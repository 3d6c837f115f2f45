"""Addresses of churn."""

from django.urls import URLPattern, path

from keyuan.analytics.views.churn import contract, effect, panel
from keyuan.platform.lists import list_urls, lists

churn_urls: list[URLPattern] = [
    *list_urls(lists["churn-watch"], "churn/"),
    *list_urls(lists["churn-cases"], "churn/cases/"),
    path("churn/effect/", effect.churn_effect, name="churn-effect"),
    path("churn/terms/", effect.churn_terms_page, name="churn-terms"),
    path("churn/of-customer/<int:customer_id>/", panel.customer_churn, name="customer-churn"),
    path("churn/of-contract/<int:policy_id>/", contract.policy_churn, name="policy-churn"),
]
