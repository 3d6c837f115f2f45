"""A browser as far as the server can tell: one kept connection, cookies, fragments; it times every answer."""

import re
import time
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import urlencode, urljoin

from benchmarks.books import Failed

#: Elements that load a fragment as soon as the page stands, or when they come into view.
LAZY = re.compile(r'hx-get="([^"]+)"[^>]*?hx-trigger="(?:load|revealed|intersect)[^"]*"')
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Answer:
    """What came back, and the seconds from the first byte sent to the last byte read."""

    status: int
    text: str
    seconds: float
    location: str = ""


@dataclass
class Browser:
    """One signed-in person at a desk."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    connection: HTTPConnection | None = None

    def get(self, url: str, *, fragment: bool = False) -> Answer:
        """Ask for a page, or for a fragment as htmx does."""
        return self._sent("GET", url, None, {"HX-Request": "true"} if fragment else {})

    def post(self, url: str, fields: dict[str, str], *, fragment: bool = True) -> Answer:
        """Send a form."""
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-CSRFToken": self.cookies.get("csrftoken", ""),
        }
        return self._sent("POST", url, urlencode(fields), headers | ({"HX-Request": "true"} if fragment else {}))

    def _sent(self, method: str, url: str, body: str | None, headers: dict[str, str]) -> Answer:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        host = f"127.0.0.1:{self.port}"
        headers = {"Host": host, "Cookie": cookies, "Accept-Language": "zh-CN", "Referer": f"http://{host}/", **headers}
        for attempt in (1, 2):
            if self.connection is None:
                self.connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
                self.connection.connect()
            began = time.perf_counter()
            try:
                self.connection.request(method, url, body, headers)
                response = self.connection.getresponse()
                raw = response.read()
            except (OSError, HTTPException):
                # A kept connection may have been closed meanwhile, once; a form is never sent twice.
                self.connection.close()
                self.connection = None
                if attempt == 2 or method == "POST":
                    raise
                continue
            seconds = time.perf_counter() - began
            break
        self._keep(response)
        if response.will_close:
            self.connection.close()
            self.connection = None
        return Answer(response.status, raw.decode("utf-8", "replace"), seconds, response.headers.get("Location", ""))

    def _keep(self, response: HTTPResponse) -> None:
        for line in response.headers.get_all("Set-Cookie") or ():
            name, _sign, rest = line.partition("=")
            self.cookies[name.strip()] = rest.partition(";")[0]

    def sign_in(self, staff_no: str, password: str) -> "Browser":
        """Sign in by the form."""
        page = self.get("/sign-in/")
        token = TOKEN.search(page.text)
        fields = {"username": staff_no, "password": password, "csrfmiddlewaretoken": token[1] if token else ""}
        answer = self.post("/sign-in/", fields, fragment=False)
        if answer.status != 302:
            raise Failed(f"{staff_no} could not sign in: {answer.status}")
        landed = self.get("/")
        if landed.status not in (200, 302):
            raise Failed(f"{staff_no} sees no home page: {landed.status}")
        return self

    def close(self) -> None:
        """Close the connection."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def lazy_parts(answer: Answer, url: str) -> list[str]:
    """Return the addresses that a browser loads by itself once it has this page."""
    return [urljoin(url, unescape(address)) for address in LAZY.findall(answer.text)]
