"""Addresses of the register of models."""

from django.urls import path

from keyuan.analytics.views.registry import acts, pages

registry_urls = [
    path("models/", pages.models, name="models"),
    path("models/proposals/<int:promotion_id>/decide/", acts.decide, name="model-decide"),
    path("models/proposals/<int:promotion_id>/withdraw/", acts.withdraw, name="model-withdraw"),
    path("models/<str:model_key>/", pages.model, name="model"),
    path("models/<str:model_key>/card/", acts.card, name="model-card"),
    path("models/<str:model_key>/<int:version_number>/", pages.version, name="model-version"),
    path("models/<str:model_key>/<int:version_number>/propose/", acts.propose, name="model-propose"),
]
