"""Addresses of analytics; each area adds its own."""

from django.urls import URLPattern

from keyuan.analytics.views.boards.registration import board_urls
from keyuan.analytics.views.churn.addresses import churn_urls
from keyuan.analytics.views.clusters.registration import cluster_urls
from keyuan.analytics.views.external.addresses import external_urls
from keyuan.analytics.views.gap.addresses import gap_urls
from keyuan.analytics.views.labels.registration import label_urls
from keyuan.analytics.views.objections.addresses import objection_urls
from keyuan.analytics.views.offers.addresses import offer_urls
from keyuan.analytics.views.persistency.registration import persistency_urls
from keyuan.analytics.views.registry.addresses import registry_urls
from keyuan.analytics.views.runs.addresses import run_urls
from keyuan.analytics.views.staffing.addresses import staffing_urls
from keyuan.analytics.views.value.registration import value_urls

app_name = "analytics"
urlpatterns: list[URLPattern] = [
    *run_urls,
    *gap_urls,
    *persistency_urls,
    *value_urls,
    *registry_urls,
    *objection_urls,
    *staffing_urls,
    *cluster_urls,
    *label_urls,
]
urlpatterns += churn_urls
urlpatterns += board_urls
urlpatterns += offer_urls
urlpatterns += external_urls
