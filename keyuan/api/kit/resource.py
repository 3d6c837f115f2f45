"""How an endpoint is declared: method, path, permission, what it answers. The rest is the same for all of them.

>>> customers = Resource("Customers")
>>> @customers.get("/customers/{int:customer_id}", permissions.VIEW, CustomerOut)
... def get_customer(request: ApiRequest, customer_id: RowId) -> CustomerOut: ...
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router, Schema
from ninja.parser import Parser
from pydantic import ConfigDict, Field

from keyuan.api.kit.caller import CHALLENGE
from keyuan.api.kit.problems import Problem
from keyuan.kernel.errors import Forbidden
from keyuan.platform.http import SIGNED_IN

#: The largest number that both databases keep.
LARGEST = 2**63 - 1
#: A record's number in an address.
RowId = Annotated[int, Path(ge=1, le=LARGEST)]
#: A record's number in a body.
Id = Annotated[int, Field(ge=1, le=LARGEST)]
#: An amount in minor units of CNY.
Minor = Annotated[int, Field(ge=-LARGEST, le=LARGEST)]


class In(Schema):
    """What callers send: a field that nobody knows is a mistake, not a wish."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Out(Schema):
    """What callers get."""


class Needs:
    """The door of an endpoint: a caller with the permission, who can read the answer."""

    def __init__(self, permission: str, media_type: str = "application/json") -> None:
        self.permission, self.media_type = permission, media_type

    def __call__(self, request: HttpRequest) -> bool:
        """Let the caller in, or raise Problem 401 or 406, or Forbidden."""
        actor = getattr(request, "actor", None)
        if actor is None:
            raise Problem(401, "api.no_credential", headers={"WWW-Authenticate": CHALLENGE})
        if self.permission != SIGNED_IN and not actor.may(self.permission):
            raise Forbidden("api.scope", permission=self.permission)
        if not request.accepts(self.media_type):
            raise Problem(406, "api.not_acceptable", media_type=self.media_type)
        return True


class StrictParser(Parser):
    """Reads JSON bodies and nothing else; text that no database could keep is refused here."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the body. Raises Problem 415, 400 api.unreadable, 422 api.text_unsound."""
        if request.content_type != "application/json":
            raise Problem(415, "api.media_type", media_type="application/json")
        try:
            found = json.loads(request.body, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise Problem(400, "api.unreadable") from None
        _check_text(request.body, found)
        return found


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _check_text(body: bytes, found: Any) -> None:
    """Refuse NUL and halves of character pairs, which only escapes can bring in."""
    if b"\\u" not in body:
        return
    try:
        sound = "\0" not in "".join(_texts(found)) and json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        sound = False
    if not sound:
        raise Problem(422, "api.text_unsound")


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for key, item in value.items() for text in (key, *_texts(item))]
    return [text for item in value for text in _texts(item)] if isinstance(value, list) else []


@dataclass(frozen=True, slots=True)
class Terms:
    """What the document says about an endpoint besides its schemas.

    ``tagged``: answers with a version, by which ``If-Match`` guards changes; ``reads``: a POST that changes nothing;
    ``parameters``: OpenAPI parameters that the handler reads itself.
    """

    permission: str
    tagged: bool = False
    reads: bool = False
    parameters: tuple[dict[str, Any], ...] = ()


#: Every endpoint by operation id, for the document and the matrix test.
ENDPOINTS: dict[str, Terms] = {}

View = Callable[..., Any]


#: One router for all: two resources may add methods to one address.
ROUTER = Router()


class Resource:
    """The endpoints of one kind of record; ``tag`` heads them in the document."""

    def __init__(self, tag: str) -> None:
        self.tag = tag

    def endpoint(
        self, method: str, path: str, permission: str, out: Any, *, status: int = 200, example: Any = None,
        media_type: str = "application/json", **terms: Any,
    ) -> Callable[[View], View]:  # fmt: skip
        """Declare an endpoint; ``out`` is the schema of its answer (None: an answer without body).

        The docstring's first line is the summary in the document, the whole of it the description.
        """
        declared = Terms(permission, **terms)

        def decorate(view: View) -> View:
            name = view.__name__
            if name in ENDPOINTS:
                raise ValueError(f"two endpoints are called {name}")
            ENDPOINTS[name] = declared
            extra: dict[str, Any] = {"x-permission": permission}
            if declared.parameters:
                extra["parameters"] = list(declared.parameters)
            if example is not None:
                extra["requestBody"] = {"content": {"application/json": {"example": example}}}
            first, _line, _rest = (view.__doc__ or name).partition("\n")
            operation = ROUTER.api_operation(
                [method], path, auth=Needs(permission, media_type), response={status: out}, operation_id=name,
                summary=first.rstrip("."), tags=[self.tag], openapi_extra=extra,
            )  # fmt: skip
            result: View = operation(view)
            return result

        return decorate

    def get(self, path: str, permission: str, out: Any, **more: Any) -> Callable[[View], View]:
        """Declare a read."""
        return self.endpoint("GET", path, permission, out, **more)

    def post(self, path: str, permission: str, out: Any, **more: Any) -> Callable[[View], View]:
        """Declare a call that makes or does something; answers 201 unless told otherwise."""
        return self.endpoint("POST", path, permission, out, **{"status": 201, **more})

    def patch(self, path: str, permission: str, out: Any, **more: Any) -> Callable[[View], View]:
        """Declare a change of some fields."""
        return self.endpoint("PATCH", path, permission, out, **more)

    def put(self, path: str, permission: str, out: Any, **more: Any) -> Callable[[View], View]:
        """Declare a replacement."""
        return self.endpoint("PUT", path, permission, out, **more)

    def delete(self, path: str, permission: str, out: Any = None, **more: Any) -> Callable[[View], View]:
        """Declare a removal; answers 204."""
        return self.endpoint("DELETE", path, permission, out, **{"status": 204, **more})
