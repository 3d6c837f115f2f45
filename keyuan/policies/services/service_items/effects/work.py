"""What an effect works with: who decides, the locked contract, what was asked for, and what it tells the customer."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform.crypto.reveal import open_for_system
from keyuan.policies.models import Policy, RequestParty, ServiceRequest
from keyuan.policies.rules.service_items.catalogue import Item
from keyuan.policies.services.service_items.notices import ACTOR


@dataclass(slots=True)
class Work:
    """One effect under way. ``columns`` are those of the contract to be saved, ``told`` what the letter says."""

    actor: Actor
    request: ServiceRequest
    policy: Policy
    item: Item
    values: dict[str, Any]
    parties: list[RequestParty]
    now: datetime
    columns: set[str] = field(default_factory=set)
    image: dict[str, Any] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    holders: set[int] = field(default_factory=set)

    @property
    def today(self) -> date:
        """The day of the effect."""
        return self.now.date()

    def put(self, **columns: Any) -> None:
        """Set columns of the contract; they are saved once the effect is done."""
        for name, value in columns.items():
            setattr(self.policy, name, value)
            self.columns.add(name)

    def opened(self, column: str, purpose: str) -> str:
        """Return a sealed value of the request for the effect, noted on the trail."""
        text = open_for_system(ACTOR, [getattr(self.request, column)], purpose)[0]
        if text is None:
            raise Refused("request.value_missing", field=column)
        return text

    def person(self, name: str) -> RequestParty:
        """Return whom the request names in ``name``."""
        found = next((row for row in self.parties if row.field == name and row.customer_id), None)
        if found is None:
            raise Refused("request.value_missing", field=name)
        return found
