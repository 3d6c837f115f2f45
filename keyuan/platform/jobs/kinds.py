"""Kinds of watched work: declared by decorating the function that does it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from keyuan.kernel.registry import Registry
from keyuan.platform.models.tracked_job import TrackedJob

F = TypeVar("F", bound=Callable[..., Any])
Url = Callable[[TrackedJob], str] | None


@dataclass(frozen=True, slots=True)
class JobKind:
    """One kind: its function, its title (a lazy sentence with places for the job's ``params``), chunked or whole.

    ``url`` gives the page where the job's result is shown, if there is one.
    """

    key: str
    function: Callable[..., Any]
    path: str
    title: Any
    is_chunked: bool
    url: Url


job_kinds: Registry[JobKind] = Registry()


def tracked(kind: str, *, title: Any = "", url: Url = None) -> Callable[[F], F]:
    """Register ``function(job, **kwargs)`` as watched work done in one go of at most a few minutes.

    It runs again from the start after a kill, so it must be idempotent; what it returns (a dict or None) is the result.
    """
    return _register(kind, title, url, is_chunked=False)


def chunked(kind: str, *, title: Any = "", url: Url = None) -> Callable[[F], F]:
    """Register ``function(job, state)`` as long work done in chunks (decision 8).

    The function is called again and again, each time for at most a minute (``while job.time_left()``), until it calls
    ``job.finish()``. It changes data only inside ``with job.step():``, one transaction that commits the work together
    with ``state`` and the progress: after a kill the next call goes on from the last committed step, and no step is
    done twice. ``state`` is a JSON dict that it may change inside a step; arguments stand in ``job.kwargs``.
    """
    return _register(kind, title, url, is_chunked=True)


def _register(kind: str, title: Any, url: Url, *, is_chunked: bool) -> Callable[[F], F]:
    def decorate(function: F) -> F:
        path = f"{function.__module__}.{function.__qualname__}"
        job_kinds.add(JobKind(kind, function, path, title or kind, is_chunked, url))
        return function

    return decorate
