"""Keeping what a product was (PRD-1)."""

import json
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from keyuan.kernel.actor import Actor
from keyuan.products.models import Product, ProductVersion


def keep_version(actor: Actor, product: Product, facts: dict[str, Any], reason: str, now: datetime) -> None:
    """Write the present version of ``product`` into its history, inside the caller's transaction."""
    ProductVersion.objects.update_or_create(
        product=product,
        number=product.version,
        defaults={
            "facts": plain(facts),
            "reason": reason[:200],
            "changed_by_id": actor.id,
            "changed_by_name": actor.name[:40],
            "changed_at": now,
        },
    )


def plain(facts: dict[str, Any]) -> dict[str, Any]:
    """Return ``facts`` as JSON values: days as ISO dates."""
    found: dict[str, Any] = json.loads(json.dumps(facts, cls=DjangoJSONEncoder))
    return found
