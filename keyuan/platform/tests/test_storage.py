"""Modules of one release load each other, never those of another (PLT-17)."""

import re

import pytest
from django.core.management import call_command

IMPORT = re.compile(r"""(?:from|import)\s*["'](\./[^"']+)["']""")


@pytest.fixture
def collected(settings, tmp_path):
    """The folder of collected files, made as set-up makes it."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "keyuan.platform.storage.ModuleStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_modules_import_each_other_under_names_that_carry_their_content(collected):
    folder = collected / "keyuan" / "js"
    digests = [path for path in folder.glob("*.js") if re.search(r"\.[0-9a-f]{12}\.js$", path.name)]

    named = {address for path in digests for address in IMPORT.findall(path.read_text(encoding="utf-8"))}

    assert len(digests) > 20
    assert [address for address in named if not re.search(r"\.[0-9a-f]{12}\.js$", address)] == []
    assert [address for address in named if not (folder / address).exists()] == []
