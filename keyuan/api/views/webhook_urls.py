"""Addresses of the pages of webhooks, under ``webhooks/``."""

from django.urls import URLPattern, path

from keyuan.api.views import webhook_deliveries as deliveries
from keyuan.api.views import webhooks as views
from keyuan.platform.lists import list_urls, lists


def webhook_urls() -> list[URLPattern]:
    """Return the addresses; the lists must be registered."""
    one = "webhooks/<int:endpoint_id>/"
    return [
        *list_urls(lists["webhooks"], "webhooks/"),
        *list_urls(lists["webhook-deliveries"], "webhooks/deliveries/"),
        path("webhooks/new/", views.endpoint_new, name="webhook-new"),
        path("webhooks/events/", deliveries.catalogue, name="webhook-events"),
        path("webhooks/settings/", views.policy, name="webhook-policy"),
        path(one, views.endpoint, name="webhook"),
        path(f"{one}edit/", views.endpoint_edit, name="webhook-edit"),
        path(f"{one}secret/", views.endpoint_secret, name="webhook-secret"),
        path(f"{one}pause/", views.endpoint_pause, name="webhook-pause"),
        path(f"{one}resume/", views.endpoint_resume, name="webhook-resume"),
        path(f"{one}disable/", views.endpoint_disable, name="webhook-disable"),
        path(f"{one}delete/", views.endpoint_delete, name="webhook-delete"),
        path(f"{one}test/", views.endpoint_test, name="webhook-test"),
        path(f"{one}replay/", views.endpoint_replay, name="webhook-replay"),
        path("webhooks/deliveries/<int:sending_id>/", deliveries.delivery, name="webhook-delivery"),
        path("webhooks/deliveries/<int:sending_id>/again/", deliveries.delivery_replay, name="webhook-delivery-again"),
    ]
