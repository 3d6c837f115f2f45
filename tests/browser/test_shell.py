"""The shell in a browser: panel, lists, keys, forms that lose nothing, themes, accessibility (PLT-17, ui.md 0)."""

import threading
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

from keyuan.platform.notices import notify_staff
from tests.browser import sample_site
from tests.browser.accessibility import faults

TEMPLATES = Path(__file__).with_name("templates")


class Quiet(WSGIRequestHandler):
    """A request handler that does not write to the terminal."""

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def site(settings, transactional_db):
    """The sample site behind the product's own middleware; returns its address."""
    sample_site.reset()
    settings.ROOT_URLCONF = "tests.browser.sample_site"
    settings.LOGIN_URL = "sign-in"
    settings.DEBUG = True
    settings.MIDDLEWARE = [
        "tests.browser.sample_site.SampleActor" if name.endswith(".ActorMiddleware") else name
        for name in django_settings.MIDDLEWARE
        if not name.startswith(("axes.", "whitenoise."))
    ]
    engine = {**django_settings.TEMPLATES[0], "DIRS": [str(TEMPLATES)]}
    settings.TEMPLATES = [engine]
    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(StaticFilesHandler(WSGIHandler()))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def tab(browser, site):
    """A page of the sample site."""
    context = browser.new_context(base_url=site, viewport={"width": 1366, "height": 768}, locale="zh-CN")
    context.set_default_timeout(5_000)
    yield context.new_page()
    context.close()


def row(tab, name):
    return tab.locator("tr[data-row]", has_text=name)


def test_every_page_passes_axe_in_both_themes_and_widths(tab):
    addresses = ("/", "/records/1/", "/person/", "/dev/components/")

    assert [fault for address in addresses for fault in faults(tab, address)] == []


def test_a_row_opens_beside_the_list_and_enter_opens_it_whole(tab):
    tab.goto("/")

    tab.click("text=马文博")
    tab.wait_for_selector("#panel .section-title:text('马文博')")

    assert tab.url.endswith("/")
    assert "open" in row(tab, "马文博").get_attribute("class")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/records/2/")


def test_escape_closes_the_panel_and_returns_the_focus(tab):
    tab.goto("/")
    tab.click("text=马文博")
    tab.wait_for_selector("#panel [data-panel-close]")

    tab.keyboard.press("Escape")

    assert tab.locator("#panel").is_hidden()
    assert tab.evaluate("document.activeElement.textContent") == "马文博"


def test_a_list_works_with_keys_alone(tab):
    tab.goto("/")

    for key in ("j", "x", "j", "j", "Shift+X", "k"):
        tab.keyboard.press(key)

    assert tab.locator("[data-selected-count]").inner_text() == "已选 3 项"
    assert "cursor" in row(tab, "马文博").get_attribute("class")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#panel .section-title:text('马文博')")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/records/2/")


def test_a_failure_does_not_wear_a_tick(tab):
    tab.goto("/")

    tab.evaluate("document.dispatchEvent(new CustomEvent('toast', {detail: {text: '操作未成功', level: 'error'}}))")

    icon = tab.locator("#toasts .toast-error use").first.get_attribute("href")
    assert icon.endswith("#i-alert-triangle")


def test_the_sheet_of_keys_shows_what_the_page_offers(tab):
    def shown():
        tab.keyboard.press("?")
        found = tab.locator("[data-key-action]:visible").evaluate_all("keys => keys.map(key => key.dataset.keyAction)")
        tab.keyboard.press("Escape")
        return set(found)

    tab.goto("/")
    assert {"help", "next", "select", "open"} <= shown()
    assert "comment" not in shown()
    tab.goto("/person/")
    assert "help" in shown()
    assert not {"next", "open", "assign", "comment"} & shown()


def test_keys_rest_while_one_types(tab):
    tab.goto("/person/")

    tab.fill("#id_name", "")
    tab.locator("#id_name").press_sequentially("?jx")

    assert tab.input_value("#id_name") == "?jx"
    assert not tab.evaluate("document.querySelector('#keys').open")


