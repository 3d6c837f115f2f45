"""Django's handle on the service desk."""

from django.apps import AppConfig


class ServiceConfig(AppConfig):
    """Registers permissions, lists, panels, clocks, merge references and words."""

    name = "keyuan.service"
    label = "service"

    def ready(self) -> None:
        from keyuan.service import extracts, permissions
        from keyuan.service.views import registration
        from keyuan.service.views.improvement import registration as improvement
        from keyuan.service.views.knowledge import registration as knowledge

        permissions.register()
        extracts.register()
        registration.register()
        knowledge.register()
        improvement.register()
