"""Every text that people see has a complete translation, and one only (PLT-17, decision 27)."""

import re

import pytest

from keyuan.config import catalogues
from keyuan.config.catalogues import Traditional, missing, read_catalogue, sources, translated
from tests.architecture.layout import PACKAGE, expect_none, where

HALF_WIDTH = re.compile(r"[\u4e00-\u9fff] *[,:;?!] *(?=[\u4e00-\u9fff]|$)")
#: A translated label with an English mark behind it: write {% translate ": " %}.
BARE_MARK = re.compile(r'translate "[^"]*"(?: context "[^"]*")? %\}[,:;?!] ')
PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def test_no_text_is_without_translation():
    expect_none(missing())


def test_one_text_has_one_translation_everywhere():
    given = {key[1]: sorted(set(files.values())) for key, files in translated().items()}
    doubtful = {text: words for text, words in given.items() if len(words) > 1}

    assert doubtful == {}


def test_translations_keep_the_places_of_their_text():
    broken = [
        f"{where(path)}: {message.id!r}"
        for path in sources()
        for message in read_catalogue(path)
        if isinstance(message.id, str) and message.id and catalogues.is_complete(message)
        and sorted(PLACE.findall(message.id)) != sorted(PLACE.findall(str(message.string)))
    ]  # fmt: skip

    expect_none(broken)


def test_chinese_texts_use_the_marks_of_chinese():
    """Between Chinese characters stand 「：」「，」 and their like; a label of a page gets its colon translated."""
    catalogue = [
        f"{where(path)}: {message.id!r}"
        for path in sources()
        for message in read_catalogue(path)
        for words in catalogues.forms(message.string)
        if message.id and HALF_WIDTH.search(words)
    ]
    templates = [
        f"{where(path)}: {found[0]}"
        for path in PACKAGE.glob("*/templates/**/*.html")
        for found in BARE_MARK.finditer(path.read_text(encoding="utf-8"))
    ]

    expect_none([*catalogue, *templates])


def test_no_entry_stands_for_a_text_that_is_gone():
    used = {key[:2] for _path, _line, key in catalogues.texts_of_code()}
    stale = [
        f"{where(path)}: {message.id!r}"
        for path in sources()
        for message in read_catalogue(path)
        if message.id and (message.context, catalogues.forms(message.id)[0]) not in used
    ]

    expect_none(stale)


def test_traditional_chinese_uses_the_words_of_the_overrides():
    assert Traditional().text("复核发布后台账户的保单") == "覆核發布後台帳戶的保單"


def test_only_compiled_files_exist_in_traditional_chinese():
    expect_none(PACKAGE.glob("*/locale/zh_Hant/**/*.po"))


@pytest.mark.parametrize("_case, text, found", [
    ("a tag", '<p title="it\'s">{% translate "Save" %}</p>', [(None, "Save", False)]),
    ("a filter argument", '{{ name|default:_("None yet") }}', [(None, "None yet", False)]),
    ("a context", '{% translate "Open" context "verb" %}', [("verb", "Open", False)]),
    ("a plural", "{% blocktranslate count n=n %}One{% plural %}{{ n }}{% endblocktranslate %}", [(None, "One", True)]),
])  # fmt: skip
def test_texts_of_a_template_are_found(_case, text, found, tmp_path):
    template = tmp_path / "page.html"
    template.write_text("{% load i18n %}\n    " + text, encoding="utf-8")

    assert [key for _path, _line, key in catalogues._texts_of(template)] == found
