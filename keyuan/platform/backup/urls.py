"""Addresses of backups."""

from django.urls import URLPattern, path

from keyuan.platform.lists import list_urls, lists
from keyuan.platform.views import backups

urlpatterns: list[URLPattern] = [
    *list_urls(lists["backups"], "backups/"),
    path("backups/drill/", backups.backup_drill, name="backup-drill"),
    path("backups/now/", backups.backup_now, name="backup-now"),
    path("backups/verify/", backups.backup_verify, name="backup-verify"),
    path("backups/<int:run_id>/", backups.backup_run, name="backup-run"),
]
