"""Django's handle on the customers."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Registers permissions, navigation, panels, lists, search and import targets."""

    name = "keyuan.customers"
    label = "customers"

    def ready(self) -> None:
        from keyuan.customers import permissions

        permissions.register()
