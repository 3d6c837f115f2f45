"""The token endpoint in the document: it answers as RFC 6749 says, not with problem details."""

from typing import Any

TEXT = {"type": "string"}
REFUSAL = {
    "type": "object",
    "description": "Refusal of the token endpoint (RFC 6749 5.2)",
    "required": ["error"],
    "properties": {
        "error": {"type": "string", "description": "Such as invalid_client, invalid_scope, unsupported_grant_type"},
        "error_description": TEXT,
    },
}
TOKEN = {
    "type": "object",
    "required": ["access_token", "token_type", "expires_in", "scope"],
    "properties": {
        "access_token": TEXT,
        "token_type": {"type": "string", "enum": ["Bearer"]},
        "expires_in": {"type": "integer", "description": "Seconds"},
        "scope": {"type": "string", "description": "Permission keys between blanks"},
    },
}
OWN = {"client_id": {"type": "string", "maxLength": 40}, "client_secret": {"type": "string", "maxLength": 200}}


def _form(required: list[str], **fields: Any) -> dict[str, Any]:
    schema = {"type": "object", "required": required, "properties": {**fields, **OWN}}
    return {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": schema}}}


def _refusals() -> dict[str, Any]:
    body = {"application/json": {"schema": {"$ref": "#/components/schemas/OAuthRefusal"}}}
    said = {"400": "The request is not one that sells or ends a token", "401": "Unknown client or wrong secret"}
    shared = {status: {"$ref": f"#/components/responses/Problem{status}"} for status in ("413", "429", "503")}
    return {status: {"description": text, "content": body} for status, text in said.items()} | shared


def _operation(name: str, summary: str, form: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    return {
        "post": {
            "operationId": name,
            "summary": summary,
            "description": f"{summary}. The client names itself by HTTP Basic or in the form.",
            "tags": ["Tokens"],
            "security": [{"client": []}, {}],
            "requestBody": form,
            "responses": {"200": {"description": "Done", "content": {"application/json": {"schema": answer}}}}
            | _refusals(),
        }
    }


def add_token_endpoint(found: dict[str, Any], prefix: str) -> None:
    """Put the token endpoint into the document ``found``."""
    components = found["components"]
    components["schemas"] |= {"Token": TOKEN, "OAuthRefusal": REFUSAL}
    components["securitySchemes"]["client"] = {"type": "http", "scheme": "basic", "description": "Client id and secret"}
    grant = {"grant_type": {"type": "string", "enum": ["client_credentials"]}, "scope": TEXT}
    found["paths"] |= {
        f"/{prefix}oauth/token": _operation(
            "sell_token",
            "Get a token for client credentials",
            _form(["grant_type"], **grant),
            {"$ref": "#/components/schemas/Token"},
        ),
        f"/{prefix}oauth/revoke": _operation(
            "end_token", "End a token", _form(["token"], token=TEXT), {"type": "object"}
        ),
    }
