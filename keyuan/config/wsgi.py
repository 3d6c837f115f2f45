"""WSGI entry point for pages and API."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keyuan.config.settings")
application = get_wsgi_application()
