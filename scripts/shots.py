"""Screenshots for the README and the guides: serve the demo book here, sign in as each role, photograph its pages.

make shots                      all of them, into docs/img
make shots ARGS="home list"     only those whose name contains a word
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from keyuan.config import settings
from keyuan.config.serving import answers

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "img"
SIGN_INS = settings.VAR_DIR / "sign-ins.txt"
#: The roles of the demo book whose pages are shown.
AGENT, MANAGER, CLERK, ADMINISTRATOR, COMPLIANCE = "10482", "10006", "10013", "10002", "10003"


@dataclass(frozen=True)
class Shot:
    """One picture: its name, who looks, at which address, how; ``open`` is clicked first."""

    name: str
    staff_no: str
    address: str
    dark: bool = False
    phone: bool = False
    open: str = ""


FIRST_CUSTOMER = "main table tbody a[href^='/customers/']"
FIRST_POLICY = "main table tbody a[href^='/policies/']"
SHOTS = [
    Shot("home", AGENT, "/"),
    Shot("home-phone", AGENT, "/", phone=True),
    Shot("board", MANAGER, "/"),
    Shot("customers", AGENT, "/customers/"),
    Shot("customer", AGENT, "/customers/", open=FIRST_CUSTOMER),
    Shot("customer-dark", AGENT, "/customers/", dark=True, open=FIRST_CUSTOMER),
    Shot("customer-phone", AGENT, "/customers/", phone=True, open=FIRST_CUSTOMER),
    Shot("search", AGENT, "/customers/search/?q=zgd"),
    Shot("policy", AGENT, "/policies/", open=FIRST_POLICY),
    Shot("imports", CLERK, "/imports/new/"),
    Shot("units", ADMINISTRATOR, "/organisation/units/"),
    Shot("role", ADMINISTRATOR, "/organisation/roles/1/"),
    Shot("audit", COMPLIANCE, "/audit/"),
]


def free_port() -> int:
    """Return a port that nobody uses, the next one being free as well, most likely."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served() -> Iterator[str]:
    """Serve this checkout's book for the length of the block; yield its address."""
    port = free_port()
    command = [sys.executable, "-m", "keyuan.config.cli", "serve", "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "KEYUAN_LOG_LEVEL": "WARNING"})
    try:
        deadline = time.monotonic() + 60
        while not answers("127.0.0.1", port) and time.monotonic() < deadline:
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=30)


def password() -> str:
    """Return the demo's common password: the last word of the list of sign-ins."""
    if not SIGN_INS.is_file():
        raise SystemExit("there is no demo book here; load one with: make demo")
    return SIGN_INS.read_text(encoding="utf-8").split()[-1]


def sign_in(page: Page, staff_no: str) -> None:
    """Sign in as one of the demo's people."""
    page.goto("/sign-in/")
    page.fill("input[name=username]", staff_no)
    page.fill("input[name=password]", password())
    page.press("input[name=password]", "Enter")
    page.wait_for_url(re.compile(r"^(?!.*/sign-in/).*$"))


def take(browser: Browser, address: str, shot: Shot) -> None:
    """Take one picture."""
    size: ViewportSize = {"width": 390, "height": 844} if shot.phone else {"width": 1366, "height": 768}
    context = browser.new_context(
        base_url=address, viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai",
        color_scheme="dark" if shot.dark else "light", reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()
    if shot.staff_no:
        sign_in(page, shot.staff_no)
    page.goto(shot.address)
    if shot.open:
        page.goto(page.locator(shot.open).first.get_attribute("href") or shot.address)
    page.wait_for_load_state("networkidle" if not shot.staff_no else "load")
    page.wait_for_timeout(1500)
    page.screenshot(path=FOLDER / f"{shot.name}.png")
    context.close()


def main(words: list[str]) -> None:
    """Take every picture whose name contains one of ``words``, or all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    chosen = [shot for shot in SHOTS if not words or any(word in shot.name for word in words)]
    with served() as address, sync_playwright() as playwright:
        program = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for shot in chosen:
            take(browser, address, shot)
            print(f"docs/img/{shot.name}.png", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
