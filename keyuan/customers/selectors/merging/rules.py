"""The versions of the rules by which values survive (CUS-8)."""

from keyuan.customers.models import SurvivorshipRules

SHOWN = 20


def rule_versions() -> list[SurvivorshipRules]:
    """Return the latest versions, the one in force first."""
    return list(SurvivorshipRules.objects.order_by("-pk")[:SHOWN])
