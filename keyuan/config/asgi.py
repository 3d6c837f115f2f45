"""ASGI entry point for the live-update streams only; pages are served by WSGI (design: sync pages cost more here)."""

import os
import signal
import threading

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keyuan.config.settings")
django.setup()

from keyuan.config import service  # noqa: E402 - the announcement means that the rest is loaded
from keyuan.config.supervisor import LEAVE  # noqa: E402 - as above
from keyuan.platform import logs  # noqa: E402 - as above
from keyuan.platform.live.stream import Stream  # noqa: E402 - models need the set-up above

application = Stream()
logs.take_uncaught()
if threading.current_thread() is threading.main_thread():
    # Browsers whose stream ends connect again, to the process that takes over.
    signal.signal(LEAVE, lambda _number, _frame: application.hub.end_all())
service.announce()
