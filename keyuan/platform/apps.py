"""Django's handle on the platform."""

import sys

from django.apps import AppConfig
from django.conf import settings


class PlatformConfig(AppConfig):
    """Registers the platform's own wording, navigation and permissions."""

    name = "keyuan.platform"
    label = "platform"

    def ready(self) -> None:
        from keyuan.platform import (
            chrome,
            discovery,
            entries,
            keyboard,
            logs,
            navigation,
            palette,
            permissions,
            wording_table,
        )
        from keyuan.platform.audit import listing as audit_listing
        from keyuan.platform.backup import listing as backup_listing
        from keyuan.platform.backup import pane as backup_pane
        from keyuan.platform.clocks import wording as clock_wording
        from keyuan.platform.imports import listing as import_listing
        from keyuan.platform.jobs import signals
        from keyuan.platform.lists import wording as list_wording
        from keyuan.platform.mart import pane as mart_pane
        from keyuan.platform.operations import panes
        from keyuan.platform.operations import signals as operation_signals

        logs.configure(as_json=not sys.stderr.isatty(), level=settings.LOG_LEVEL)
        permissions.register()
        wording_table.register()
        clock_wording.register()
        list_wording.register()
        audit_listing.register()
        import_listing.register()
        backup_listing.register()
        keyboard.register()
        palette.register()
        navigation.register()
        entries.register()
        chrome.register()
        panes.register()
        backup_pane.register()
        mart_pane.register()
        signals.connect()
        operation_signals.connect()
        discovery.discover()
