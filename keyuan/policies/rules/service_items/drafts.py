"""What a face hands over to take a request in (POL-5)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from keyuan.policies.rules.drafts import PartyDraft


@dataclass(frozen=True, slots=True)
class RequestDraft:
    """A request as typed: ``typed`` by field of the item, people by field, agreements by party (how)."""

    policy_id: int
    item: str
    typed: Mapping[str, Any] = field(default_factory=dict)
    people: Mapping[str, tuple[PartyDraft, ...]] = field(default_factory=dict)
    applicant_role: str = "HOLDER"
    applicant_id: int | None = None
    proxy_name: str = ""
    proxy_until: date | None = None
    face: str = "COUNTER"
    consents: Mapping[str, str] = field(default_factory=dict)
    received_on: date | None = None
