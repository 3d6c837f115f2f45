"""The names of sources that anything here knows."""

from keyuan.integrations.models import Connector
from keyuan.platform.models.import_job import ImportMapping
from keyuan.policies.selectors.sources import source_system_names


def source_names() -> list[str]:
    """Return the sources of connectors and saved mappings of policies, and those whose keeper was set; by name."""
    of_mappings = ImportMapping.objects.filter(target="policies").values_list("source", flat=True)
    of_connectors = Connector.objects.values_list("source", flat=True)
    return sorted({*of_mappings, *of_connectors, *source_system_names()})
