"""Every item of policy service (保全项目) as a row of one table (POL-5; domain.md §A.7; 保险法 31, 33, 34, 39-41).

Who may ask, whose consent it takes, which papers, what the form asks, what is checked, in which states of the contract
it is possible, when a second person approves, and within which clock it is finished. Amounts in 分. Papers, limits and
deadlines without a law behind them are defaults (GK): `ServiceItemRule` changes limits and offers.
"""

from dataclasses import dataclass
from typing import TypedDict, Unpack

from keyuan.kernel.codes import PolicyStatus
from keyuan.policies.rules.service_items.codes import Ask, Kind, Party, Pricing, Second

NOT_EFFECTIVE, IN_FORCE, SUSPENDED = PolicyStatus.NOT_EFFECTIVE, PolicyStatus.IN_FORCE, PolicyStatus.SUSPENDED
LIVE = (NOT_EFFECTIVE, IN_FORCE, SUSPENDED)
RUNNING = (IN_FORCE,)
HOLDER, INSURED, BENEFICIARY, STAFF = (Party.HOLDER,), (Party.INSURED,), (Party.BENEFICIARY,), (Party.STAFF,)
EITHER = (Party.HOLDER, Party.INSURED)
#: Business lines: of life and health, of property, contracts with an account, contracts that pay dividends, any.
LIFE, PROPERTY, ACCOUNT, DIVIDEND, ANY = "LIFE", "PROPERTY", "ACCOUNT", "DIVIDEND", "ANY"
#: Clocks by their names in domain.md §0.2.
POS, REINST, SURR = "DL-POS", "DL-REINST-ANS", "DL-SURR"
#: Consents that only some contracts need.
INSURED_IF_DEATH, INSURED_ALWAYS, NEW_HOLDER = "INSURED_IF_DEATH", "INSURED", "NEW_HOLDER"
WORDS, CHOICE, AMOUNT, NUMBER, DAY, YES = Kind.WORDS, Kind.CHOICE, Kind.AMOUNT, Kind.NUMBER, Kind.DAY, Kind.YES
PAYEE = (Ask("payee_account", Kind.ACCOUNT), Ask("payee_bank", WORDS), Ask("payee_name", WORDS))
#: When the difference came in that a higher premium makes due at once.
EXTRA = Ask("extra_paid_on", DAY, required=False)
#: What stands behind nearly every item: whoever asks proves who they are and signs.
BASE = ("FORM", "ID")
WAN = 1_000_000


@dataclass(frozen=True, slots=True)
class Item:
    """One item. ``money`` is the sign of the money that moves: -1 out, 1 in, 0 none, None either way.

    ``priced``: how passing it settles a premium.
    """

    code: str
    applicants: tuple[Party, ...]
    papers: tuple[str, ...] = BASE
    asks: tuple[Ask, ...] = ()
    checks: tuple[str, ...] = ()
    consents: tuple[str, ...] = ()
    statuses: tuple[PolicyStatus, ...] = LIVE
    line: str = ANY
    second: Second = Second.NEVER
    limit: int | None = None
    money: int | None = 0
    clock: str = POS
    priced: Pricing = Pricing.NONE


class _More(TypedDict, total=False):
    """What a row says beside who asks, papers and fields."""

    checks: tuple[str, ...]
    consents: tuple[str, ...]
    statuses: tuple[PolicyStatus, ...]
    line: str
    second: Second
    limit: int | None
    money: int | None
    clock: str
    priced: Pricing


def _item(
    code: str, applicants: tuple[Party, ...], *asks: Ask, papers: tuple[str, ...] = (), **more: Unpack[_More]
) -> Item:
    return Item(code, applicants, (*BASE, *papers), asks, **more)


