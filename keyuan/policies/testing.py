"""Products and policies for every context's tests, made by the services themselves."""

from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

from keyuan.customers.models import Customer
from keyuan.customers.testing import entering, make_customer
from keyuan.kernel.actor import Actor, system_actor
from keyuan.policies.models import Policy
from keyuan.policies.rules.drafts import PolicyDraft
from keyuan.policies.services.contracts import create_policy
from keyuan.products.models import Product
from keyuan.products.services.catalogue import save_product

NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
TODAY = date(2026, 3, 16)
_counter: Counter[str] = Counter()


def make_product(code: str = "", **fields: Any) -> Product:
    """Put a whole-life critical illness product into the catalogue; ``fields`` change it."""
    _counter["product"] += 1
    number = code or f"TP{_counter['product']:04}"
    first: dict[str, Any] = {"name": "康宁终身重疾", "short_name": "康宁终身", "kind": "CRITICAL_ILLNESS"}
    first |= {"cooling_off_days": 15, "is_long_term": True}
    return save_product(actor=system_actor("test set-up"), fields={"code": number, **first, **fields}, now=NOW)


def make_policy(
    actor: Actor,
    holder: Customer | None = None,
    *,
    product: Product | None = None,
    now: datetime = NOW,
    **draft: Any,
) -> Policy:
    """Make a contract of ``holder`` (a new customer of ``actor``): 12,860 yuan a year for 20 years, from a year ago.

    ``draft`` changes the `PolicyDraft`; other columns are put by `keep`.
    """
    person = holder or make_customer(actor)
    values: dict[str, Any] = {
        "product_id": (product or make_product()).pk,
        "holder_id": person.pk,
        "effective_on": date(2025, 3, 1),
        "applied_on": date(2025, 2, 27),
        "issued_on": date(2025, 3, 1),
        "premium": 1_286_000,
        "pay_mode": "05",
        "pay_term": 20,
        "pay_term_unit": "Y",
        "cover_term_unit": "O",
        "sum_insured": 50_000_000,
    }
    return create_policy(actor=entering(actor), draft=PolicyDraft(**values | draft), now=now)


def keep(policy: Policy, **columns: Any) -> Policy:
    """Put ``policy`` into a state that only time or a core system brings about."""
    Policy.objects.filter(pk=policy.pk).update(**columns)
    policy.refresh_from_db()
    return policy
