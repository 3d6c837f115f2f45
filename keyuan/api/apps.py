"""Django's handle on the API."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Serves `/api/v1` and sends webhooks (PLT-14)."""

    name = "keyuan.api"
    label = "api"

    def ready(self) -> None:
        """Register what the API says."""
        from keyuan.api.kit import wording

        wording.register()
