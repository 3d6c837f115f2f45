"""Settings, root URLs, WSGI and ASGI entry points, and the ``keyuan`` command."""
