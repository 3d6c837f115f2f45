"""Whose contract it is."""

from collections.abc import Iterable

from keyuan.policies.models import Policy


def holders_of(policy_ids: Iterable[int]) -> dict[int, int | None]:
    """Return the present holder of each policy, None where unknown; the caller has checked the reach."""
    return dict(Policy.objects.filter(pk__in=list(policy_ids)).values_list("pk", "holder_id"))
