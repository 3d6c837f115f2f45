"""ASGI entry point for the live-update streams only; pages are served by WSGI (design: sync pages cost more here)."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keyuan.config.settings")
django.setup()

from keyuan.platform.live.stream import Stream  # noqa: E402 - models need the set-up above

application = Stream()
