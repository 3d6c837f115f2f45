"""A real worker on the databases of the test run: ``python -m … '{"default": NAME, …}'``."""

import json
import sys

import django
from django.conf import settings


def main() -> None:
    for alias, name in json.loads(sys.argv[1]).items():
        settings.DATABASES[alias]["NAME"] = name
    django.setup()

    from django.core.management import call_command

    from keyuan.platform.jobs.tests import workload

    assert workload.TOTAL
    call_command("worker")


if __name__ == "__main__":
    main()
