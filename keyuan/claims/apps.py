"""Django's handle on the claims."""

from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    """Registers permissions, list, panels, merge references and words."""

    name = "keyuan.claims"
    label = "claims"

    def ready(self) -> None:
        from keyuan.claims import extracts, intake, permissions
        from keyuan.claims.views import registration

        permissions.register()
        extracts.register()
        intake.register()
        registration.register()
