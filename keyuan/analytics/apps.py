"""Django's handle on analytics."""

from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    """Registers permissions; each area registers its own pages, jobs and words."""

    name = "keyuan.analytics"
    label = "analytics"

    def ready(self) -> None:
        from keyuan.analytics import extracts, intake, permissions
        from keyuan.analytics.forms import model_wording, propensity_wording, table_wording
        from keyuan.analytics.services.night import catalogue
        from keyuan.analytics.views.boards import registration as boards
        from keyuan.analytics.views.churn import registration as churn
        from keyuan.analytics.views.clusters import registration as clusters
        from keyuan.analytics.views.external import registration as external
        from keyuan.analytics.views.gap import registration as gap
        from keyuan.analytics.views.labels import registration as labels
        from keyuan.analytics.views.objections import registration as objections
        from keyuan.analytics.views.offers import registration as offers
        from keyuan.analytics.views.persistency import registration as persistency
        from keyuan.analytics.views.registry import registration as registry
        from keyuan.analytics.views.runs import registration as runs
        from keyuan.analytics.views.staffing import registration as staffing
        from keyuan.analytics.views.value import registration as value

        for area in (
            permissions, catalogue, runs, persistency, value, boards, clusters, labels, gap, external, extracts,
            intake, churn, offers, registry, staffing, objections, table_wording, model_wording, propensity_wording,
        ):  # fmt: skip
            area.register()
