"""Writing back: what differs from the book, in short transactions, and nothing else (ANA-2)."""

from keyuan.analytics.extensions import Done
from keyuan.analytics.selectors.objections import objecting_ids
from keyuan.analytics.services.night.work import Night, in_parts
from keyuan.customers.models import CustomerScore
from keyuan.customers.services.scores.writing import PLACE, SAID, drop_departed, drop_scores, write_scores
from keyuan.platform.mart import Extract

SCORES = "scores"
#: The scores as they stand in the book, with their place and that of their customers.
STANDING = "standing_scores"
HERE = {f"here_{name}": f"customer__summary__{name}" for name in PLACE}
_STAND = Extract(
    STANDING,
    CustomerScore.objects.all,
    {"customer_id": "customer_id", **{name: name for name in (*SAID, *PLACE)}, **HERE},
)


def write_back(night: Night) -> Done:
    """Bring the scores of the book up to those of the night; a second time nothing differs."""
    standing = night.copied(_STAND)
    with night.opened() as mart:
        # Who does not want to be judged by programs has no scores (PIPL 24).
        mart.execute("CREATE TABLE objecting AS SELECT unnest(?::BIGINT[]) AS customer_id", [sorted(objecting_ids())])
        total = mart.execute(f"SELECT count(*) FROM ({_changed()})").fetchone()[0]  # noqa: S608 - names of our own
        changed = 0
        for part in in_parts(mart, _changed()):
            columns = part.to_pydict()
            changed += write_scores(columns.pop("customer_id"), columns, night.day)
            night.say(min(changed, total - 1), total)
        for part in in_parts(mart, _strays()):
            changed += drop_scores(part.column("customer_id").to_pylist())
        changed += drop_departed()
    return Done((SCORES, STANDING), (), standing + night.rows(SCORES), changed, changed)


def _changed() -> str:
    """Return the statement of new scores, and of those that stand otherwise or elsewhere than they should."""
    said = " OR ".join(f'made."{name}" IS DISTINCT FROM old."{name}"' for name in SAID)
    place = " OR ".join(f'old."{name}" IS DISTINCT FROM old."here_{name}"' for name in PLACE)
    names = ", ".join(f'made."{name}"' for name in ("customer_id", *SAID))
    return (
        f"SELECT {names} FROM {SCORES} AS made LEFT JOIN {STANDING} AS old USING (customer_id)"  # noqa: S608 - names of our own
        f" WHERE (old.customer_id IS NULL OR {said} OR {place}) AND made.customer_id NOT IN (FROM objecting)"
    )


def _strays() -> str:
    return (
        f"SELECT customer_id FROM {STANDING} WHERE customer_id NOT IN (SELECT customer_id FROM {SCORES})"  # noqa: S608 - names of our own
        " OR customer_id IN (FROM objecting)"
    )
