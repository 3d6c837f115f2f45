"""Django's handle on the products."""

from django.apps import AppConfig


class ProductsConfig(AppConfig):
    """Registers permissions, list, navigation and words."""

    name = "keyuan.products"
    label = "products"

    def ready(self) -> None:
        from keyuan.products import permissions
        from keyuan.products.views import help as page_help
        from keyuan.products.views import registration

        permissions.register()
        registration.register()
        page_help.register()
