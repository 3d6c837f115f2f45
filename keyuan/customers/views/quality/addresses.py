"""Addresses of data quality."""

from django.urls import path

from keyuan.customers.views.quality import board, panel, rules
from keyuan.platform.lists import list_urls, lists

quality_urls = [
    path("quality/", board.board, name="quality"),
    path("quality/run/", board.run, name="quality-run"),
    path("quality/rules/", rules.rules, name="quality-rules"),
    *list_urls(lists["quality"], "quality/records/"),
    path("<int:customer_id>/quality/", panel.panel, name="quality-panel"),
    path("<int:customer_id>/quality/task/", panel.make_task, name="quality-task"),
]
