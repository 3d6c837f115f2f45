"""Addresses of the policies pages."""

from django.urls import path

from keyuan.platform.lists import list_urls, lists
from keyuan.policies.views import detail, panels

app_name = "policies"
urlpatterns = [
    *list_urls(lists["policies"]),
    path("<int:policy_id>/", detail.policy_detail, name="policy-detail"),
    path("<int:policy_id>/steps/<slug:kind>/", detail.policy_step, name="policy-step"),
    path("<int:policy_id>/payments/new/", detail.payment_create, name="payment-create"),
    path("<int:policy_id>/account/", detail.policy_account_reveal, name="policy-account-reveal"),
    path("of-customer/<int:customer_id>/", panels.customer_policies, name="customer-policies"),
    path("of-customer/<int:customer_id>/premiums/", panels.customer_premiums, name="customer-premiums"),
    path("of-customer/<int:customer_id>/cover/", panels.customer_cover, name="customer-cover"),
    path("of-customer/<int:customer_id>/household/", panels.household_cover, name="household-cover"),
]
