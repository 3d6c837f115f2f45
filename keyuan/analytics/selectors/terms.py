"""The terms that nights reckon by: of value, of retention work, of offers, each in versions (ANA-2, ANA-6, ANA-7)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from keyuan.analytics.models import ChurnTerms, OfferRules, TermsVersion, ValueTerms
from keyuan.analytics.rules.churn import terms as churn
from keyuan.analytics.rules.offers import terms as offers
from keyuan.analytics.rules.value import assumptions as value

SHOWN = 20

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TermsKind(Generic[T]):
    """One kind of terms: where its versions stand, and how its rules read and check them.

    ``key`` names subject and refusals. ``faults`` gives (field, code) of what makes no sense.
    """

    key: str
    model: type[TermsVersion]
    defaults: Callable[[], T]
    to_json: Callable[[T], dict[str, Any]]
    from_json: Callable[[Mapping[str, Any]], T]
    faults: Callable[[T], Sequence[tuple[str, str]]]

    def in_force(self) -> tuple[T, TermsVersion | None]:
        """Return the terms in force and their version; the defaults before anybody changed them."""
        newest = self.model._default_manager.order_by("-number").first()
        return (self.from_json(newest.content), newest) if newest else (self.defaults(), None)

    def versions(self) -> list[tuple[TermsVersion, T]]:
        """Return the last versions with their terms, the newest first."""
        rows = self.model._default_manager.order_by("-number")[:SHOWN]
        return [(row, self.from_json(row.content)) for row in rows]


VALUE = TermsKind(
    "value_terms", ValueTerms, value.Assumptions, value.to_json, value.from_json, value.faults
)  # fmt: skip
CHURN = TermsKind("churn_terms", ChurnTerms, churn.Terms, churn.to_json, churn.from_json, churn.faults)
OFFERS = TermsKind("offer_terms", OfferRules, offers.OfferTerms, offers.to_json, offers.from_json, offers.faults)
