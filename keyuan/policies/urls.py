"""Addresses of the policies pages."""

from django.urls import path

from keyuan.platform.lists import list_urls, lists
from keyuan.policies.views import acts, detail, entry, files, panels

app_name = "policies"
urlpatterns = [
    *list_urls(lists["policies"]),
    path("new/", entry.policy_create, name="policy-create"),
    path("people/", entry.people, name="people"),
    path("agents/", entry.agents, name="agents"),
    path("<int:policy_id>/", detail.policy_detail, name="policy-detail"),
    path("<int:policy_id>/print/", detail.policy_print, name="policy-print"),
    path("<int:policy_id>/steps/<slug:kind>/", acts.policy_step, name="policy-step"),
    path("<int:policy_id>/payments/new/", acts.payment_create, name="payment-create"),
    path("<int:policy_id>/receipt/", acts.receipt_record, name="receipt-record"),
    path("<int:policy_id>/agent/", acts.agent_change, name="agent-change"),
    path("<int:policy_id>/beneficiaries/", acts.beneficiaries_edit, name="beneficiaries-edit"),
    path("<int:policy_id>/members/new/", acts.member_add, name="member-add"),
    path("<int:policy_id>/members/<int:member_id>/leave/", acts.member_leave, name="member-leave"),
    path("<int:policy_id>/files/", files.files, name="files"),
    path("<int:policy_id>/files/add/", files.file_add, name="file-add"),
    path("<int:policy_id>/files/<int:file_id>/remove/", files.file_remove, name="file-remove"),
    path("<int:policy_id>/account/", detail.policy_account_reveal, name="policy-account-reveal"),
    path("of-customer/<int:customer_id>/", panels.customer_policies, name="customer-policies"),
    path("of-customer/<int:customer_id>/premiums/", panels.customer_premiums, name="customer-premiums"),
    path("of-customer/<int:customer_id>/cover/", panels.customer_cover, name="customer-cover"),
    path("of-customer/<int:customer_id>/household/", panels.household_cover, name="household-cover"),
]
