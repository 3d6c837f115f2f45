"""What persistency is reckoned from: a cohort's base, and its second- to fourth-year premium with its day (§A.10).

The ratios are made elsewhere; here stand their inputs, so that every cut (due month, first month of grace, end of
grace) and every choice (reinstated contracts, premium loans, exclusions) stays open.
"""

from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    SmallIntegerField,
    Value,
    When,
)

from keyuan.kernel.codes import PayMode, TerminationReason
from keyuan.policies.models import Instalment, Payment, Policy

#: Instalments of a year by frequency; other contracts have no persistency.
A_YEAR = {PayMode.MONTHLY: 12, PayMode.QUARTERLY: 4, PayMode.HALF_YEARLY: 2, PayMode.YEARLY: 1}
REGULAR = tuple(mode.value for mode in A_YEAR)
CNY = "CNY"
#: Policy years whose first premium the 13th, 25th and 37th month look at.
LATER = (2, 3, 4)
#: Why a contract counts on neither side (GK): ends by reason, and premiums that were waived.
EXCLUDED = {
    TerminationReason.COOLING_OFF: "COOLING_OFF",
    TerminationReason.SAME_DAY_WITHDRAWAL: "SAME_DAY",
    TerminationReason.CLAIM: "CLAIM",
    TerminationReason.CONVERSION: "CONVERSION",
}


def _exclusion(prefix: str = "") -> Case:
    whens = [When(**{f"{prefix}termination_reason": code.value}, then=Value(word)) for code, word in EXCLUDED.items()]
    waived = When(**{f"{prefix}is_premium_waived": True}, then=Value("WAIVED"))
    return Case(*whens, waived, default=Value(""), output_field=CharField(max_length=12))


def cohorts() -> "QuerySet[Any]":
    """Return the contracts that persistency is about: regular premiums in yuan, longer than a year, ever issued.

    Amounts are added up, so contracts in other currencies stay outside, as they do in every other sum of premiums.
    ``annual_premium`` is the base (annualised for every frequency); ``excluded`` says why one counts on neither side,
    empty for those that count.
    """
    rows = Policy.objects.filter(pay_mode__in=REGULAR, product__is_long_term=True, issued_on__isnull=False)
    return rows.filter(currency=CNY).annotate(excluded=_exclusion())


def later_premiums() -> "QuerySet[Any]":
    """Return the first instalment of the second, third and fourth policy year, one row each.

    ``policy_year`` is 2, 3 or 4; ``received`` is the year's annualised premium where the instalment was paid in full,
    else 0, and ``paid_on`` its day; ``by_loan``: paid out of the cash value (自动垫交).
    """
    anchors = Q()
    for mode, count in A_YEAR.items():
        anchors |= Q(policy__pay_mode=mode.value, number__in=[(year - 1) * count + 1 for year in LATER])
    years = [
        When(policy__pay_mode=mode.value, number=(year - 1) * count + 1, then=Value(year))
        for mode, count in A_YEAR.items()
        for year in LATER
    ]
    rows = Instalment.objects.filter(anchors, policy__product__is_long_term=True, policy__issued_on__isnull=False)
    lent = Payment.objects.filter(policy=OuterRef("policy"), instalment_number=OuterRef("number"), result="APL")
    return rows.annotate(
        policy_year=Case(*years, output_field=SmallIntegerField()),
        received=Case(
            When(status=Instalment.Status.PAID, then=F("policy__annual_premium")),
            default=Value(0),
            output_field=BigIntegerField(),
        ),
        by_loan=Exists(lent),
        excluded=_exclusion("policy__"),
    )
