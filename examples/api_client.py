"""A small client of Keyuan's API: get a token, page through customers, make or change one, handle 412 and 429.

    KEYUAN_URL=http://127.0.0.1:8000 KEYUAN_CLIENT=kyc-… KEYUAN_SECRET=kys_… python examples/api_client.py

It needs httpx and nothing of Keyuan.
"""

import os
import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx

TRIES = 5


class Keyuan:
    """The API with a token that renews itself."""

    def __init__(self, url: str, client_id: str, secret: str) -> None:
        self._http = httpx.Client(base_url=f"{url}/api/v1", timeout=30, headers={"Accept-Language": "zh-Hans"})
        self._credentials = (client_id, secret)
        self._renew_at = 0.0

    def _authorise(self) -> None:
        if time.monotonic() < self._renew_at:
            return
        answer = self._http.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=self._credentials)
        answer.raise_for_status()
        token = answer.json()
        self._http.headers["Authorization"] = f"Bearer {token['access_token']}"
        self._renew_at = time.monotonic() + token["expires_in"] - 30

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Call, and come back when told to; the last answer is returned whatever it says."""
        for _ in range(TRIES):
            self._authorise()
            answer = self._http.request(method, path, **more)
            if answer.status_code not in (429, 503):
                return answer
            time.sleep(min(float(answer.headers.get("Retry-After", "1")), 60))
        return answer

    def pages(self, path: str, **query: Any) -> Iterator[dict[str, Any]]:
        """Yield every row of a list."""
        cursor = None
        while True:
            sent = {**query, "limit": 500} | ({"cursor": cursor} if cursor else {})
            answer = self.call("GET", path, params=sent).raise_for_status().json()
            yield from answer["rows"]
            cursor = answer["next_cursor"]
            if cursor is None:
                return

    def create(self, path: str, body: dict[str, Any]) -> httpx.Response:
        """Make a record once, however often the network fails: the key stays the same for every attempt."""
        return self.call("POST", path, json=body, headers={"Idempotency-Key": str(uuid.uuid4())})

    def change(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Change a record on top of what stands there; somebody else's change is read first, never overwritten."""
        for _ in range(TRIES):
            read = self.call("GET", path).raise_for_status()
            answer = self.call("PATCH", path, json=body, headers={"If-Match": read.headers["ETag"]})
            if answer.status_code != 412:
                break
        changed: dict[str, Any] = answer.raise_for_status().json()
        return changed


def main() -> None:
    """Show each step."""
    keyuan = Keyuan(os.environ["KEYUAN_URL"], os.environ["KEYUAN_CLIENT"], os.environ["KEYUAN_SECRET"])
    rows = [{"customer_key": "A-1001", "name": "张晓明", "mobile": "13800138000"}]
    done = keyuan.create("/bulk/customers", {"source": "example", "rows": rows}).raise_for_status().json()
    print(f"bulk: {done['created']} created, {done['updated']} updated, {done['unchanged']} unchanged")
    refused = keyuan.create("/customers", {"name": "李思", "contacts": [{"kind": "MOBILE", "value": "123"}]})
    print(f"{refused.status_code}: {refused.json()['errors'][0]['field']}")
    customers = list(keyuan.pages("/customers", sort="name"))
    print(f"{len(customers)} customers in reach")
    changed = keyuan.change(f"/customers/{customers[0]['id']}", {"occupation": "教师"})
    print(f"version {changed['version']}: {changed['occupation']}")


if __name__ == "__main__":
    main()
