"""Django's handle on the contacts."""

from django.apps import AppConfig


class ContactConfig(AppConfig):
    """Registers permissions, lists, panels, merge references and words."""

    name = "keyuan.contact"
    label = "contact"

    def ready(self) -> None:
        from keyuan.contact import intake, permissions
        from keyuan.contact.views import registration

        permissions.register()
        intake.register()
        registration.register()
