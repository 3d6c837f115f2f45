"""Django's handle on the platform."""

from django.apps import AppConfig


class PlatformConfig(AppConfig):
    """Registers the platform's own wording, navigation and permissions."""

    name = "keyuan.platform"
    label = "platform"

    def ready(self) -> None:
        from keyuan.platform import permissions, wording_table

        permissions.register()
        wording_table.register()
