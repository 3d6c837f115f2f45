"""Addresses of protection gaps."""

from django.urls import URLPattern, path

from keyuan.analytics.views.gap import asking, assumptions, board, result
from keyuan.platform.lists import list_urls, lists

gap_urls: list[URLPattern] = [
    *list_urls(lists["gaps"], "gaps/"),
    path("gaps/stages/", board.gap_board, name="gap-board"),
    path("gaps/assumptions/", assumptions.gap_assumptions, name="gap-assumptions"),
    path("gaps/assumptions/new/", assumptions.gap_assume, name="gap-assume"),
    path("gaps/of-customer/<int:customer_id>/", result.customer_gap, name="customer-gap"),
    path("gaps/of-customer/<int:customer_id>/ask/", asking.gap_ask, name="gap-ask"),
    path("gaps/of-customer/<int:customer_id>/work-out/", asking.gap_work_out, name="gap-work-out"),
    path("gaps/<int:gap_id>/", result.gap, name="gap"),
    path("gaps/<int:gap_id>/paper/", result.gap_paper, name="gap-paper"),
    path("gaps/<int:gap_id>/labels/", result.gap_tags, name="gap-tags"),
    path("gaps/<int:gap_id>/task/", result.gap_task, name="gap-task"),
]
