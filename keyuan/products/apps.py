"""Django's handle on the products."""

from django.apps import AppConfig


class ProductsConfig(AppConfig):
    """Registers permissions, navigation, panels, lists, search and import targets."""

    name = "keyuan.products"
    label = "products"

    def ready(self) -> None:
        from keyuan.products import permissions

        permissions.register()
