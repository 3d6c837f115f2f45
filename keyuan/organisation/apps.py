"""Django's handle on the organisation."""

from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    """Registers permissions, navigation, lists and shell extras."""

    name = "keyuan.organisation"
    label = "organisation"

    def ready(self) -> None:
        from keyuan.organisation import permissions

        permissions.register()
