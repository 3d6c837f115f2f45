"""Addresses of the pages of benefits."""

from django.urls import path

from keyuan.platform.lists import list_urls, lists
from keyuan.policies.views.benefits import pages, settings

urlpatterns = [
    *list_urls(lists["benefits"], "benefits/"),
    path("benefits/rates/", settings.rates, name="dividend-rates"),
    path("benefits/rates/<int:dividend_id>/release/", settings.rate_release, name="dividend-release"),
    path("benefits/again/", settings.again, name="benefits-again"),
    path("benefits/<int:benefit_id>/", pages.benefit_detail, name="benefit"),
    path("benefits/<int:benefit_id>/statement/", pages.benefit_statement, name="benefit-statement"),
    path("benefits/<int:benefit_id>/claim/", pages.benefit_claim, name="benefit-claim"),
    path("benefits/<int:benefit_id>/approve/", pages.benefit_approve, name="benefit-approve"),
    path("benefits/<int:benefit_id>/return/", pages.benefit_return, name="benefit-return"),
    path("<int:policy_id>/benefits/", pages.policy_benefits, name="policy-benefits"),
    path("of-customer/<int:customer_id>/benefits/", pages.customer_benefits, name="customer-benefits"),
]
