"""ASGI entry point for the live-update streams only."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keyuan.config.settings")
application = get_asgi_application()
