"""Sends what the document allows, and what it does not, and holds every answer against the document (PLT-14).

``python -m keyuan.api.tests.fuzz --cases 50000`` runs it long, on a book of its own; ``make test`` sends some hundreds.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from keyuan.api.kit.document import document
from keyuan.api.v1.interface import PREFIX, api

CASES = "KEYUAN_FUZZ_CASES"
USUAL_CASES = 500
#: Rules that no schema can say (a sound identity number, a moment in the past) refuse much of what the document allows,
#: so acceptance is not asked.
ALWAYS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
MODES = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)


def operations() -> Iterator[Any]:
    """Yield every operation of the document, ready to be called in this process."""
    schema = schemathesis.openapi.from_dict(dict(document(api, PREFIX)))
    schema.app = WSGIHandler()
    for found in schema.get_all_operations():
        operation = found.ok()
        operation.app = schema.app
        yield operation


def probe(operation: Any, mode: Any, *, key: str, ids: Mapping[str, int], cases: int, seed: int = 0) -> None:
    """Send ``cases`` requests to one operation; half of those that are right name records that exist."""
    right = mode is schemathesis.GenerationMode.POSITIVE
    against = ALWAYS if right else [*ALWAYS, checks.negative_data_rejection]

    def one(case: Any, real: bool) -> None:
        if right and real:
            _name_real_records(case, ids)
        answer = case.call(headers={"X-API-Key": key})
        case.validate_response(answer, checks=against)

    run: Callable[[], None] = settings(
        max_examples=cases, deadline=None, database=None, derandomize=seed == 0, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
    )(given(case=operation.as_strategy(generation_mode=mode), real=st.booleans())(one))  # fmt: skip
    try:
        run()
    except Unsatisfiable:
        # An address that takes nothing but texts cannot be asked wrongly.
        if right:
            raise


def _name_real_records(case: Any, ids: Mapping[str, int]) -> None:
    for name in case.path_parameters or {}:
        case.path_parameters[name] = ids.get(name, case.path_parameters[name])
    if case.operation.method.upper() != "GET":
        case.headers["If-Match"] = "*"


def main() -> int:
    """Run the test with as many cases as asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=50_000)
    import pytest

    os.environ[CASES] = str(parser.parse_args().cases)
    return int(pytest.main(["-q", "-x", "--show-capture=no", "keyuan/api/tests/test_fuzz.py"]))


if __name__ == "__main__":
    sys.exit(main())
