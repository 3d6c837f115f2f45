"""Django's handle on the claims."""

from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    """Registers permissions, navigation, panels, lists, search and import targets."""

    name = "keyuan.claims"
    label = "claims"

    def ready(self) -> None:
        from keyuan.claims import intake, permissions

        permissions.register()
        intake.register()
