"""Django's handle on the organisation."""

from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    """Registers permissions, words, people behind ids, subjects, navigation, lists and shell extras."""

    name = "keyuan.organisation"
    label = "organisation"

    def ready(self) -> None:
        from keyuan.organisation import permissions
        from keyuan.organisation.views import lists, registrations, wording

        permissions.register()
        wording.register()
        registrations.register()
        lists.register()
