"""Django's handle on the connectors."""

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """Takes in what other systems deliver (PLT-14)."""

    name = "keyuan.integrations"
    label = "integrations"

    def ready(self) -> None:
        """Register permissions, ways to deliver, words and pages."""
        from keyuan.integrations import permissions
        from keyuan.integrations.drivers import files
        from keyuan.integrations.selectors import holdings
        from keyuan.integrations.views import registration

        permissions.register()
        files.register()
        holdings.register()
        registration.register()
