"""Addresses of improvement, below those of the service desk."""

from django.urls import URLPattern, path

from keyuan.platform.lists import list_urls, lists
from keyuan.service.views.improvement import items, months


def improvement_urls() -> list[URLPattern]:
    """Return the addresses; called when the lists are declared."""
    return [
        *list_urls(lists["improvement"], "improvement/"),
        path("improvement/new/", items.item_new, name="improvement-new"),
        path("improvement/month/", months.month, name="improvement-month"),
        path("improvement/<int:improvement_id>/", items.item, name="improvement"),
        path("improvement/<int:improvement_id>/edit/", items.item_edit, name="improvement-edit"),
        path("improvement/<int:improvement_id>/act/<str:improve_act>/", items.item_act, name="improvement-act"),
        path("improvement/<int:improvement_id>/file/", items.item_file, name="improvement-file"),
        path("star/", months.star, name="star"),
        path("star/<int:nomination_id>/vote/", months.star_vote, name="star-vote"),
    ]
