"""Addresses of the policies pages."""

from django.urls import path

from keyuan.platform.lists import list_urls, lists
from keyuan.policies.views import acts, detail, entry, files, panels
from keyuan.policies.views.applications import acts as application_acts
from keyuan.policies.views.applications import entry as application_entry
from keyuan.policies.views.applications import pages as application_pages
from keyuan.policies.views.benefits.addresses import urlpatterns as benefit_addresses
from keyuan.policies.views.clocks import pages as clock_pages
from keyuan.policies.views.debits import pages as debit_pages
from keyuan.policies.views.deliveries import pages as delivery_pages
from keyuan.policies.views.deliveries import shared as shared_policies
from keyuan.policies.views.ledger.addresses import urlpatterns as money_addresses
from keyuan.policies.views.proposals import pages as proposal_pages
from keyuan.policies.views.proposals import shared
from keyuan.policies.views.renewal_premiums.addresses import urlpatterns as premium_addresses
from keyuan.policies.views.renewals import pages as renewal_pages
from keyuan.policies.views.renewals import settings as renewal_settings
from keyuan.policies.views.service_items.addresses import urlpatterns as request_addresses
from keyuan.policies.views.values import pages as value_pages
from keyuan.policies.views.values import settings as value_settings

app_name = "policies"
urlpatterns = [
    *list_urls(lists["policies"]),
    *list_urls(lists["applications"], "applications/"),
    *list_urls(lists["proposals"], "proposals/"),
    path("proposals/new/", proposal_pages.proposal_create, name="proposal-create"),
    path("proposals/read/<slug:token>/", shared.shared_proposal, name="shared-proposal"),
    path("proposals/read/<slug:token>/paper/", shared.shared_paper, name="shared-paper"),
    path("proposals/read/<slug:token>/confirm/", shared.shared_confirm, name="shared-confirm"),
    path("proposals/<int:proposal_id>/", proposal_pages.proposal_detail, name="proposal-detail"),
    path("proposals/<int:proposal_id>/versions/new/", proposal_pages.version_create, name="proposal-version"),
    path(
        "proposals/<int:proposal_id>/versions/<int:version_number>/link/",
        proposal_pages.link_create,
        name="proposal-link-create",
    ),
    path(
        "proposals/<int:proposal_id>/links/<int:link_id>/end/", proposal_pages.link_revoke, name="proposal-link-revoke"
    ),
    path("applications/new/", application_entry.application_create, name="application-create"),
    path("applications/people/", application_entry.people, name="application-people"),
    path("applications/agents/", application_entry.agents, name="application-agents"),
    path("applications/<int:application_id>/", application_pages.application_detail, name="application-detail"),
    path("applications/<int:application_id>/edit/", application_entry.application_edit, name="application-edit"),
    path(
        "applications/<int:application_id>/reveal/<slug:part>/",
        application_pages.application_reveal,
        name="application-reveal",
    ),
    path("applications/<int:application_id>/files/add/", application_pages.file_add, name="application-file-add"),
    path(
        "applications/<int:application_id>/files/<int:file_id>/remove/",
        application_pages.file_remove,
        name="application-file-remove",
    ),
    path(
        "applications/<int:application_id>/doubts/<int:doubt_id>/", application_acts.doubt_verify, name="doubt-verify"
    ),
    path(
        "applications/<int:application_id>/acts/<slug:act>/", application_acts.application_act, name="application-act"
    ),
    path(
        "of-customer/<int:customer_id>/applications/",
        application_pages.customer_applications,
        name="customer-applications",
    ),
    *list_urls(lists["shipments"], "deliveries/"),
    path("deliveries/dispatch/", delivery_pages.delivery_dispatch, name="delivery-dispatch"),
    path("deliveries/dispatch/file/", delivery_pages.delivery_file, name="delivery-file"),
    path("deliveries/read/<slug:token>/", shared_policies.shared_policy, name="shared-policy"),
    path("deliveries/read/<slug:token>/confirm/", shared_policies.shared_policy_confirm, name="shared-policy-confirm"),
    path("deliveries/<int:shipment_id>/", delivery_pages.delivery_detail, name="delivery"),
    path("deliveries/<int:shipment_id>/send/", delivery_pages.delivery_send, name="delivery-send"),
    path("deliveries/<int:shipment_id>/news/", delivery_pages.delivery_news, name="delivery-news"),
    path("deliveries/<int:shipment_id>/again/", delivery_pages.delivery_again, name="delivery-again"),
    path("<int:policy_id>/delivery/", delivery_pages.policy_delivery, name="policy-delivery"),
    path("<int:policy_id>/delivery/prepare/", delivery_pages.delivery_prepare, name="delivery-prepare"),
    path(
        "applications/<int:application_id>/delivery/",
        delivery_pages.delivery_prepare_application,
        name="delivery-prepare-application",
    ),
    path("<int:policy_id>/delivery/links/new/", delivery_pages.policy_link_create, name="policy-link-create"),
    path(
        "<int:policy_id>/delivery/links/<int:policy_link_id>/end/",
        delivery_pages.policy_link_end,
        name="policy-link-end",
    ),
    *list_urls(lists["renewals"], "renewals/"),
    path("renewals/rates/", renewal_settings.renewal_rates, name="renewal-rates"),
    path("renewals/windows/", renewal_settings.windows, name="renewal-windows"),
    path("renewals/windows/<slug:window_kind>/", renewal_settings.window_edit, name="renewal-window"),
    path("renewals/tariffs/new/", renewal_settings.tariff_create, name="tariff-create"),
    path("renewals/<int:renewal_id>/", renewal_pages.renewal_detail, name="renewal"),
    path("renewals/<int:renewal_id>/contact/", renewal_pages.renewal_contact, name="renewal-contact"),
    path("renewals/<int:renewal_id>/quotes/new/", renewal_pages.renewal_quote, name="renewal-quote"),
    path(
        "renewals/<int:renewal_id>/quotes/<int:quote_number>/accept/",
        renewal_pages.renewal_accept,
        name="renewal-accept",
    ),
    path("renewals/<int:renewal_id>/lose/", renewal_pages.renewal_lose, name="renewal-lose"),
    path("renewals/<int:renewal_id>/issue/", renewal_pages.renewal_issue, name="renewal-issue"),
    path("renewals/<int:renewal_id>/steps/<slug:renewal_step>/", renewal_pages.renewal_step, name="renewal-step"),
    path("<int:policy_id>/renewal/", renewal_pages.policy_renewal, name="policy-renewal"),
    path("<int:policy_id>/renewal/stop/", renewal_pages.renewal_stop, name="renewal-stop"),
    *list_urls(lists["clock-runs"], "clocks/"),
    *list_urls(lists["debit-batches"], "debits/"),
    *benefit_addresses,
    path("debits/new/", debit_pages.batch_create, name="debit-create"),
    path("debits/<int:debit_id>/", debit_pages.batch_detail, name="debit"),
    path("debits/<int:debit_id>/release/", debit_pages.batch_release, name="debit-release"),
    path("debits/<int:debit_id>/cancel/", debit_pages.batch_cancel, name="debit-cancel"),
    path("debits/<int:debit_id>/file/", debit_pages.batch_file, name="debit-file"),
    path("debits/<int:debit_id>/results/", debit_pages.batch_results, name="debit-results"),
    path("clocks/run/", clock_pages.run_night, name="clocks-run"),
    path("clocks/<int:night_id>/", clock_pages.night, name="clocks-night"),
    path("clocks/<int:night_id>/compare/", clock_pages.compare, name="clocks-compare"),
    *money_addresses,
    *premium_addresses,
    *request_addresses,
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
    path("value-rules/", value_settings.value_rules, name="value-rules"),
    path("value-rules/<int:value_rules_id>/release/", value_settings.value_rules_release, name="value-rules-release"),
    path("<int:policy_id>/values/", value_pages.policy_values, name="policy-values"),
    path("<int:policy_id>/files/", files.files, name="files"),
    path("<int:policy_id>/files/add/", files.file_add, name="file-add"),
    path("<int:policy_id>/files/<int:file_id>/remove/", files.file_remove, name="file-remove"),
    path("<int:policy_id>/account/", detail.policy_account_reveal, name="policy-account-reveal"),
    path("of-customer/<int:customer_id>/", panels.customer_policies, name="customer-policies"),
    path("of-customer/<int:customer_id>/premiums/", panels.customer_premiums, name="customer-premiums"),
    path("of-customer/<int:customer_id>/cover/", panels.customer_cover, name="customer-cover"),
    path("of-customer/<int:customer_id>/household/", panels.household_cover, name="household-cover"),
]
