"""Reads of applications: which ones an actor sees, and what their pages show (POL-10)."""

from datetime import date

from django.db.models import QuerySet, Sum

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.organisation.selectors import in_scope
from keyuan.policies.models import (
    Application,
    ApplicationBeneficiary,
    ApplicationDoubt,
    ApplicationEvent,
    ApplicationNotice,
    MedicalExam,
)
from keyuan.policies.rules.applications.declaration import Asked
from keyuan.policies.rules.applications.states import UNDECIDED
from keyuan.products.models import Product
from keyuan.products.selectors import questions_of


def applications_visible_to(actor: Actor) -> QuerySet[Application]:
    """Return every application within the actor's scope. All reads start here."""
    return Application.objects.filter(in_scope(actor))


def access_application(actor: Actor, application_id: int, *, lock: bool = False) -> Application:
    """Return one application the actor may see, row-locked when it is about to change. Raises `NotFound`."""
    rows = applications_visible_to(actor).select_related("product")
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=application_id).first()
    if found is None:
        raise NotFound("application.not_found")
    return found


def made_by_key(key: str) -> Application | None:
    """Return the application that a form made before."""
    return Application.objects.filter(form_key=key).first() if key else None


def asked_about(product: Product) -> list[Asked]:
    """Return the product's questions as the rules see them."""
    return [
        Asked(
            row.code, row.kind, tuple(map(str, row.options)), tuple(map(str, row.adverse)), row.low, row.high,
            row.asks_detail, row.sex,
        )
        for row in questions_of(product)
    ]  # fmt: skip


def question_texts(application: Application) -> dict[str, str]:
    """Return what the product asks or asked, by code."""
    return {row.code: row.text for row in questions_of(application.product, only_active=False)}


def beneficiaries_of(application: Application) -> QuerySet[ApplicationBeneficiary]:
    """Return who is to receive benefits, in order."""
    rows = ApplicationBeneficiary.objects.filter(application=application).select_related("customer__summary")
    return rows.order_by("order", "pk")


def events_of(application: Application) -> QuerySet[ApplicationEvent]:
    """Return the steps of an application, newest first."""
    return ApplicationEvent.objects.filter(application=application).order_by("-pk")


def doubts_of(application: Application) -> QuerySet[ApplicationDoubt]:
    """Return what has to be verified."""
    return ApplicationDoubt.objects.filter(application=application).order_by("pk")


def exams_of(application: Application) -> QuerySet[MedicalExam]:
    """Return the medical examinations, newest first."""
    return MedicalExam.objects.filter(application=application).order_by("-pk")


def notices_of(application: Application) -> QuerySet[ApplicationNotice]:
    """Return the notices, newest first."""
    return ApplicationNotice.objects.filter(application=application).order_by("-pk")


def applications_of_customer(actor: Actor, customer_id: int) -> list[Application]:
    """Return the applications in reach in which a customer is holder or insured, newest first, at most 20."""
    rows = applications_visible_to(actor)
    # Two reads and no OR: each side has its index.
    found = {row.pk: row for row in rows.filter(holder_id=customer_id).select_related("product").order_by("-pk")[:20]}
    other = rows.filter(insured_id=customer_id).select_related("product").order_by("-pk")[:20]
    found |= {row.pk: row for row in other}
    return sorted(found.values(), key=lambda row: -row.pk)[:20]


def former_declaration(application: Application) -> Application | None:
    """Return the insured's last declared application before this one."""
    rows = Application.objects.filter(insured_id=application.insured_id, declared_at__isnull=False)
    return rows.exclude(pk=application.pk).order_by("-declared_at").first()


def stale_applications(today: date, limit: int) -> list[int]:
    """Return applications for which nobody waits any longer, the oldest first."""
    rows = Application.objects.filter(stale_on__isnull=False, stale_on__lte=today).order_by("stale_on", "pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def undecided_exposure(insured_id: int) -> list[Application]:
    """Return applications on a person's life that are paid and not decided (解释二 art.4), for claims.

    If an insured event happens, the insurer pays if the case met its acceptance rules, else refunds.
    """
    rows = Application.objects.filter(insured_id=insured_id, paid_amount__gt=0, status__in=UNDECIDED)
    return list(rows.select_related("product").order_by("pk"))


def exposure_total(actor: Actor) -> tuple[int, int]:
    """Return number and sum insured of what is paid and undecided in the actor's scope."""
    rows = applications_visible_to(actor).filter(status__in=UNDECIDED, paid_amount__gt=0)
    return rows.count(), rows.aggregate(total=Sum("sum_insured"))["total"] or 0
