"""Django's handle on the policies."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    """Registers permissions, navigation, panels, lists, search and import targets."""

    name = "keyuan.policies"
    label = "policies"

    def ready(self) -> None:
        from keyuan.customers.extensions import Recompute, recomputes
        from keyuan.platform.numbers import NumberSeries, number_series
        from keyuan.policies import permissions
        from keyuan.policies.services.summary import recompute

        permissions.register()
        number_series.add(NumberSeries("policy", "P", 11))
        recomputes.add(Recompute("policies", recompute))
