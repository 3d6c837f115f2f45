"""The OpenAPI 3.1 document: what the framework knows of each endpoint, completed by what holds for all of them."""

from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any

from ninja import NinjaAPI

from keyuan.api.kit.document_oauth import add_token_endpoint
from keyuan.api.kit.problems import MEDIA_TYPE
from keyuan.api.kit.resource import ENDPOINTS, Terms
from keyuan.api.selectors.webhook_schemas import openapi_webhooks
from keyuan.platform.catalogue import catalogue
from keyuan.platform.http import SIGNED_IN

WRITES = frozenset({"post", "put", "patch", "delete"})
PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457)",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong and what to do, in the language asked for"},
        "code": {"type": "string", "description": "Stable; programs decide by it"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "detail"],
                "properties": {
                    "field": {"type": "string", "description": "Such as `contacts.0.value`"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
EXAMPLE = {
    "type": "urn:keyuan:problem:not_found",
    "title": "Nothing there",
    "status": 404,
    "detail": "This record does not exist, or it is not within your reach.",
    "code": "not_found",
    "request_id": "0123456789abcdef0123456789abcdef",
}
DESCRIPTIONS = {
    400: "The body is no JSON",
    401: "No token or key, or one that has ended",
    403: "The client's post lacks the permission, or the call comes from a network that is not allowed",
    404: "The record does not exist or is out of reach",
    405: "The address does not know this method",
    406: "The answer exists as JSON only",
    409: "Somebody else changed the record, or the same request is running",
    412: "`If-Match` names a version that has passed",
    413: "The body is too large",
    415: "The body is not JSON",
    422: "A value is wrong or a rule says no; `errors` names the fields",
    428: "`If-Match` is missing",
    429: "Too many requests; `Retry-After` says when to come back",
    503: "Not available just now",
}
INTEGER, TEXT = {"type": "integer"}, {"type": "string"}
HEADERS = {
    "X-Request-Id": {"description": "Quote it when you ask us about this request", "schema": TEXT},
    "RateLimit-Limit": {"description": "Calls a minute", "schema": INTEGER},
    "RateLimit-Remaining": {"description": "Calls left at once", "schema": INTEGER},
    "RateLimit-Reset": {"description": "Seconds until all of them are back", "schema": INTEGER},
    "RateLimit-Policy": {"description": "Limit and window", "schema": TEXT},
    "Retry-After": {"description": "Seconds to wait", "schema": INTEGER},
    "ETag": {"description": "What this answer is a picture of", "schema": TEXT},
}
EVERYWHERE = ("X-Request-Id", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "RateLimit-Policy")
PARAMETERS = {
    "AcceptLanguage": ("Accept-Language", "Language of sentences: zh-Hans, zh-Hant or en", {"type": "string"}),
    "IdempotencyKey": (
        "Idempotency-Key",
        "A text of your own for this one request; sent again within 24 hours, it gets the same answer and does nothing",
        {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"},
    ),
    "IfMatch": ("If-Match", "The ETag of what you change, or *", {"type": "string"}),
    "IfNoneMatch": ("If-None-Match", "ETags of what you have already", {"type": "string"}),
}


@cache
def document(api: NinjaAPI, prefix: str) -> dict[str, Any]:
    """Return the whole document; it does not change while the process lives."""
    found: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=prefix))
    components = found["components"]
    components["schemas"]["Problem"] = PROBLEM
    components["securitySchemes"] = _security()
    components["headers"] = HEADERS
    components["parameters"] = {
        key: {"in": "header", "name": name, "description": text, "required": False, "schema": schema}
        for key, (name, text, schema) in PARAMETERS.items()
    }
    components["responses"] = {f"Problem{status}": _problem(status) for status in DESCRIPTIONS}
    for method, operation in _operations(found["paths"]):
        _complete(method, operation, ENDPOINTS[operation["operationId"]])
    add_token_endpoint(found, prefix)
    found["webhooks"] = openapi_webhooks()
    return found


def _operations(paths: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for methods in paths.values():
        for method, operation in list(methods.items()):
            # Framework and endpoints share parts of the description; each operation gets its own.
            methods[method] = deepcopy(operation)
            yield method, methods[method]


def _complete(method: str, operation: dict[str, Any], terms: Terms) -> None:
    operation.pop("x-permission", None)
    # A POST that answers 200 acts on something that is there; one that answers 201 makes something new.
    acts = method in ("patch", "put", "delete") or (method == "post" and 200 in operation["responses"])
    guarded = terms.tagged and acts
    scopes = [] if terms.permission == SIGNED_IN else [terms.permission]
    operation["security"] = [{"oauth2": scopes}, {"key": []}]
    operation["parameters"] += [
        {"$ref": f"#/components/parameters/{name}"} for name in _parameters(method, terms, is_guarded=guarded)
    ]
    for status, response in operation["responses"].items():
        names = (*EVERYWHERE, "ETag") if terms.tagged or (method == "get" and int(status) == 200) else EVERYWHERE
        response["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
    statuses = _statuses(method, operation, terms, is_guarded=guarded)
    operation["responses"] |= {
        str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in sorted(statuses)
    }
    operation["responses"] = {str(status): response for status, response in operation["responses"].items()}
    if method == "get":
        operation["responses"]["304"] = {"description": "Not changed since `If-None-Match`"}


def _parameters(method: str, terms: Terms, *, is_guarded: bool) -> list[str]:
    names = ["AcceptLanguage"]
    if method == "post" and not terms.reads:
        names.append("IdempotencyKey")
    if method == "get":
        names.append("IfNoneMatch")
    if is_guarded:
        names.append("IfMatch")
    return names


def _statuses(method: str, operation: dict[str, Any], terms: Terms, *, is_guarded: bool) -> set[int]:
    statuses = {401, 403, 404, 406, 422, 429, 503}
    if "requestBody" in operation:
        statuses |= {400, 413, 415}
    if method in WRITES and not terms.reads:
        statuses.add(409)
    if is_guarded:
        statuses |= {412, 428}
    return statuses


def _problem(status: int) -> dict[str, Any]:
    headers = (*EVERYWHERE, "Retry-After") if status == 429 else EVERYWHERE
    return {
        "description": DESCRIPTIONS[status],
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in headers},
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": EXAMPLE}},
    }


def _security() -> dict[str, Any]:
    used = sorted({terms.permission for terms in ENDPOINTS.values()} - {SIGNED_IN})
    return {
        "oauth2": {
            "type": "oauth2",
            "description": "Tokens for 15 minutes; scopes narrow what the client's post may do",
            "flows": {
                "clientCredentials": {
                    "tokenUrl": "/api/v1/oauth/token",
                    "scopes": {key: str(catalogue[key].label) for key in used},
                }
            },
        },
        "key": {
            "type": "apiKey",
            "in": "header",
            "name": "X-API-Key",
            "description": "A key of the client, also good as a bearer token",
        },
    }
