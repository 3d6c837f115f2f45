"""WSGI entry point for pages and API."""

import os

from django.core.wsgi import get_wsgi_application

from keyuan.platform import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keyuan.config.settings")
application = get_wsgi_application()
logs.take_uncaught()
