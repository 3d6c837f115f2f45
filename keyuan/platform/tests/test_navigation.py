"""The navigation shows what the post may open and marks one entry only (PLT-17)."""

import pytest

from keyuan.platform.context import _here

URLS = ["/customers/today/", "/customers/", "/policies/", "/"]


@pytest.mark.parametrize("_case, path, marked", [
    ("the page itself", "/customers/", "/customers/"),
    ("a record below it", "/customers/17/", "/customers/"),
    ("a page below another", "/customers/today/", "/customers/today/"),
    ("the root is only itself", "/", "/"),
    ("a page of nobody", "/account/", ""),
])  # fmt: skip
def test_one_entry_is_marked(_case, path, marked):
    assert _here(URLS, path) == marked