def test_a_changed_key_works_and_a_conflict_is_named(tab):
    tab.goto("/")
    tab.keyboard.press("?")

    tab.click("[data-key-action=next]")
    tab.keyboard.press("k")

    assert tab.inner_text("[data-key-error]") == "K 已用于「上一行」，请换一个键"
    tab.click("[data-key-action=next]")
    with tab.expect_response("**/preferences/keys/"):
        tab.keyboard.press("n")
    tab.goto("/")
    tab.keyboard.press("n")
    assert "cursor" in row(tab, "周国栋").get_attribute("class")


def test_the_palette_opens_by_key_and_runs_a_command(tab):
    tab.goto("/")

    tab.keyboard.press("Control+k")
    tab.fill("#palette-text", "shense")
    tab.wait_for_selector(".palette-hit:has-text('深色外观')")
    tab.keyboard.press("Enter")

    tab.wait_for_selector("html[data-bs-theme=dark]")
    tab.reload()
    assert tab.get_attribute("html", "data-bs-theme") == "dark"


def test_a_wrong_form_keeps_everything_and_links_its_errors(tab):
    tab.goto("/person/")
    tab.fill("#id_name", "周国栋")
    tab.fill("#id_number", "310115198006144218")
    tab.fill("#id_note", "老客户")

    tab.click("button[type=submit]:has-text('保存')")
    tab.wait_for_selector("[data-error-summary] a")

    assert tab.input_value("#id_number") == "310115198006144218"
    assert tab.input_value("#id_note") == "老客户"
    tab.click("[data-error-summary] a")
    assert tab.evaluate("document.activeElement.id") == "id_number"


def test_a_saved_form_leads_on_and_can_be_taken_back(tab):
    tab.goto("/person/")
    tab.fill("#id_name", "周国栋")
    tab.fill("#id_number", "31011519800614421X")

    tab.dblclick("button[type=submit]:has-text('保存')")
    tab.wait_for_selector(".toast:has-text('已保存 周国栋')")
    tab.click(".toast [data-undo]")
    tab.wait_for_selector(".toast:has-text('已撤销')")

    assert sample_site.state["saved"] == ["周国栋"]
    assert sample_site.state["undone"] == 1


def test_typed_text_survives_a_reload_but_sealed_values_are_never_stored(tab):
    tab.goto("/person/")
    tab.fill("#id_name", "周国栋")
    tab.fill("#id_number", "31011519800614421X")
    tab.wait_for_timeout(600)
    tab.on("dialog", lambda dialog: dialog.accept())

    tab.reload()

    assert tab.input_value("#id_name") == "周国栋"
    assert tab.input_value("#id_number") == ""
    assert "31011519800614421X" not in tab.evaluate("JSON.stringify(sessionStorage)")
    assert tab.locator(".form-strip").inner_text().startswith("已恢复未保存的内容")


def test_a_session_that_ends_in_a_form_loses_nothing(tab):
    tab.goto("/person/")
    tab.fill("#id_name", "周国栋")
    tab.fill("#id_number", "31011519800614421X")
    sample_site.state["signed_out"] = True

    tab.click("button[type=submit]:has-text('保存')")
    tab.wait_for_selector("#session-expired[open]")
    sample_site.state["signed_out"] = False
    other = tab.context.new_page()
    other.goto("/renewed/")
    tab.wait_for_selector("#session-expired:not([open])", state="attached")
    tab.click("button[type=submit]:has-text('保存')")
    tab.wait_for_selector(".toast:has-text('已保存 周国栋')")

    assert sample_site.state["saved"] == ["周国栋"]


def test_a_lost_connection_says_so_and_the_form_stays(tab):
    tab.goto("/person/")
    tab.fill("#id_name", "周国栋")
    tab.fill("#id_number", "31011519800614421X")

    tab.context.set_offline(True)
    tab.click("button[type=submit]:has-text('保存')")
    tab.wait_for_selector("#strip-offline:not([hidden])")
    tab.context.set_offline(False)
    tab.click("button[type=submit]:has-text('保存')")
    tab.wait_for_selector(".toast:has-text('已保存 周国栋')")

    assert sample_site.state["saved"] == ["周国栋"]


def test_a_cell_is_edited_in_place(tab):
    tab.goto("/records/1/")

    tab.focus("[data-edit]")
    tab.keyboard.press("F2")
    tab.fill("[data-edit] input", "工程师")
    with tab.expect_response("**/edit/"):
        tab.keyboard.press("Enter")

    assert tab.inner_text("[data-edit] [data-shown]") == "工程师"
    assert sample_site.state["job"] == "工程师"


