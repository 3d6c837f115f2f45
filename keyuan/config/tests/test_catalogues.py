"""Catalogues: compiled for both scripts, fuzzy entries out, English from the msgids (decision 27)."""

import gettext

from django.utils.translation import gettext as translate
from django.utils.translation import override

from keyuan.config.catalogues import Traditional, compile_one

PO = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=1; plural=0;\\n"

msgid "Policy"
msgstr "保单"

#, fuzzy
msgid "Guess"
msgstr "猜测"

msgctxt "verb"
msgid "Open"
msgstr "打开"

msgid "One row"
msgid_plural "%(n)d rows"
msgstr[0] "%(n)d 行账户"
"""


def read(path):
    """The compiled catalogue at ``path``."""
    with path.open("rb") as file:
        return gettext.GNUTranslations(file)


def test_a_catalogue_is_compiled_for_both_scripts(tmp_path):
    source = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(PO, encoding="utf-8")

    compile_one(source, Traditional())

    simplified = read(source.with_suffix(".mo"))
    traditional = read(tmp_path / "zh_Hant" / "LC_MESSAGES" / "django.mo")
    assert [simplified.gettext("Policy"), traditional.gettext("Policy")] == ["保单", "保單"]
    assert [simplified.gettext("Guess"), traditional.gettext("Guess")] == ["Guess", "Guess"]
    assert traditional.pgettext("verb", "Open") == "打開"
    assert traditional.ngettext("One row", "%(n)d rows", 3) == "%(n)d 行帳戶"


def test_english_is_the_msgid_itself():
    with override("en"):
        assert translate("Save the changes nobody translated") == "Save the changes nobody translated"