ITEMS: tuple[Item, ...] = (
    _item(
        "CONTACT", HOLDER, Ask("verified_how", CHOICE, options="old_number"), Ask("phone", Kind.PHONE, required=False),
        Ask("email", Kind.EMAIL, required=False), Ask("address", Kind.ADDRESS, required=False),
        checks=("something_new", "old_number_verified"),
    ),
    _item(
        "PARTY_INFO", EITHER, Ask("whose", CHOICE, options="whose"), Ask("name", WORDS, required=False),
        Ask("sex", CHOICE, required=False, options="sexes"), Ask("birth_on", DAY, required=False),
        Ask("identity", Kind.IDENTITY, required=False), Ask("settles", CHOICE, required=False, options="settlements"),
        EXTRA, papers=("ID_PROOF",), second=Second.ALWAYS, money=None,
        checks=("something_new", "person_concerned", "age_allowed"), priced=Pricing.TABLE,
    ),
    _item(
        "ID_EXPIRY", EITHER, Ask("whose", CHOICE, options="whose"), Ask("valid_from", DAY, required=False),
        Ask("valid_until", DAY, required=False), Ask("is_long_term", YES, required=False),
        checks=("person_concerned", "document_dates"),
    ),
    _item(
        "HOLDER", HOLDER, Ask("new_holder", Kind.PERSON), Ask("relation", CHOICE, options="relations"),
        papers=("NEW_HOLDER_ID", "RELATION"), consents=(NEW_HOLDER, INSURED_IF_DEATH), second=Second.ALWAYS,
        checks=("not_frozen", "not_lost", "no_debt_moves", "other_holder", "insurable_interest"),
    ),
    _item(
        "BENEFICIARY", EITHER, Ask("beneficiaries", Kind.PEOPLE), papers=("RELATION",), line=LIFE,
        consents=("HOLDER", INSURED_ALWAYS), checks=("shares", "employer_beneficiaries"),
    ),
    _item(
        "OCCUPATION", EITHER, Ask("occupation", WORDS), Ask("occupation_class", CHOICE, options="occupation_classes"),
        papers=("OCCUPATION_PROOF",), line=LIFE, checks=("occupation_insurable",), priced=Pricing.TABLE,
    ),
    _item(
        "PAY_ACCOUNT", HOLDER, Ask("account", Kind.ACCOUNT), Ask("bank", WORDS), Ask("account_name", WORDS),
        papers=("BANK_CARD", "DEBIT_AGREEMENT"), checks=("own_account",),
    ),
    _item(
        "PAY_MODE", HOLDER, Ask("pay_mode", CHOICE, options="pay_modes"), statuses=(NOT_EFFECTIVE, IN_FORCE), line=LIFE,
        checks=("not_frozen", "regular_premium", "no_arrears", "pay_mode_offered"),
    ),
    _item(
        "RIDER", HOLDER, Ask("rider_act", CHOICE, options="rider_acts"),
        Ask("rider", CHOICE, required=False, options="riders"),
        Ask("coverage", CHOICE, required=False, options="covers"),
        Ask("rider_sum", AMOUNT, required=False), Ask("rider_premium", AMOUNT, required=False),
        Ask("health", Kind.HEALTH, required=False), statuses=RUNNING, line=LIFE, consents=(INSURED_ALWAYS,),
        checks=("not_frozen", "rider_named", "health_told", "minor_cap"), second=Second.ABOVE, limit=30 * WAN,
    ),
    _item(
        "SUM_UP", HOLDER, Ask("new_sum", AMOUNT), Ask("health", Kind.HEALTH), papers=("HEALTH",), statuses=RUNNING,
        line=LIFE, consents=(INSURED_IF_DEATH,), second=Second.ABOVE, limit=30 * WAN, priced=Pricing.STATED,
        checks=("not_frozen", "sum_rises", "no_arrears", "minor_cap"),
    ),
    _item(
        "SUM_DOWN", HOLDER, Ask("new_sum", AMOUNT), *PAYEE, statuses=RUNNING, line=LIFE, money=-1,
        consents=(INSURED_IF_DEATH,), second=Second.ABOVE, limit=5 * WAN, clock=SURR,
        checks=("not_frozen", "not_lost", "no_debt", "sum_falls", "own_payee"),
    ),
    _item(
        "REDUCED_PU", HOLDER, statuses=RUNNING, line=LIFE, second=Second.ALWAYS,
        checks=("not_frozen", "regular_premium", "has_value"),
    ),
    _item(
        "EXT_TERM", HOLDER, statuses=RUNNING, line=LIFE, second=Second.ALWAYS,
        checks=("not_frozen", "regular_premium", "has_value"),
    ),
    _item(
        "REINSTATE", HOLDER, Ask("health", Kind.HEALTH), Ask("paid_on", DAY), papers=("HEALTH",), money=1,
        statuses=(SUSPENDED,), line=LIFE, clock=REINST, second=Second.ABOVE, limit=5 * WAN,
        checks=("not_frozen", "cover_left", "in_window"),
    ),
    _item(
        "LOAN", HOLDER, Ask("amount", AMOUNT), *PAYEE, papers=("LOAN_AGREEMENT",), money=-1, statuses=RUNNING,
        line=LIFE,        consents=(INSURED_IF_DEATH,), second=Second.ABOVE, limit=10 * WAN,
        checks=("not_frozen", "not_lost", "has_value", "loan_limit", "own_payee"),
    ),
    _item(
        "REPAY", HOLDER, Ask("amount", AMOUNT), Ask("paid_on", DAY), money=1, statuses=(IN_FORCE, SUSPENDED), line=LIFE,
        checks=("has_debt",),
    ),
    _item(
        "APL_ELECT", HOLDER, Ask("elects", CHOICE, options="elects"), statuses=(NOT_EFFECTIVE, IN_FORCE), line=LIFE,
        checks=("regular_premium", "election_new"),
    ),
    _item(
        "SURVIVAL", (Party.BENEFICIARY, Party.INSURED), Ask("amount", AMOUNT),
        Ask("proof", CHOICE, options="life_proofs"), Ask("proof_on", DAY), *PAYEE, papers=("ALIVE", "BANK_CARD"),
        money=-1, statuses=RUNNING, line=LIFE, second=Second.ALWAYS,
        checks=("not_frozen", "benefit_due", "benefit_payable", "proof_fresh", "own_payee"),
    ),
    _item(
        "DIV_OPT", HOLDER, Ask("dividend_option", CHOICE, options="dividend_options"), line=DIVIDEND,
        checks=("option_new",),
    ),
    _item(
        "TOPUP", HOLDER, Ask("amount", AMOUNT), Ask("paid_on", DAY), statuses=RUNNING, line=ACCOUNT, money=1,
        checks=("not_frozen",), second=Second.ABOVE, limit=20 * WAN,
    ),
    _item(
        "WITHDRAW", HOLDER, Ask("amount", AMOUNT), *PAYEE, statuses=RUNNING, line=ACCOUNT, money=-1, clock=SURR,
        checks=("not_frozen", "not_lost", "account_filled", "account_holds", "own_payee"), second=Second.ABOVE,
        limit=5 * WAN,
    ),
    _item(
        "SWITCH", HOLDER, Ask("from_fund", CHOICE, options="funds"),
        Ask("to_fund", CHOICE, required=False, options="target_funds"), Ask("new_fund", WORDS, required=False),
        Ask("share", NUMBER), statuses=RUNNING, line=ACCOUNT,
        checks=("not_frozen", "account_filled", "fund_named", "funds_differ", "share_moved"),
    ),
    _item(
        "CONVERT", HOLDER, Ask("target_product", CHOICE, options="products"),
        Ask("new_sum", AMOUNT, required=False), Ask("note", WORDS, required=False),
        line=LIFE, second=Second.ALWAYS, money=-1, consents=(INSURED_IF_DEATH,),
        checks=("not_frozen", "not_lost", "no_debt", "sum_not_raised"), priced=Pricing.TABLE,
    ),
    _item(
        "MOVE", HOLDER, Ask("to_branch", CHOICE, options="branches"), Ask("note", WORDS, required=False),
        checks=("not_frozen", "other_branch"),
    ),
    _item("LOST", HOLDER, Ask("lost_on", DAY), Ask("note", WORDS, required=False), checks=("lost_not_yet",)),
    _item(
        "REISSUE", HOLDER, Ask("paper", CHOICE, options="papers"), papers=("LOSS_STATEMENT",),
        checks=("not_frozen",),
    ),
    _item(
        "WAIVER", (Party.STAFF, Party.HOLDER, Party.BENEFICIARY), Ask("claim_no", WORDS), Ask("from_on", DAY),
        papers=("CLAIM_DECISION",), statuses=RUNNING, line=LIFE, second=Second.ALWAYS,
        money=-1, checks=("regular_premium", "not_waived", "waived_while_covered"),
    ),
    _item(
        "WT", HOLDER, *PAYEE, papers=("CONTRACT", "BANK_CARD"), statuses=(NOT_EFFECTIVE, IN_FORCE), line=LIFE, money=-1,
        clock=SURR, second=Second.ABOVE, limit=5 * WAN,
        checks=("not_frozen", "not_lost", "cooling_off", "own_payee"),
    ),
    _item(
        "CT", HOLDER, Ask("cause", CHOICE, options="surrender_causes"),
        Ask("ground", CHOICE, required=False, options="compulsory_grounds", compulsory_only=True), *PAYEE,
        papers=("CONTRACT", "BANK_CARD"), money=-1, clock=SURR, second=Second.ABOVE, limit=5 * WAN,
        checks=("not_frozen", "not_lost", "not_in_cooling_off", "compulsory_ground", "own_payee"),
    ),
    _item(
        "ENDORSE", HOLDER, Ask("plate", WORDS, required=False), Ask("usage", WORDS, required=False),
        Ask("seats", NUMBER, required=False), Ask("new_owner", Kind.PERSON, required=False), EXTRA,
        papers=("VEHICLE_LICENCE",), line=PROPERTY, checks=("not_frozen", "something_new"), priced=Pricing.STATED,
        second=Second.ABOVE, limit=5 * WAN, money=None,
    ),
    Item(
        "REVERSE", STAFF, (), (Ask("reverses", CHOICE, options="reversible"), Ask("note", WORDS)),
        ("something_to_reverse", "reversible"), statuses=(*LIVE, PolicyStatus.TERMINATED), second=Second.ALWAYS,
        money=None,
    ),
)  # fmt: skip
BY_CODE = {item.code: item for item in ITEMS}
#: Items that two people decide whatever is settled: a reversal, and benefits, whose claim nobody approves alone.
ALWAYS_TWO = frozenset({"REVERSE", "SURVIVAL"})
#: Papers that are asked for only under a condition: of a proxy, of compulsory motor cover.
PROXY_PAPERS = ("PROXY", "PROXY_ID")
GROUND_PAPER = "GROUND_PROOF"


