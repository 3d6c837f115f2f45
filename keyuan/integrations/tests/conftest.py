"""A company with a head office, a product, a mapping, and an exchange folder of its own."""

import pytest

from keyuan.integrations.tests.world import Core, exchange, keep_mapping, make_connector
from keyuan.organisation.testing import small_tree


@pytest.fixture
def folder(settings, tmp_path):
    settings.EXCHANGE_FOLDERS = [tmp_path / "exchange"]
    settings.SECRETS_FOLDER = tmp_path / "secrets"
    (tmp_path / "secrets").mkdir()
    return exchange()


@pytest.fixture
def core(folder):
    return Core(folder)


@pytest.fixture
def connector(db, folder):
    small_tree()
    keep_mapping()
    return make_connector("T-0")
