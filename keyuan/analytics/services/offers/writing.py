"""Writing offers back: rows that differ, in short transactions; and keeping since when each stood (ANA-7)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast

from keyuan.analytics.extensions import Done
from keyuan.analytics.models import Offer, OfferSpell
from keyuan.analytics.services.following import PLACE, places_of
from keyuan.analytics.services.night.work import Night, in_parts
from keyuan.analytics.services.offers.choosing import CHOSEN
from keyuan.customers.models import Customer
from keyuan.platform.imports.bulk import Same, insert, update
from keyuan.platform.mart import Extract

#: What the night says of an offer; place and day are ours.
SAID = (
    "family", "product_id", "place", "probability", "average", "premium", "value", "gap", "reasons", "model_number",
    "block", "ways", "is_paused",
)  # fmt: skip
STANDING, SPELLS = "standing_offers", "standing_spells"
HERE = {f"here_{name}": f"customer__summary__{name}" for name in PLACE}
_STAND = Extract(
    STANDING,
    # A list of codes reads alike on either database.
    lambda: Offer.objects.annotate(said=Cast("reasons", TextField())),
    {"offer_id": "pk", "customer_id": "customer_id", **{name: name for name in (*SAID, *PLACE)}, "reasons": "said"}
    | HERE,
)
_OPEN = Extract(
    SPELLS,
    lambda: OfferSpell.objects.filter(ended_on__isnull=True),
    {"spell_id": "pk", "customer_id": "customer_id", "family": "family", "is_shown": "is_shown"},
)
Columns = Mapping[str, Sequence[Any]]


def write_offers(night: Night) -> Done:
    """Bring the offers of the book, and their spells, up to those of the night; a second time nothing differs."""
    standing = night.copied(_STAND) + night.copied(_OPEN)
    changed = 0
    with night.opened() as mart:
        for part in in_parts(mart, _changed()):
            changed += put_offers(part.to_pydict(), night.day)
            night.say(changed, changed + 1)
        for part in in_parts(mart, _strays()):
            changed += drop_offers(part.column("offer_id").to_pylist())
        for part in in_parts(mart, _ended()):
            end_spells(part.column("spell_id").to_pylist(), night.day)
        for part in in_parts(mart, _begun()):
            begin_spells(part.to_pydict(), night.day)
    return Done((CHOSEN, STANDING, SPELLS), (), standing + night.rows(CHOSEN), changed, changed)


def put_offers(columns: dict[str, list[Any]], day: date) -> int:
    """Write offers (≤ 2,000), new where ``offer_id`` is empty; whoever died or was merged meanwhile is left out."""
    ids, keys = columns["customer_id"], columns["offer_id"]
    with transaction.atomic():
        living = set(Customer.objects.filter(pk__in=ids, status=Customer.Status.ACTIVE).values_list("pk", flat=True))
        places = {pk: place for pk, place in places_of(ids).items() if pk in living}
        new = [at for at, pk in enumerate(ids) if pk in places and keys[at] is None]
        old = [at for at, pk in enumerate(ids) if pk in places and keys[at] is not None]
        made = {"customer_id": [ids[at] for at in new], **_at(new, columns, places)}
        insert(Offer, {**made, "written_on": Same(day)}, len(new))
        update(Offer, [keys[at] for at in old], {**_at(old, columns, places), "written_on": Same(day)})
    return len(places)


def _at(chosen: Sequence[int], columns: Columns, places: Mapping[int, tuple[Any, ...]]) -> dict[str, list[Any]]:
    said = {name: [columns[name][at] for at in chosen] for name in SAID}
    stands = {name: [places[columns["customer_id"][at]][n] for at in chosen] for n, name in enumerate(PLACE)}
    return said | stands


def drop_offers(offer_ids: Sequence[int]) -> int:
    """Take away offers (≤ 2,000) that do not stand any more; return how many."""
    count, _by_model = Offer.objects.filter(pk__in=list(offer_ids)).delete()
    return count


def end_spells(spell_ids: Sequence[int], day: date) -> None:
    """Let spells (≤ 2,000) end on ``day``."""
    OfferSpell.objects.filter(pk__in=list(spell_ids), ended_on__isnull=True).update(ended_on=day)


def begin_spells(columns: Columns, day: date) -> None:
    """Let spells (≤ 2,000) begin on ``day``; one that begins again on the day it ended goes on."""
    rows = {name: columns[name] for name in ("customer_id", "family", "is_shown")}
    with transaction.atomic():
        insert(OfferSpell, {**rows, "begun_on": Same(day)}, len(rows["family"]), unless_exists=True)


def _changed() -> str:
    """Return the statement of offers to be shown that are new, or stand otherwise or elsewhere than they should."""
    said = " OR ".join(f'made."{name}" IS DISTINCT FROM old."{name}"' for name in SAID)
    place = " OR ".join(f'old."{name}" IS DISTINCT FROM old."here_{name}"' for name in PLACE)
    names = ", ".join(f'made."{name}"' for name in ("customer_id", *SAID))
    return (
        f"SELECT offer_id, {names} FROM {CHOSEN} AS made LEFT JOIN {STANDING} AS old USING (customer_id, family)"  # noqa: S608 - names of our own
        f" WHERE made.is_shown AND (old.offer_id IS NULL OR {said} OR {place})"
    )


def _strays() -> str:
    return (
        f"SELECT offer_id, customer_id FROM {STANDING} AS old WHERE NOT EXISTS (SELECT 1 FROM {CHOSEN} AS made"  # noqa: S608 - names of our own
        " WHERE made.customer_id = old.customer_id AND made.family = old.family AND made.is_shown)"
    )


def _ended() -> str:
    return (
        f"SELECT spell_id, customer_id FROM {SPELLS} AS old WHERE NOT EXISTS (SELECT 1 FROM {CHOSEN} AS made"  # noqa: S608 - names of our own
        " WHERE made.customer_id = old.customer_id AND made.family = old.family AND made.is_shown = old.is_shown)"
    )


def _begun() -> str:
    return (
        f"SELECT customer_id, family, is_shown FROM {CHOSEN} AS made WHERE NOT EXISTS (SELECT 1 FROM {SPELLS} AS old"  # noqa: S608 - names of our own
        " WHERE made.customer_id = old.customer_id AND made.family = old.family AND made.is_shown = old.is_shown)"
    )
