"""What the checks of policy service look at: the contract, its people and what was asked for, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from keyuan.policies.rules.contract import DEATH_KINDS, PROPERTY_KINDS
from keyuan.policies.rules.drafts import PartyDraft

ACCOUNT_DESIGNS = frozenset({"UNIVERSAL", "UNIT_LINKED"})


@dataclass(frozen=True, slots=True)
class Facts:
    """A request seen by its checks on day ``on``. Amounts in 分; None: nobody knows.

    ``minor_sums`` is what is paid on the insured's death by other contracts; ``reversible`` tells of the request that
    the form names, before one is named of any; ``values`` what the form holds, sealed ones as True where there is one.
    """

    on: date
    kind: str
    status: str
    design: str = ""
    is_long_term: bool = True
    is_frozen: bool = False
    is_lost: bool = False
    is_waived: bool = False
    is_group: bool = False
    is_compulsory: bool = False
    is_single_premium: bool = False
    no_more_premiums: bool = False
    arrears: int = 0
    debt: int = 0
    value: int | None = None
    loan_maximum: int | None = None
    account_value: int | None = None
    benefit_payable: int | None = None
    benefit_due_on: date | None = None
    sum_insured: int | None = None
    pay_mode: str = ""
    pay_modes: tuple[str, ...] = ()
    apl_elected: bool = False
    dividend_option: str = ""
    receipt_signed_on: date | None = None
    cooling_off_until: date | None = None
    has_cooling_off: bool = False
    claim_paid: bool = False
    suspended_on: date | None = None
    expires_on: date | None = None
    effective_on: date | None = None
    issued_on: date | None = None
    received_on: date | None = None
    holder_id: int | None = None
    holder_name: str = ""
    holder_is_company: bool = False
    insured_ids: tuple[int, ...] = ()
    insured_birth_on: date | None = None
    minor_sums: int = 0
    issue_ages: tuple[int | None, int | None] = (None, None)
    branch_id: int | None = None
    applicant_role: str = "HOLDER"
    applicant_id: int | None = None
    applicant_name: str = ""
    face: str = "COUNTER"
    consents: frozenset[str] = frozenset()
    parties: tuple[PartyDraft, ...] = ()
    new_person: int | None = None
    reversible: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def pays_on_death(self) -> bool:
        """Tell whether the contract pays on death, so that the insured's consent matters (保险法 34)."""
        return self.kind in DEATH_KINDS

    @property
    def line(self) -> str:
        """Return the business line."""
        return "PROPERTY" if self.kind in PROPERTY_KINDS else "LIFE"

    def has(self, *names: str) -> bool:
        """Tell whether any of the fields holds something."""
        return any(self.values.get(name) not in (None, "", False) for name in names)


def fits_line(line: str, facts: Facts) -> bool:
    """Tell whether an item of ``line`` exists for this contract at all."""
    if line == "ACCOUNT":
        return facts.design in ACCOUNT_DESIGNS
    if line == "DIVIDEND":
        return facts.design == "PARTICIPATING"
    return line in ("ANY", facts.line)
