"""Chromium for the browser tests, started once a session."""

import os
import shutil
from collections.abc import Iterator

import pytest

#: Names under which systems install Chromium.
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str | None:
    """Return the path of Chromium: what ``CHROMIUM`` names, or the first found."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:  # noqa: F821 - imported only where a browser test runs
    """One Chromium for the whole session."""
    from playwright.sync_api import expect, sync_playwright

    # Two browsers share what may be two cores: patience costs nothing where the state comes.
    expect.set_options(timeout=15_000)
    program = chromium()
    if program is None:
        pytest.fail("Chromium is missing; make test leaves browser tests out by itself")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield running
        running.close()


@pytest.fixture
def page(browser, live_server):
    """A fresh page of 1366×768 in Chinese whose relative addresses lead to the test server."""
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 1366, "height": 768}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()
