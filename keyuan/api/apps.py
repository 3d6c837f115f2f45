"""Django's handle on the API."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Serves `/api/v1` and sends webhooks (PLT-14)."""

    name = "keyuan.api"
    label = "api"

    def ready(self) -> None:
        """Register what the API says, and webhooks."""
        from keyuan.api import permissions
        from keyuan.api.kit import wording
        from keyuan.api.views import webhook_registration

        permissions.register()
        wording.register()
        webhook_registration.register()
