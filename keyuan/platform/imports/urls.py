"""Addresses of imports."""

from django.urls import URLPattern, path

from keyuan.platform.imports.listing import IMPORTS
from keyuan.platform.imports.views import matches, run, wizard
from keyuan.platform.lists.urls import list_urls

urlpatterns: list[URLPattern] = [
    *list_urls(IMPORTS, "imports/"),
    path("imports/new/", wizard.import_create, name="import-create"),
    path("imports/<int:import_id>/", run.import_detail, name="import-detail"),
    path("imports/<int:import_id>/mapping/", wizard.import_mapping, name="import-mapping"),
    path("imports/<int:import_id>/layout/", wizard.import_layout, name="import-layout"),
    path("imports/<int:import_id>/errors/", run.import_errors, name="import-errors"),
    path("imports/<int:import_id>/matches/", matches.import_matches, name="import-matches"),
    path("imports/<int:import_id>/matches/file/", matches.import_matches_file, name="import-matches-file"),
    *(
        path(f"imports/<int:import_id>/{action}/", run.import_act, {"action": action}, name=f"import-{action}")
        for action in run.ACTIONS
    ),
]
