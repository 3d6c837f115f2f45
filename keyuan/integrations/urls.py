"""Addresses of the connectors' pages."""

from django.urls import URLPattern, URLResolver, path

from keyuan.integrations.views import connectors, deliveries, sources
from keyuan.integrations.views.lists import CONNECTORS, DELIVERY_LIST
from keyuan.platform.lists import list_urls

app_name = "integrations"
urlpatterns: list[URLPattern | URLResolver] = [
    *list_urls(CONNECTORS),
    *list_urls(DELIVERY_LIST, "deliveries/"),
    path("new/", connectors.connector_create, name="connector-create"),
    path("sources/", sources.sources, name="sources"),
    path("sources/change/", sources.source_edit, name="source-edit"),
    path("<int:connector_id>/", connectors.connector_detail, name="connector"),
    path("<int:connector_id>/change/", connectors.connector_edit, name="connector-edit"),
    path("<int:connector_id>/run/", connectors.connector_run, name="connector-run"),
    path("<int:connector_id>/test/", connectors.connector_test, name="connector-test"),
    path("<int:connector_id>/pause/", connectors.connector_pause, name="connector-pause"),
    path("<int:connector_id>/resume/", connectors.connector_resume, name="connector-resume"),
    path("deliveries/<int:delivery_id>/", deliveries.delivery_detail, name="delivery"),
    path("deliveries/<int:delivery_id>/refused/", deliveries.delivery_refused, name="delivery-refused"),
    path("deliveries/<int:delivery_id>/release/", deliveries.delivery_release, name="delivery-release"),
    path("deliveries/<int:delivery_id>/retry/", deliveries.delivery_retry, name="delivery-retry"),
    path("deliveries/<int:delivery_id>/reject/", deliveries.delivery_reject, name="delivery-reject"),
]
