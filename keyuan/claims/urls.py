"""Addresses of the claims pages."""

from django.urls import path

from keyuan.claims.views import pages
from keyuan.platform.lists import list_urls, lists

app_name = "claims"
urlpatterns = [
    *list_urls(lists["claims"]),
    path("<int:claim_id>/", pages.claim_detail, name="claim-detail"),
    path("of-customer/<int:customer_id>/", pages.customer_claims, name="customer-claims"),
    path("of-policy/<int:policy_id>/", pages.policy_claims, name="policy-claims"),
]
