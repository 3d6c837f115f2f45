"""A real worker on the databases of the test run: ``python -m … '{"default": NAME, …}'``."""

import json
import sys
from collections.abc import Callable

import django
from django.conf import settings


def main(prepare: Callable[[], None] = lambda: None) -> None:
    for alias, name in json.loads(sys.argv[1]).items():
        settings.DATABASES[alias]["NAME"] = name
    django.setup()

    from django.core.management import call_command

    from keyuan.platform.jobs.tests import workload

    assert workload.TOTAL
    prepare()
    call_command("worker")


if __name__ == "__main__":
    main()
