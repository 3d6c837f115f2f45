"""Django's handle on the policies."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    """Registers permissions, panels, merge references, recompute and words."""

    name = "keyuan.policies"
    label = "policies"

    def ready(self) -> None:
        from keyuan.policies import extracts, intake, permissions
        from keyuan.policies.views import handing_over, registration
        from keyuan.policies.views import lists as policy_lists
        from keyuan.policies.views.applications import registration as applications
        from keyuan.policies.views.benefits import registration as benefits
        from keyuan.policies.views.clocks import registration as clocks
        from keyuan.policies.views.debits import registration as debits
        from keyuan.policies.views.ledger import registration as ledger
        from keyuan.policies.views.proposals import registration as proposals
        from keyuan.policies.views.renewal_premiums import registration as renewal_premiums
        from keyuan.policies.views.renewals import registration as renewals
        from keyuan.policies.views.service_items import registration as service_items
        from keyuan.policies.views.values import registration as values

        permissions.register()
        extracts.register()
        intake.register()
        registration.register()
        policy_lists.register()
        applications.register()
        proposals.register()
        handing_over.register()
        clocks.register()
        debits.register()
        renewals.register()
        ledger.register()
        renewal_premiums.register()
        benefits.register()
        values.register()
        service_items.register()
