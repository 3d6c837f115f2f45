"""ETags: what a caller has seen, so that unchanged records are not sent again and no update is lost (RFC 9110).

A tag is ``"<version>-<digest of the answer>"``. ``If-None-Match`` compares all of it; ``If-Match`` compares the version
alone, which the service checks under its lock.
"""

import re
from hashlib import sha256

from django.http import HttpRequest

from keyuan.api.kit.problems import Problem

TAG = re.compile(r'(?:W/)?"(\d{1,9})-[0-9a-f]{16}"')
ANY = "*"


def tag_of(version: int, body: bytes) -> str:
    """Return the tag of an answer."""
    return f'"{version}-{sha256(body).hexdigest()[:16]}"'


def is_known(request: HttpRequest, tag: str) -> bool:
    """Tell whether the caller has this answer already."""
    sent = [part.strip().removeprefix("W/") for part in request.headers.get("If-None-Match", "").split(",")]
    return tag in sent or ANY in sent


def expected_version(request: HttpRequest, current: int) -> int:
    """Return the version that a change is to be made on.

    Raises Problem 428 without ``If-Match``, 412 when it names another version than the ``current`` one.
    """
    sent = request.headers.get("If-Match", "").strip()
    if not sent:
        raise Problem(428, "api.no_condition")
    if sent == ANY:
        return current
    versions = {int(version) for version in TAG.findall(sent)}
    if current not in versions:
        raise Problem(412, "conflict")
    return current
