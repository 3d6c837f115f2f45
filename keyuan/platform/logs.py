"""Logging: one JSON line per event with the request's id, and no personal data (PLT-13).

Our own code logs facts by key (ids, codes, counts), never values of people. Others' log records pass through the same
formatter, and an exception becomes its class and the places it passed, because its text may hold what somebody typed.
On a terminal the same facts are printed for eyes.
"""

import logging
import re
import sys
import threading
import traceback
from types import TracebackType
from typing import Any

import structlog

#: Loggers of libraries that repeat what we log ourselves, or log what people typed.
QUIET = (
    "django_q", "django-q", "django.request", "django.security", "django.server", "axes", "urllib3", "asyncio", "httpx",
    "httpcore", "paramiko", "boto3", "botocore", "s3transfer", "uvicorn", "uvicorn.error", "uvicorn.access", "_granian",
    "granian.access", "fido2",
)  # fmt: skip
#: Loggers whose text quotes what was asked for: only what stands before the colon is kept.
QUOTING = ("django.request", "django.security")
#: What must not stand in any line even where somebody else wrote it: phones, identity numbers, e-mail addresses.
PERSONAL = re.compile(
    r"(?<![0-9A-Za-z])(?:(?:\+?86[- ]?)?1[3-9]\d{9}|\d{17}[\dXx]|\d{15})(?![0-9A-Za-z])|[\w.+-]+@[\w-]+\.[\w.-]+"
)
HIDDEN = "[...]"
Event = dict[str, Any]


def without_values(_logger: Any, _method: str, event: Event) -> Event:
    """Replace an exception by its class and the places it passed."""
    raised = event.pop("exc_info", None)
    error = raised[1] if isinstance(raised, tuple) else raised
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event["exception"] = type(error).__name__
        frames = traceback.extract_tb(error.__traceback__)
        event["places"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def without_addresses(_logger: Any, _method: str, event: Event) -> Event:
    """Keep of a library's remark on a request what happened, not the address, which may hold what somebody typed."""
    record = event.get("_record")
    if record is not None and record.name.startswith(QUOTING):
        event["event"] = str(event["event"]).partition(":")[0]
    return event


def without_numbers(_logger: Any, _method: str, event: Event) -> Event:
    """Take out of every text what looks like a phone, an identity number or an e-mail address: the last safeguard."""
    for key, value in event.items():
        if isinstance(value, str) and PERSONAL.search(value):
            event[key] = PERSONAL.sub(HIDDEN, value)
    return event


def shared() -> list[Any]:
    """Return what happens to every event, ours or a library's."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_values,
        without_addresses,
        without_numbers,
    ]


class StandardError(logging.StreamHandler):  # type: ignore[type-arg]  # generic in its stubs only
    """Writes to whatever standard error is at the moment of writing."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> Any:
        """The stream in force."""
        return sys.stderr


def configure(*, as_json: bool, level: str = "INFO") -> None:
    """Set logging up for this process; harmless when repeated."""
    renderer: Any = structlog.dev.ConsoleRenderer()
    if as_json:
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[*shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared(),
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
    handler = StandardError()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in QUIET:
        logger = logging.getLogger(name)
        logger.handlers = []
        logger.propagate = True
        logger.setLevel(logging.WARNING)


def _uncaught(kind: type[BaseException], error: BaseException, frames: TracebackType | None) -> None:
    """Log what nobody caught as everything else: its class and places, not its text."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, frames)
        return
    logging.getLogger("keyuan").critical("uncaught", exc_info=(kind, error, frames))


def _uncaught_in_thread(found: threading.ExceptHookArgs) -> None:
    if found.exc_value is not None:
        _uncaught(found.exc_type, found.exc_value, found.exc_traceback)


def take_uncaught() -> None:
    """Let a server's uncaught errors pass through the formatter, too; the interpreter would print their text."""
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    logging.captureWarnings(capture=True)


def bind(**facts: Any) -> None:
    """Put ``facts`` (a request's or a job's id) into every event of this request or job."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(**facts)
