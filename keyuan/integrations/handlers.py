"""What connectors listen to."""

from keyuan.integrations.selectors.deliveries import part_of_import
from keyuan.integrations.services.runs import start_run
from keyuan.platform.events import handles
from keyuan.platform.imports.events import ImportEnded


def is_ours(event: ImportEnded) -> bool:
    """Tell whether a connector waits for this import."""
    return any(part_of_import(import_id) is not None for import_id in event.ids)


@handles(ImportEnded, wanted=is_ours)
def go_on_after_import(event: ImportEnded) -> None:
    """Let the connector judge what its import came to."""
    for import_id in event.ids:
        part = part_of_import(import_id)
        if part is not None:
            start_run(part.delivery.connector_id, looks=False)
