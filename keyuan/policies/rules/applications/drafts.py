"""What a face hands over to make or change an application: plain values (POL-10). Money in minor units."""

from dataclasses import dataclass, field
from datetime import date

from keyuan.policies.rules.applications.declaration import Answer
from keyuan.policies.rules.applications.suitability import Need
from keyuan.policies.rules.drafts import PartyDraft


@dataclass(frozen=True, slots=True)
class ApplicationDraft:
    """An application as entered. ``riders`` are (product, sum); terms are tokens (Y20, A60, O, S).

    ``premium`` counts only where no rate table prices. ``answers`` that are left out stay as they were.
    """

    product_id: int
    holder_id: int
    effective_on: date
    insured_id: int | None = None
    relation: str = "00"
    package_id: int | None = None
    agent_id: int | None = None
    sum_insured: int = 0
    premium: int | None = None
    pay_mode: str = "05"
    pay_term: str = ""
    cover_term: str = ""
    plan: str = ""
    occupation: str = ""
    riders: tuple[tuple[int, int], ...] = ()
    beneficiaries: tuple[PartyDraft, ...] = ()
    need: Need = field(default_factory=Need)
    insist_note: str = ""
    insured_agreed: bool = False
    interest_agreed: bool = False
    risk_sentence: bool = False
    signed_on: date | None = None
    signed_how: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
