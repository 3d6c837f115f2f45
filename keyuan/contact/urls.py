"""Addresses of the contact pages."""

from django.urls import URLPattern, path

from keyuan.contact.views import consents, purposes, refusals, rules, starting, statistics
from keyuan.contact.views.messages.urls import message_urls
from keyuan.contact.views.privacy.urls import privacy_urls
from keyuan.platform.lists import list_urls, lists

app_name = "contact"
urlpatterns: list[URLPattern] = [
    *list_urls(lists["permits"], "permits/"),
    *list_urls(lists["refusals"], "refusals/"),
    *list_urls(lists["reservations"], "reservations/"),
    *list_urls(lists["overused"], "overused/"),
    *list_urls(lists["unused"], "unused/"),
    path("statistics/", statistics.statistics, name="statistics"),
    path("rules/", rules.rules, name="rules"),
    path("rules/edit/", rules.rules_edit, name="rules-edit"),
    path("purposes/", purposes.purpose_list, name="purpose-list"),
    path("purposes/add/", purposes.purpose_edit, name="purpose-add"),
    path("purposes/<str:purpose_key>/", purposes.purpose, name="purpose"),
    path("purposes/<str:purpose_key>/edit/", purposes.purpose_edit, name="purpose-edit"),
    path("purposes/<str:purpose_key>/texts/add/", purposes.text_add, name="text-add"),
    path("of-customer/<int:customer_id>/", consents.customer_contact, name="customer-contact"),
    path("of-customer/<int:customer_id>/start/", starting.start, name="start"),
    path("of-customer/<int:customer_id>/consent/", consents.consent_give, name="consent-give"),
    path("of-customer/<int:customer_id>/withdraw/", consents.consent_withdraw, name="consent-withdraw"),
    path("of-customer/<int:customer_id>/refuse/", refusals.refusal_add, name="refusal-add"),
    path("refusals/<int:refusal_id>/lift/", refusals.refusal_lift, name="refusal-lift"),
    path("refusals/<int:refusal_id>/restore/", refusals.refusal_restore, name="refusal-restore"),
    path("reservations/<int:reservation_id>/release/", consents.reservation_release, name="reservation-release"),
    path("permits/<int:permit_id>/outcome/", starting.outcome, name="permit-outcome"),
    path("permits/<int:permit_id>/back/", starting.give_back, name="permit-give-back"),
    path("permits/<int:permit_id>/remind/", starting.remind, name="permit-remind"),
    *message_urls(),
    *privacy_urls(),
]
