"""Every role on a demo book: no dead link, and every kind of page accessible on desk and phone (PLT-17, ui.md 9.5)."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser.accessibility import overflow, violations
from tests.browser.tour import Visitor, tour
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
CUSTOMERS = 600
#: What the keyboard opens from anywhere: the palette with its commands, with hits, and recent records.
BY_KEY = ("/palette/", "/palette/?q=a", "/palette/?q=王", "/recent/")
#: A post of few permissions still sees so many addresses.
FEWEST = 20
LEFT_OUT = frozenset({"KEYUAN_TEST_VAR", "DATABASE_URL", "KEYUAN_AS_OF", "DJANGO_SETTINGS_MODULE"})
#: Theme and size of each of the two looks at a page; the other tests of this folder try the other pairs.
LOOKS = (("light", 1366, 768), ("dark", 360, 800))
#: Who opens which kinds of pages; a place of a record is taken from the list before it.
KINDS = {
    "10482": ("/customers/today/", "/customers/", "/customers/1/", "/customers/1/edit/", "/customers/enter/",
              "/customers/search/?q=王", "/policies/", "/policies/1/", "/claims/", "/products/"),
    "10006": ("/customers/batches/new/", "/imports/new/", "/jobs/"),
    "10002": ("/connectors/", "/connectors/new/", "/connectors/deliveries/", "/connectors/sources/",
              "/organisation/people/", "/organisation/roles/", "/organisation/units/", "/webhooks/", "/webhooks/new/",
              "/webhooks/deliveries/", "/webhooks/events/", "/system/"),
    "10004": ("/audit/",),
}  # fmt: skip

pytestmark = pytest.mark.sqlite_only("the pages are the same on both databases, and the tour is long")


@dataclass(frozen=True, slots=True)
class Site:
    """A served demo book."""

    url: str
    staff: tuple[str, ...]
    password: str


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers. Raises AssertionError when it ends or takes a minute."""
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the server of the demo book did not come up")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A small demo book, made and served by the commands that an operator uses."""
    var = tmp_path_factory.mktemp("tour")
    environment = {key: value for key, value in os.environ.items() if key not in LEFT_OUT}
    environment |= {"KEYUAN_VAR": str(var), "KEYUAN_DEMO": "0"}
    program = [sys.executable, "-m", "keyuan.config.cli"]
    for arguments in (["migrate"], ["demo", "--customers", str(CUSTOMERS)]):
        line = [*program, *arguments]
        done = subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    port = free_port()
    start = [*program, "start", "--port", str(port), "--no-worker"]
    with (var / "server.log").open("wb") as log:
        server = subprocess.Popen(start, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        wait_for(port, server)
        sign_ins = (var / "sign-ins.txt").read_text(encoding="utf-8").strip()
        staff = tuple(re.findall(r"(?m)^\s*(\d{5})\s", sign_ins))
        yield Site(f"http://127.0.0.1:{port}", staff, sign_ins.splitlines()[-1].strip())
    finally:
        server.terminate()
        server.wait(20)


def tour_of(site: Site, staff_no: str) -> tuple[int, list[str]]:
    """Sign in and open whatever is offered within two clicks; return how many pages, and faults."""
    visitor = Visitor(site.url)
    home = visitor.sign_in(staff_no, site.password)
    starts = [home, *(site.url + path for path in BY_KEY)]
    return tour(visitor, starts, clicks=2, alike=1)


def test_every_role_finds_every_address_open_that_a_page_offers(site):
    with ThreadPoolExecutor(2) as visitors:
        tours = dict(zip(site.staff, visitors.map(partial(tour_of, site), site.staff), strict=True))

    assert [f"{staff_no}: {fault}" for staff_no, (_opened, faults) in tours.items() for fault in faults] == []
    assert min(opened for opened, _faults in tours.values()) >= FEWEST


@pytest.mark.parametrize("staff_no", KINDS)
def test_every_kind_of_page_is_accessible_and_fits_a_phone(site, browser, staff_no):
    context = browser.new_context(base_url=site.url, locale="zh-CN", timezone_id="Asia/Shanghai")
    context.set_default_timeout(15_000)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(f"{page.url}: script: {error}"))
    page.goto("/sign-in/")
    page.fill("[name=username]", staff_no)
    page.fill("[name=password]", site.password)
    page.keyboard.press("Enter")
    page.wait_for_selector(".navbar-vertical")

    for path in KINDS[staff_no]:
        for theme, width, height in LOOKS:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            page.set_viewport_size({"width": width, "height": height})
            answer = page.goto(path)
            page.wait_for_load_state("networkidle")
            place = f"{urlsplit(page.url).path} {theme} {width}"
            wrong += [f"{place}: {line}" for line in violations(page)]
            wrong += [f"{place}: status {answer.status}"] if answer.status >= 400 else []
            wrong += [f"{place}: {overflow(page)} px too wide"] if overflow(page) > 0 else []
    context.close()

    assert wrong == []
