"""The money of an application: what is due, what was posted for it, what it cost more by cover (POL-10, POL-3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from keyuan.kernel.errors import Refused
from keyuan.policies.models import Application, Coverage, LedgerEntry, Policy
from keyuan.policies.rules.applications.states import Conclusion
from keyuan.policies.rules.ledger import EntryKind
from keyuan.policies.selectors.contract import covers_of
from keyuan.policies.selectors.ledger import entries_noted, moved


def due_of(application: Application) -> int:
    """Return what is still to be paid before the contract can be issued, in 分."""
    return max(0, application.premium - (application.paid_amount - application.refunded_amount))


def premium_of(item: Mapping[str, Any]) -> int:
    """Return what one cover of an application costs with its loading, in 分."""
    return int(item["premium"]) + int(item.get("loading", 0))


def entries_of_application(application: Application) -> list[LedgerEntry]:
    """Return what was posted for an application, the newest first: premium in advance, slips undone, refunds."""
    return entries_noted(application.application_no)


def receipts_among(entries: Iterable[LedgerEntry]) -> list[LedgerEntry]:
    """Return the premiums taken in advance that nobody took back, the last recorded first."""
    found = [one for one in entries if one.kind == EntryKind.FIRST_PREMIUM and not hasattr(one, "reversed_by")]
    return sorted(found, key=lambda one: one.pk, reverse=True)


def cannot_take_back(
    application: Application, receipts: list[LedgerEntry], actor_id: int | None, today: date
) -> Refused | None:
    """Return why the last of ``receipts`` stays: only today's slips are undone, by another person, before they count.

    Codes application.no_receipt, application.own_receipt, application.receipt_settled; None where it can be undone.
    """
    if not receipts or timezone.localdate(receipts[0].recorded_at) != today:
        return Refused("application.no_receipt")
    if receipts[0].actor_id is not None and receipts[0].actor_id == actor_id:
        return Refused("application.own_receipt")
    left = application.paid_amount - moved(receipts[0])
    if application.policy_id is not None or left < application.refunded_amount:
        return Refused("application.receipt_settled")
    return None


@dataclass(frozen=True, slots=True)
class LoadedCover:
    """A cover, and how much of its premium is a loading agreed at issue: 分, and basis points of the rest."""

    cover: Coverage
    loading: int = 0
    loading_bp: int = 0

    @property
    def base(self) -> int:
        """The premium without the loading."""
        return (self.cover.premium or 0) - self.loading


def covers_with_loadings(policy: Policy) -> list[LoadedCover]:
    """Return main cover and riders with the loadings that their premiums hold, so that these add up for a reader."""
    covers = covers_of(policy)
    if policy.facts.get("conclusion") != Conclusion.LOADED:
        return [LoadedCover(cover) for cover in covers]
    items = Application.objects.filter(policy=policy).values_list("items", flat=True).first() or []
    loadings = {item["product_id"]: (item.get("loading", 0), item.get("loading_bp", 0)) for item in items}
    return [LoadedCover(cover, *loadings.get(cover.product_id, (0, 0))) for cover in covers]
