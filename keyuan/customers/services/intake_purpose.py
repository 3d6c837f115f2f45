"""What a file may bring for the purpose it was collected for: the rest is dropped, and the report says so (PLT-8)."""

from keyuan.customers.extensions import collection_limits
from keyuan.platform.imports import Chunk, Outcome

PURPOSE = "collection_purpose"
#: Columns of a file that hold the same kind of data under several names.
KINDS = {"mobile": "phone", "mobile2": "phone", "landline": "phone", "wechat": "social_account"}
#: What is no data about a person.
APART = frozenset({PURPOSE, "kind", "document_type", "note", "customer_key", "agent_no"})


def drop_excess(chunk: Chunk, outcome: Outcome) -> None:
    """Forget the values that the purpose of their row may not use, and count them; without a purpose all stay."""
    if not chunk.has(PURPOSE):
        return
    purposes = chunk.get(PURPOSE)
    mapped = {column: KINDS.get(column, column) for column in chunk.columns if column not in APART}
    too_much = {
        purpose: {field for limit in collection_limits for field in limit.excess(purpose, set(mapped.values()))}
        for purpose in set(purposes) - {None, ""}
    }
    for column, field in mapped.items():
        values = chunk.columns[column]
        for index, purpose in enumerate(purposes):
            if values[index] not in (None, "") and field in too_much.get(purpose, ()):
                values[index] = None
                outcome.extras["dropped"] += 1
