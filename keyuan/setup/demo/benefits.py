"""Benefits that fall due in the demo book: opened by the product's own rules, most of them collected (POL-6)."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import KeyuanError
from keyuan.organisation.selectors.actors import actor_by_staff_no
from keyuan.platform.imports.bulk import Same, update
from keyuan.policies.rules.benefits.schedule import LEADS
from keyuan.policies.selectors.benefits import benefits_visible_to
from keyuan.policies.selectors.benefits.candidates import PASSES, contracts, offered_products, products_of_pass
from keyuan.policies.services.benefits.claiming import ClaimDraft, approve_benefit, claim_benefit, payee_name
from keyuan.policies.services.benefits.dividends import settle_dividends
from keyuan.policies.services.benefits.opening import Night, night_of, rows_of, write
from keyuan.setup.demo.plan import Book

CHUNK = 5_000
#: How far back benefits are opened, and dividends: the night of every day would have done it.
BACK_DAYS, DIVIDEND_DAYS = 120, 20
#: Of ten that fell due, so many were collected.
COLLECTED, OF = 8, 10
RATES_BP = (120, 150, 185, 210)
CLERK, HEAD = "10013", "10001"
#: Claims that wait for approval, and those approved already.
CLAIMED, APPROVED = 9, 4
PROOFS = ("IN_PERSON", "VIDEO", "CONTACT")


def open_benefits(book: Book, now: datetime) -> None:
    """Open what fell due lately and falls due soon, let most of it be collected and some be on its way."""
    today = book.as_of
    _declare(today, now)
    offered = offered_products()
    known = night_of(today, now, offered)
    for wanted in PASSES:
        back = DIVIDEND_DAYS if wanted == "DIVIDEND" else BACK_DAYS
        span = today - timedelta(days=back), today + timedelta(days=LEADS[wanted])
        _open(known, wanted, products_of_pass(offered, wanted), span)
    settled = 1
    while settled:
        with transaction.atomic():
            settled = settle_dividends(CHUNK, today, now)
    _collect(today)
    _rows("policies.BenefitRun").create(
        first_on=today - timedelta(days=1), last_on=today - timedelta(days=1), started_at=now, finished_at=now,
        asked_by="Keyuan", opened=_rows("policies.BenefitDue").count(),
    )  # fmt: skip
    clerk, head = actor_by_staff_no(CLERK, today), actor_by_staff_no(HEAD, today)
    if clerk is not None and head is not None:
        _claim(clerk, head, today, now)


def _rows(label: str) -> Any:
    return apps.get_model(label)._default_manager


def _declare(today: date, now: datetime) -> None:
    """Declare the dividends of two years, as two people of head office did."""
    products = _rows("products.Product").filter(design="PARTICIPATING").order_by("code")
    for place, product in enumerate(products):
        for year in (today.year - 1, today.year):
            _rows("policies.DividendRate").get_or_create(
                product=product, year=year,
                defaults={
                    "rate_bp": RATES_BP[(place + year) % len(RATES_BP)], "made_by_name": "精算部", "made_at": now,
                    "released_by_name": "总公司", "released_at": now,
                },
            )  # fmt: skip


def _open(known: Night, wanted: str, products: list[int], span: tuple[date, date]) -> None:
    after = 0
    while found := contracts(wanted, products, span, after, CHUNK):
        rows = rows_of(known, wanted, found, span)
        with transaction.atomic():
            write(rows, known)
        after = found[-1].pk


def _collect(today: date) -> None:
    """Let most of what fell due be paid out already, a few days after its day."""
    model = apps.get_model("policies.BenefitDue")
    due = _rows("policies.BenefitDue").filter(state="OPEN", due_on__lt=today - timedelta(days=5)).order_by("pk")
    paid = [(pk, on) for pk, on in due.values_list("pk", "due_on") if pk % OF < COLLECTED]
    for start in range(0, len(paid), CHUNK):
        some = paid[start : start + CHUNK]
        columns: dict[str, Any] = {
            "state": Same("PAID"),
            "settled_on": [on + timedelta(days=2 + pk % 3) for pk, on in some],
            "next_prompt_on": Same(None),
        }
        with transaction.atomic():
            update(model, [pk for pk, _on in some], columns)


def _claim(clerk: Actor, head: Actor, today: date, now: datetime) -> None:
    """Let the clerk take some claims, and head office approve the first of them."""
    rows = benefits_visible_to(clerk, now=now).filter(state="OPEN", due_on__lte=today, payee__isnull=False)
    found = list(rows.exclude(kind="DIVIDEND").select_related("payee").order_by("-payable", "pk")[:CLAIMED])
    for place, row in enumerate(found):
        draft = ClaimDraft(
            today, PROOFS[place % len(PROOFS)], today, f"62220212{row.pk:08d}", payee_name(row), "中国工商银行"
        )
        with suppress(KeyuanError):
            taken = claim_benefit(actor=clerk, benefit_id=row.pk, version=None, draft=draft, now=now)
            if place < APPROVED:
                approve_benefit(actor=head, benefit_id=taken.pk, version=None, now=now)
