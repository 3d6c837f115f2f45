"""Addresses of staffing."""

from django.urls import path

from keyuan.analytics.views.staffing import files, pages

staffing_urls = [
    path("staffing/", pages.forecasts, name="staffing-list"),
    path("staffing/new/", pages.forecast_new, name="staffing-new"),
    path("staffing/<int:forecast_id>/", pages.staffing, name="staffing"),
    path("staffing/<int:forecast_id>/drop/", pages.forecast_drop, name="staffing-drop"),
    path("staffing/<int:forecast_id>/plan.<str:form>", files.staffing_file, name="staffing-file"),
    path(
        "staffing/<int:forecast_id>/scenarios/<int:scenario_id>/drop/",
        pages.scenario_drop,
        name="staffing-scenario-drop",
    ),
]
