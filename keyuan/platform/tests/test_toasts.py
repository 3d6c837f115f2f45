"""Views answer htmx as they answer a browser: redirects become pages, messages become toasts (PLT-17)."""

import json

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpResponse, HttpResponseRedirect
from django.test import RequestFactory

from keyuan.platform.toasts import FragmentMiddleware, toast


def ask(answer, *, method="post", htmx=True, say=None):
    request = getattr(RequestFactory(), method)("/records/")
    request.htmx = htmx
    request._messages = CookieStorage(request)

    def view(request):
        if say:
            toast(request, say, undo="/undo/1/")
        return answer

    return FragmentMiddleware(view)(request)


def test_a_redirect_after_a_fragment_post_becomes_a_whole_page():
    response = ask(HttpResponseRedirect("/records/1/"))

    assert (response.status_code, response["HX-Redirect"]) == (204, "/records/1/")


@pytest.mark.parametrize("_case, more", [("a browser", {"htmx": False}), ("a panel", {"method": "get"})])
def test_other_redirects_stay(_case, more):
    assert ask(HttpResponseRedirect("/records/1/"), **more).status_code == 302


def test_a_message_that_no_template_showed_becomes_a_toast():
    response = ask(HttpResponse("part"), say="已分配 3 位客户")

    assert json.loads(response["HX-Trigger"]) == {
        "toast": [{"text": "已分配 3 位客户", "level": "success", "undo": "/undo/1/"}]
    }


@pytest.mark.parametrize("before", ["records:changed", '{"records:changed": ""}'])
def test_a_toast_joins_other_triggers(before):
    answer = HttpResponse("part", headers={"HX-Trigger": before})

    assert set(json.loads(ask(answer, say="已保存")["HX-Trigger"])) == {"records:changed", "toast"}


def test_a_message_waits_for_the_page_after_a_redirect():
    assert "HX-Trigger" not in ask(HttpResponse(headers={"HX-Redirect": "/"}), say="已保存")
