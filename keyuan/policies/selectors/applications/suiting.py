"""What the rules of suitability and submission look at (POL-10)."""

from datetime import date

from keyuan.customers.models import Customer
from keyuan.kernel.codes import PayMode, PolicyStatus
from keyuan.kernel.dates import completed_years
from keyuan.platform.models.attachment import Attachment
from keyuan.policies.models import Application, Policy
from keyuan.policies.rules.applications.suitability import Need, Offered, Papers
from keyuan.policies.rules.money import annual_premium
from keyuan.products.models import Product


def age_on(person: Customer, day: date) -> int | None:
    """Return a person's age in completed years, None where the birth date is unknown."""
    return completed_years(person.birth_on, day) if person.birth_on and person.birth_on <= day else None


def offered_to(application: Application, product: Product, holder: Customer) -> Offered:
    """Return what is applied for, as suitability sees it."""
    mode = application.pay_mode if application.pay_mode in set(PayMode) else ""
    same = Policy.objects.filter(holder_id=holder.pk, kind=product.kind, status=PolicyStatus.IN_FORCE)
    return Offered(
        kind=product.kind,
        design=product.design,
        complexity=product.complexity,
        need_tags=tuple(product.need_tags),
        annual_premium=annual_premium(application.premium, mode) or 0,
        holder_age=age_on(holder, application.effective_on),
        has_same_cover=same.exists(),
    )


def need_of(application: Application) -> Need:
    """Return what the customer said of need and means."""
    stored = application.need
    return Need(
        tuple(stored.get("purposes", ())), stored.get("yearly_income"), stored.get("budget"), stored.get("risk_level")
    )


def papers_of(application: Application, *, unanswered: int = 0, unexplained: int = 0) -> Papers:
    """Return what was said and signed so far."""
    product, need = application.product, need_of(application)
    return Papers(
        kind=product.kind,
        design=product.design,
        relation=application.relation,
        insured_age=age_on(application.insured, application.effective_on),
        sum_insured=application.sum_insured,
        is_need_told=bool(need.purposes),
        risk_level=need.risk_level,
        insured_agreed=application.insured_agreed,
        interest_agreed=application.interest_agreed,
        is_signed=application.signed_on is not None,
        risk_sentence=application.risk_sentence,
        insists=bool(application.insist_note.strip()),
        mismatches=tuple(application.mismatches),
        unanswered=unanswered,
        unexplained=unexplained,
    )


def kinds_of_files(application: Application) -> frozenset[str]:
    """Return the kinds of the application's files."""
    rows = Attachment.objects.filter(subject_kind="application", subject_id=application.pk)
    return frozenset(rows.values_list("kind", flat=True))
