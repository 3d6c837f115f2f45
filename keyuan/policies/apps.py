"""Django's handle on the policies."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    """Registers permissions, navigation, panels, lists, search and import targets."""

    name = "keyuan.policies"
    label = "policies"

    def ready(self) -> None:
        from keyuan.policies import permissions

        permissions.register()
