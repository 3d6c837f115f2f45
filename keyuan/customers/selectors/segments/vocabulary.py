"""All that conditions can be about, and what of it a post may build with (CUS-6)."""

from keyuan.customers.extensions import segment_entities, segment_fields
from keyuan.customers.rules.segments.language import Vocabulary
from keyuan.kernel.actor import Actor


def whole_vocabulary() -> Vocabulary:
    """Return every field and every kind of record: stored conditions are read with it."""
    return Vocabulary(
        {field.key: field for field in segment_fields}, {entity.key: entity for entity in segment_entities}
    )


def vocabulary_of(actor: Actor) -> Vocabulary:
    """Return what this post may build conditions with."""
    entities = {entity.key: entity for entity in segment_entities if _may(actor, entity.permission)}
    fields = {
        field.key: field
        for field in segment_fields
        if _may(actor, field.permission) and (not field.entity or field.entity in entities)
    }
    return Vocabulary(fields, entities)


def _may(actor: Actor, permission: str) -> bool:
    return not permission or actor.may(permission)
