"""Opens every page, list, order, filter and form of search in this process and explains every query that they send.

    python -m benchmarks.inside.plans

Nothing is written but sessions and the looks that the audit trail keeps.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from django.db import connection
from django.test import Client

from benchmarks.inside import listings, pages, searches
from benchmarks.inside.django_ready import answer
from benchmarks.inside.people import PEOPLE, SPECIALISTS, Visitor, visitor
from benchmarks.queryplans import (
    Recorder,
    Statement,
    Statistics,
    postgresql_faults,
    postgresql_sizes,
    sqlite_faults,
    sqlite_statistics,
)
from keyuan.organisation.models import Post, User

#: Records of each kind, texts of each form.
FEW = 2


def client_of(staff_no: str) -> Client:
    """Return a browser in which this person is signed in, in the post that the others measure."""
    user = User.objects.get(staff_no=staff_no)
    client = Client(HTTP_HOST="localhost", raise_request_exception=False)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["post"] = Post.objects.filter(user=user).order_by("pk").values_list("pk", flat=True)[0]
    session.save()
    return client


def addresses_of(person: Visitor) -> Iterator[tuple[str, str]]:
    """Yield everything that a person can ask for: what, and where."""
    stops, _unknown = pages.stops_of(person, FEW)
    for stop in stops:
        yield from ((stop["kind"], url) for url in stop["urls"][:FEW])
    for spec in listings.specs():
        if person.actor.may(spec.permission):
            yield from ((f"{spec.key}: {what}", url) for what, url in listings.visits(spec, person.actor))


def typed() -> Iterator[tuple[str, str]]:
    """Yield every form of search, in the box and on its page."""
    common = searches.numbers(FEW)
    forms = {form: [make(name) for name in searches.names(FEW)] for form, make in searches.FORMS.items()}
    for form, texts in {**forms, **common}.items():
        for text in texts:
            yield f"search: {form}", f"/palette/?q={quote(text)}"
            yield f"search: {form}", f"/customers/search/?q={quote(text)}"


class Judge:
    """Explains statements, each text once."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.on_sqlite = connection.vendor == "sqlite"
        self.statistics = Statistics.of(sqlite_statistics()) if self.on_sqlite else None
        self.sizes = {} if self.on_sqlite else postgresql_sizes()

    def faults(self, statement: Statement) -> list[str]:
        """Return what is wrong with a statement; nothing for one that was judged before."""
        if statement.sql in self.seen or statement.alias != "default":
            return []
        self.seen.add(statement.sql)
        if self.statistics is not None:
            return sqlite_faults(statement, self.statistics)
        return postgresql_faults(statement, self.sizes)


def main() -> None:
    """Answer with what was found wrong: who, where, what, and the statement."""
    judge, found = Judge(), []
    visited = 0
    for name, staff_no in {**PEOPLE, **SPECIALISTS}.items():
        person, client = visitor(name, staff_no, FEW), client_of(staff_no)
        every: list[tuple[str, str]] = [*addresses_of(person), *(typed() if name in PEOPLE else ())]
        for what, url in every:
            with Recorder() as recorder:
                client.get(url, headers={"HX-Request": "true"} if ": " in what else {})
            visited += 1
            found += [
                {"who": name, "what": what, "fault": fault, "url": url, "sql": statement.sql[:3000]}
                for statement in recorder.statements.values()
                for fault in judge.faults(statement)
            ]
    known: list[dict[str, Any]] = found
    answer({"addresses": visited, "statements": len(judge.seen), "faults": known})


if __name__ == "__main__":
    main()
