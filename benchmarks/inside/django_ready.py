"""Django, set up for a program beside the book, and the file that takes its answer."""

import json
import logging
import os
from pathlib import Path
from typing import Any

import django
import structlog
from django.apps import apps

if not apps.ready:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keyuan.config.settings")
    django.setup()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


def answer(found: Any) -> None:
    """Hand ``found`` to whoever started this program; by hand it is printed."""
    path = os.environ.get("KEYUAN_ANSWER")
    if path:
        Path(path).write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    else:
        print(json.dumps(found, ensure_ascii=False, indent=1))