def test_two_editors_see_both_values_and_choose(tab):
    tab.goto("/records/1/")
    sample_site.state.update(job="设计师", version=2)

    tab.dblclick("[data-edit]")
    tab.fill("[data-edit] input", "工程师")
    tab.keyboard.press("Enter")
    tab.wait_for_selector(".edit-conflict:has-text('他人已改为：设计师')")

    assert sample_site.state["job"] == "设计师"
    with tab.expect_response("**/edit/"):
        tab.click("text=保留我的")
    tab.wait_for_selector("[data-shown]:text-is('工程师')")
    assert sample_site.state["job"] == "工程师"


def test_a_refused_cell_goes_back_and_says_why(tab):
    tab.goto("/records/1/")

    tab.dblclick("[data-edit]")
    tab.fill("[data-edit] input", "")
    tab.keyboard.press("Enter")
    tab.wait_for_selector(".edit-error:text-is('职业不能为空')")

    assert tab.inner_text("[data-edit] [data-shown]") == "工程监理"


def test_a_reveal_needs_a_reason_and_ends(tab):
    tab.clock.install()
    tab.goto("/")
    tab.click("text=周国栋")

    tab.click("[data-reveal]")
    tab.click("#confirm [data-verb]")
    assert tab.inner_text("#confirm .invalid-feedback") == "请填写原因"
    tab.click("#confirm [data-reason-choice] >> nth=0")
    assert tab.input_value("#confirm-reason") == "来电核身"
    tab.fill("#confirm-reason", "核对回访号码")
    tab.click("#confirm [data-verb]")
    tab.wait_for_selector("[data-reveal-value]:text-is('13900001402')")
    tab.clock.run_for(31_000)

    assert tab.inner_text("[data-reveal-value]") == "139****1402"
    assert sample_site.state["reasons"] == ["核对回访号码"]


def test_a_dangerous_action_names_object_and_consequence_and_sends_its_reason(tab):
    tab.goto("/records/1/")

    tab.click("text=注销客户")
    assert tab.inner_text("#confirm-title") == "注销 周国栋"
    assert tab.inner_text("#confirm [data-consequence]") == "注销后不再出现在名单中"
    tab.fill("#confirm-reason", "客户申请")
    tab.click("#confirm [data-verb]")
    tab.wait_for_url("**/")

    assert sample_site.state["reasons"] == ["客户申请"]


def test_a_panel_that_fails_fails_by_itself_and_tries_again(tab):
    tab.goto("/")
    sample_site.state["broken"] = True

    tab.click("text=周国栋")
    tab.wait_for_selector("#panel [data-empty=failed]")
    assert "错误号" in tab.inner_text("#panel [data-failure]")
    sample_site.state["broken"] = False
    tab.click("#panel [data-try-again]")

    tab.wait_for_selector("#panel .section-title:text('周国栋')")


def test_the_navigation_folds_and_stays_folded(tab):
    tab.goto("/")

    tab.click("[data-nav-fold]")
    tab.reload()

    assert tab.locator(".navbar-vertical").bounding_box()["width"] == 48


def test_the_theme_is_there_before_the_first_paint(tab):
    tab.emulate_media(color_scheme="dark")

    tab.goto("/", wait_until="commit")
    tab.wait_for_selector("body", state="attached")

    assert tab.get_attribute("html", "data-bs-theme") == "dark"


def test_a_lost_stream_is_said_and_live_numbers_turn_grey(tab, settings):
    settings.LIVE_URL = "/no-stream/"
    tab.goto("/")
    tab.evaluate("document.querySelector('.pager span').dataset.liveValue = ''")

    tab.wait_for_selector("#strip-live:not([hidden])")
    tab.wait_for_selector(".pager .stale")

    assert tab.inner_text("#strip-live").startswith("实时数据已断开，正在重连")


def test_the_bell_opens_ones_notices_beside_the_page(tab):
    notify_staff([sample_site.CLERK.id], "job", "not_found", url="/records/1/")
    tab.goto("/")

    tab.click("#bell")
    tab.wait_for_selector("#panel .section-title:text('通知')")
    tab.click("#panel .notice-text")

    tab.wait_for_url("**/records/1/")
    assert tab.locator("#bell .dot").count() == 0
