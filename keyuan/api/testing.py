"""Callers of the API for tests: a client in a post, and what it sends."""

import json
from collections import Counter
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from keyuan.kernel.actor import Actor, Origin, Reach
from keyuan.organisation.models import ApiClient, ApiKey, Unit
from keyuan.organisation.selectors.api_clients import actor_of_client
from keyuan.organisation.services.api_clients import ClientPost, ClientTerms, create_client, issue_key
from keyuan.organisation.services.default_roles import DEFAULT_ROLES
from keyuan.organisation.testing import NOW, SET_UP, default_role, make_agent, small_tree
from keyuan.platform import clock

_counter: Counter[str] = Counter()


def make_client(
    role: str = "customer_resource_manager", *, unit: Unit | None = None, reach: Reach | None = None, **terms: Any
) -> ApiClient:
    """Make a client in a post of ``role``; arguments as for `make_post`, and `ClientTerms`."""
    _counter["client"] += 1
    place = unit or small_tree().team_a
    wanted = reach or DEFAULT_ROLES[role].reach
    channel = "BROKERAGE" if wanted is Reach.CHANNEL else ""
    agent = make_agent(place) if wanted is Reach.SELF else None
    terms = {"name": f"接口{_counter['client']}", "rate_per_minute": 60_000, **terms}
    return create_client(
        actor=SET_UP, terms=ClientTerms(**terms), now=NOW,
        place=ClientPost(default_role(role), place, wanted, sales_channel=channel, agent=agent),
    )  # fmt: skip


def key_of(client: ApiClient, kind: str = ApiKey.Kind.KEY) -> str:
    """Issue a key and return its plain text."""
    return issue_key(actor=SET_UP, client_id=client.pk, kind=kind, now=clock.wall())[1]


class Program:
    """A program with a key; each method returns Django's response, ``.json()`` its body."""

    def __init__(self, role: str = "customer_resource_manager", **more: Any) -> None:
        self.client = make_client(role, **more)
        self.key = key_of(self.client)
        self._http = Client()

    @property
    def actor(self) -> Actor:
        """The actor it acts as."""
        record = ApiClient.objects.select_related("user", "post__user", "post__role", "post__unit").get(
            pk=self.client.pk
        )
        return actor_of_client(record, frozenset(), locale="zh-hans", origin=Origin())

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send a request; headers are written with underscores (``if_match``)."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent: dict[str, Any] = {"headers": {"X-API-Key": self.key, **named}}
        if body is not None:
            sent |= {"data": json.dumps(body), "content_type": "application/json"}
        address = path if path.startswith("/api") else f"/api/v1{path}"
        return self._http.generic(method, address, **sent)

    def get(self, path: str, **headers: str) -> Any:
        """Read."""
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        """Make or do something."""
        return self.send("POST", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        """Change something."""
        return self.send("PATCH", path, body, **headers)

    def upload(self, path: str, name: str, content: bytes) -> Any:
        """Send a file."""
        file = SimpleUploadedFile(name, content, "application/octet-stream")
        address = path if path.startswith("/api") else f"/api/v1{path}"
        return self._http.post(address, {"file": file}, headers={"X-API-Key": self.key})
