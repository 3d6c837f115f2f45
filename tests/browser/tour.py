"""Walking a served book as its people do: a browser without scripts that follows every address it is offered."""

import html
import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter, deque
from dataclasses import dataclass, field

#: Addresses in the pages that are fetched with GET.
OFFERED = re.compile(r'(?:href|src|hx-get|data-url|data-panel-url)="([^"#]+)')
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
OTHER_SCHEMES = ("mailto:", "tel:", "data:", "javascript:")


@dataclass
class Visitor:
    """One person's visit: signs in, then opens pages."""

    base: str
    jar: http.cookiejar.CookieJar = field(default_factory=http.cookiejar.CookieJar)

    def __post_init__(self) -> None:
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def open(self, url: str, data: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Return status, final address and text (empty unless it is a page)."""
        body = urllib.parse.urlencode(data).encode() if data else None
        headers = {"Referer": url, "Accept-Language": "zh-CN"}
        request = urllib.request.Request(url, body, headers)  # noqa: S310 - addresses of our own server only
        try:
            answer = self._opener.open(request, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            is_page = "text/html" in answer.headers.get("Content-Type", "")
            text = answer.read().decode() if is_page else ""
            return answer.status, answer.url, text

    def sign_in(self, staff_no: str, password: str) -> str:
        """Sign in and return the address of the home page. Raises AssertionError where that fails."""
        page = f"{self.base}/sign-in/"
        token = TOKEN.search(self.open(page)[2])
        assert token, "the sign-in page has no form"
        form = {"username": staff_no, "password": password, "csrfmiddlewaretoken": token[1]}
        status, home, _text = self.open(page, form)
        assert (status, "/sign-in/" in home) == (200, False), f"{staff_no} cannot sign in: {status}"
        return home


def shape(url: str) -> str:
    """Return what addresses of one kind have in common: the path without numbers, and whether there is a query."""
    parts = urllib.parse.urlsplit(url)
    return re.sub(r"\d+", "N", parts.path) + "?" * bool(parts.query)


def offered(base: str, page: str, text: str) -> list[str]:
    """Return the addresses of our own that ``text`` at ``page`` offers, in order, static files left out."""
    found = [html.unescape(match) for match in OFFERED.findall(text)]
    urls = [urllib.parse.urljoin(page, url) for url in found if not url.startswith(OTHER_SCHEMES)]
    return [url for url in dict.fromkeys(urls) if url.startswith(base) and "/static/" not in url]


def tour(visitor: Visitor, starts: list[str], *, clicks: int, alike: int) -> tuple[int, list[str]]:
    """Open all within ``clicks`` of ``starts``, ``alike`` addresses of each shape; return how many, and faults."""
    seen, of_shape, faults = set(starts), Counter[str](), []
    queue = deque([(start, 0, "") for start in starts])
    opened = 0
    while queue:
        url, depth, origin = queue.popleft()
        status, final, text = visitor.open(urllib.parse.quote(url, safe=":/?&=%+,;@~"))
        opened += 1
        if status >= 400:
            path, source = url.removeprefix(visitor.base), origin.removeprefix(visitor.base)
            faults.append(f"{status} {path} offered by {source}")
        for link in offered(visitor.base, final, text) if depth < clicks and status < 400 else ():
            if link not in seen and of_shape[shape(link)] < alike:
                seen.add(link)
                of_shape[shape(link)] += 1
                queue.append((link, depth + 1, url))
    return opened, faults
