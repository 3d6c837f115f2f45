"""Who brings figures from outside in (ANA-1)."""

import pytest
from django.urls import reverse

from keyuan.organisation.testing import client_of
from keyuan.platform.imports.selectors import targets_for

pytestmark = pytest.mark.django_db


def test_analysts_import_figures_from_outside_and_nothing_else():
    client, actor = client_of("analyst")

    assert [target.key for target in targets_for(actor)] == ["external_figures"]
    assert client.get(reverse("platform:import-create")).status_code == 200
