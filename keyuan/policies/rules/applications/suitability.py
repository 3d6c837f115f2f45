"""Whether a product suits a customer, and what has to stand before an application is handed in.

Sources: domain.md §A.1 (insurable interest, consent, minors), §D.3 arts 21 and 28, §D.4. Mismatches are told and may be
insisted on in writing; refusals may not.
"""

from dataclasses import dataclass, field

from keyuan.kernel.errors import Refused

#: Share of the yearly income above which the premium is called heavy, in basis points (GK).
HEAVY_BP = 2_000
SENIOR_AGE, COMPLEX_FROM = 65, 3
#: Lowest risk level (C1 to C5) that each design asks for (GK).
RISK_LEVELS = {"PARTICIPATING": 2, "UNIVERSAL": 2, "UNIT_LINKED": 4}
UNCERTAIN = frozenset(RISK_LEVELS)
DEATH_KINDS = frozenset({"LIFE", "ENDOWMENT", "ACCIDENT", "CRITICAL_ILLNESS", "ANNUITY"})
COMPENSATORY = frozenset({"MEDICAL", "PROPERTY", "MOTOR"})
PERSONAL = frozenset({"LIFE", "ANNUITY", "ENDOWMENT", "CRITICAL_ILLNESS", "MEDICAL", "ACCIDENT"})
#: Relations with insurable interest without further consent to it (保险法 31): self, spouse, parent, child.
INTEREST = frozenset({"00", "01", "02", "03"})
#: "What the insured is to the holder" of a parent insuring the own child.
CHILD = "03"
ADULT = 18


@dataclass(frozen=True, slots=True)
class Need:
    """What the customer said of need and means; amounts in minor units, ``risk_level`` 1 to 5 or None untested."""

    purposes: tuple[str, ...] = ()
    yearly_income: int | None = None
    budget: int | None = None
    risk_level: int | None = None


@dataclass(frozen=True, slots=True)
class Offered:
    """What is applied for."""

    kind: str
    design: str
    complexity: int
    need_tags: tuple[str, ...]
    annual_premium: int
    holder_age: int | None
    has_same_cover: bool = False


def mismatches(need: Need, offered: Offered) -> list[str]:
    """Return the codes of what speaks against the product for this customer."""
    found = []
    if offered.need_tags and need.purposes and not set(need.purposes) & set(offered.need_tags):
        found.append("suit.need")
    if need.budget is not None and offered.annual_premium > need.budget:
        found.append("suit.budget")
    if need.yearly_income is not None and offered.annual_premium * 10_000 > need.yearly_income * HEAVY_BP:
        found.append("suit.income")
    if offered.kind in COMPENSATORY and offered.has_same_cover:
        found.append("suit.duplicate")
    wanted = RISK_LEVELS.get(offered.design)
    if wanted is not None and need.risk_level is not None and need.risk_level < wanted:
        found.append("suit.risk")
    if (offered.holder_age or 0) >= SENIOR_AGE and offered.complexity >= COMPLEX_FROM:
        found.append("suit.senior")
    return found


@dataclass(frozen=True, slots=True)
class Papers:
    """What was said and signed so far; ``sum_insured`` in minor units."""

    kind: str
    design: str
    relation: str
    insured_age: int | None
    sum_insured: int
    is_need_told: bool = False
    risk_level: int | None = None
    insured_agreed: bool = False
    interest_agreed: bool = False
    is_signed: bool = False
    risk_sentence: bool = False
    insists: bool = False
    mismatches: tuple[str, ...] = ()
    unanswered: int = 0
    unexplained: int = 0


def submission_refusals(papers: Papers) -> list[Refused]:
    """Return everything that is missing before an application can be handed in, each with its field."""
    found: list[Refused] = []
    if papers.kind in PERSONAL:
        found += _of_persons(papers)
    if not papers.is_need_told:
        found.append(Refused("application.need_missing", field="purposes"))
    if papers.design in UNCERTAIN and papers.risk_level is None:
        found.append(Refused("application.risk_untested", field="risk_level"))
    if papers.design in UNCERTAIN and not papers.risk_sentence:
        found.append(Refused("application.risk_sentence", field="risk_sentence"))
    if papers.mismatches and not papers.insists:
        found.append(Refused("application.mismatch", field="insist_note"))
    if papers.unanswered:
        found.append(Refused("application.unanswered", field="declaration", count=papers.unanswered))
    if papers.unexplained:
        found.append(Refused("application.unexplained", field="declaration", count=papers.unexplained))
    if not papers.is_signed:
        found.append(Refused("application.unsigned", field="signed_on"))
    return found


def _of_persons(papers: Papers) -> list[Refused]:
    found = []
    if papers.relation not in INTEREST and not papers.interest_agreed:
        found.append(Refused("application.no_interest", field="interest_agreed"))
    minor_of_parent = papers.relation == CHILD and papers.insured_age is not None and papers.insured_age < ADULT
    own_life = papers.relation == "00"
    if papers.kind in DEATH_KINDS and not (own_life or minor_of_parent or papers.insured_agreed):
        found.append(Refused("application.no_consent", field="insured_agreed"))
    return found


#: Sum insured in minor units from which means are proved (GK).
FINANCE_FROM = 300_000_000


@dataclass(frozen=True, slots=True)
class PaperNeed:
    """A document that belongs to the application, by code."""

    code: str
    is_there: bool = field(default=False)


def needed_papers(papers: Papers, kinds: frozenset[str]) -> list[PaperNeed]:
    """Return the documents that belong to an application, and whether each is there."""
    codes = ["form", "identity"]
    if papers.relation != "00" and papers.kind in PERSONAL:
        codes.append("consent")
    if papers.sum_insured >= FINANCE_FROM and papers.kind in PERSONAL:
        codes.append("finance")
    return [PaperNeed(code, code in kinds) for code in codes]
