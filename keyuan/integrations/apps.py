"""Django's handle on the connectors."""

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """Takes in what other systems deliver (PLT-14)."""

    name = "keyuan.integrations"
    label = "integrations"

    def ready(self) -> None:
        """Nothing is registered yet."""
