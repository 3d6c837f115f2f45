"""A target for the tests of the engine: things with a key and an amount, kept in number counters."""

from keyuan.platform.imports import Kind, Outcome, RowIssue, Target, TargetField
from keyuan.platform.models import NumberCounter


def check_things(chunk, context):
    outcome = Outcome()
    known = dict(NumberCounter.objects.filter(series__in=chunk.keys).values_list("series", "used"))
    plan = outcome.plan = []
    for index, (key, amount) in enumerate(zip(chunk.keys, chunk.get("amount"), strict=True)):
        if chunk.get("word")[index] == "bad":
            outcome.issues.append(RowIssue(index, "word", "import.product_unknown", {"product": "bad"}))
        elif key not in known:
            outcome.created += 1
            plan.append((key, amount))
        elif known[key] == amount:
            outcome.unchanged += 1
        else:
            outcome.updated += 1
            plan.append((key, amount))
    return outcome


def write_things(chunk, context, outcome):
    for key, amount in outcome.plan:
        NumberCounter.objects.update_or_create(series=key, defaults={"used": amount})


THINGS = Target(
    key="test.things",
    label="Things",
    permission="platform.import",
    fields=(
        TargetField("key", "Key", limit=40, synonyms=("编号", "thing no")),
        TargetField("amount", "Amount", Kind.MONEY, required=True, synonyms=("金额", "amount")),
        TargetField("word", "Word", synonyms=("词",)),
        TargetField("day", "Day", Kind.DATE, synonyms=("日期",)),
        TargetField("identity_number", "Number", personal=True),
        TargetField("ratio", "Ratio", Kind.WHOLE, is_ratio=True),
    ),
    keys=(("key",), ("identity_number",)),
    check=check_things,
    write=write_things,
    allows_row_keys=True,
    chunk_rows=3,
)
