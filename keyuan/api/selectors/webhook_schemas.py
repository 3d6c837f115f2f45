"""The public events as JSON Schema with examples, for the catalogue page and the OpenAPI document (PLT-14)."""

from typing import Any

from keyuan.api.events import PUBLIC, TEST, PublicEvent

Schema = dict[str, Any]
SOURCE_KEY: Schema = {
    "type": "object",
    "description": "The key under which another system knows the record.",
    "required": ["source", "key"],
    "properties": {"source": {"type": "string"}, "key": {"type": "string"}},
}
ID: Schema = {"type": "integer", "format": "int64"}
#: Ids of neighbours beside the common fields, by object; null where nobody is known.
NEIGHBOURS: dict[str, tuple[str, ...]] = {
    "policy": ("customer_id",),
    "claim": ("customer_id", "policy_id"),
    "task": ("customer_id",),
    "interaction": ("customer_id",),
    "post": ("person_id", "unit_id"),
    "agent": ("unit_id",),
}
#: References as they look, by object; the others have none.
REFERENCES = {"customer": "C00001234", "product": "LIFE-01", "unit": "330106", "person": "10482", "agent": "A0001234"}
MOMENT = "2026-03-16T02:00:00.000000Z"


def item_schema(kind: str) -> Schema:
    """Return the schema of one record of an object kind."""
    properties: Schema = {
        "id": {**ID, "description": "Keyuan's own id, as the API takes it."},
        "reference": {"type": ["string", "null"], "description": "Keyuan's own number or code, where it has one."},
        "source_keys": {"type": "array", "items": SOURCE_KEY},
        **{name: {"type": ["integer", "null"], "format": "int64"} for name in NEIGHBOURS.get(kind, ())},
    }
    return {"type": "object", "required": sorted(properties), "properties": properties}


def event_schema(event: PublicEvent) -> Schema:
    """Return the schema of a whole message."""
    data = {
        "type": "object",
        "required": ["change", "count", "items", "object"],
        "properties": {
            "object": {"const": event.object},
            "change": {"type": "string", "description": "What was done, where the name of the event leaves it open."},
            "count": {"type": "integer", "minimum": 1, "maximum": 1000},
            "items": {"type": "array", "minItems": 1, "maxItems": 1000, "items": item_schema(event.object)},
        },
    }
    return _message(event.name, data)


def test_schema() -> Schema:
    """Return the schema of the message of the test button."""
    return _message(TEST, {"type": "object", "properties": {}})


def _message(name: str, data: Schema) -> Schema:
    return {
        "type": "object",
        "required": ["data", "timestamp", "type"],
        "properties": {
            "type": {"const": name},
            "timestamp": {"type": "string", "format": "date-time", "description": "When it happened, in UTC."},
            "data": data,
        },
    }


def example(event: PublicEvent) -> Schema:
    """Return a message as a receiver gets it."""
    keys = [{"source": "core", "key": "8800123"}] if event.object in ("customer", "policy", "claim") else []
    neighbours = {name: number for number, name in enumerate(NEIGHBOURS.get(event.object, ()), 501)}
    item = {"id": 1234, "reference": REFERENCES.get(event.object), "source_keys": keys, **neighbours}
    data = {
        "object": event.object,
        "change": sorted(event.kinds)[0] if event.kinds else "",
        "count": 1,
        "items": [item],
    }
    return {"type": event.name, "timestamp": MOMENT, "data": data}


def openapi_webhooks() -> Schema:
    """Return the ``webhooks`` section of the OpenAPI 3.1 document."""
    return {
        event.name: {
            "post": {
                "operationId": f"webhook_{event.name.replace('.', '_')}",
                "summary": event.name,
                "description": event.about,
                "tags": ["Webhooks"],
                "parameters": HEADERS,
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": event_schema(event), "example": example(event)}},
                },
                "responses": {
                    "2XX": {"description": "Taken; anything else is tried again for three days."},
                    "410": {"description": "No more of it, please: the endpoint is switched off."},
                },
            }
        }
        for event in PUBLIC
    }


HEADERS: list[Schema] = [
    {
        "name": name,
        "in": "header",
        "required": True,
        "schema": {"type": "string"},
        "description": description,
    }
    for name, description in (
        ("webhook-id", "Names the message; the same on every try and every replay."),
        ("webhook-timestamp", "When this try was made, in seconds since 1970."),
        ("webhook-signature", "One or more signatures `v1,<base64>`, separated by blanks."),
    )
]