def asked_of(item: Item, *, is_compulsory: bool) -> tuple[Ask, ...]:
    """Return the fields that the form of the item asks of one contract."""
    return tuple(ask for ask in item.asks if is_compulsory or not ask.compulsory_only)


def papers_for(item: Item, *, by_proxy: bool, ground: str = "", at_home: bool = False) -> tuple[str, ...]:
    """Return the papers of one request; ``at_home``: signed in the portal, where form and identity are proven."""
    base = tuple(paper for paper in item.papers if not (at_home and paper in BASE))
    proxy = PROXY_PAPERS if by_proxy else ()
    return (*base, *proxy, *((GROUND_PAPER,) if ground else ()))


def consents_for(item: Item, *, applicant: str, pays_on_death: bool, holder_is_insured: bool) -> tuple[str, ...]:
    """Return whose agreement one request takes, besides that of whoever asks (保险法 34, 39, 41)."""
    found: list[str] = []
    for wanted in item.consents:
        if wanted == INSURED_IF_DEATH and not pays_on_death:
            continue
        party = Party.INSURED if wanted == INSURED_IF_DEATH else Party(wanted)
        asks_for_both = holder_is_insured and {party, Party(applicant)} <= {Party.HOLDER, Party.INSURED}
        if party != applicant and not asks_for_both and party not in found:
            found.append(party)
    return tuple(found)
