"""How many rows a second an import takes: persons with everything sealed, and books of policies without names.

    python -m benchmarks.inside.importing KIND ROWS

The database must be empty and up to the code: a unit is made to import into.
"""

import random
import resource
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from benchmarks.books import Failed
from benchmarks.inside.django_ready import answer
from keyuan.kernel.actor import system_actor
from keyuan.kernel.identifiers import make_resident_id
from keyuan.organisation.models import Unit
from keyuan.platform import clock
from keyuan.platform.imports import lifecycle, targets
from keyuan.platform.imports.guessing import guess_fields
from keyuan.platform.imports.layouts import Layout
from keyuan.platform.imports.mappings import FileMapping, from_json
from keyuan.platform.jobs.chunks import run_job

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑曾单欧阳"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华玉梅建国文波辉力健世广志义兴良海山仁"
REGIONS = ("110105", "310115", "440305", "330106", "510104", "420106")
HEADS = {
    "customers": "客户号,姓名,性别,出生日期,身份证号,手机号,邮箱,联系地址,职业",
    "policies": "policy,client,product,status,premium,mode,issued,effective,due",
}
FIELDS = {
    "policies": {
        "policy_key": {"column": "policy"},
        "customer_key": {"column": "client"},
        "product_code": {"column": "product"},
        "status": {"column": "status"},
        "premium": {"column": "premium"},
        "pay_mode": {"column": "mode"},
        "issued_on": {"column": "issued"},
        "effective_on": {"column": "effective"},
        "next_due_on": {"column": "due"},
    },
    "generic": {
        "policy_no": {"column": "policy"},
        "product_code": {"column": "product"},
        "status": {"column": "status"},
        "annual_premium": {"column": "premium"},
        "pay_mode": {"column": "mode"},
        "issued_on": {"column": "issued"},
    },
}


def persons(count: int, dice: random.Random) -> Iterator[str]:
    """Yield lines of persons with valid identity numbers."""
    for number in range(count):
        born = date(1950, 1, 1) + timedelta(days=dice.randrange(20_000))
        serial = dice.randrange(1000)
        name = dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=dice.choice((1, 2, 2))))
        sex = "男" if serial % 2 else "女"
        identity = make_resident_id(dice.choice(REGIONS), born, serial)
        street = f"广东省深圳市南山区科技路{dice.randrange(999)}号{dice.randrange(99)}室"
        contact = f"1{dice.randrange(3_000_000_000, 9_999_999_999)},p{number}@example.com,{street}"
        yield f"K{number},{name},{sex},{born},{identity},{contact},教师"


def contracts(count: int, dice: random.Random) -> Iterator[str]:
    """Yield lines of policies, three to a client, as a source would sort them."""
    for number in range(count):
        issued = date(2005, 1, 1) + timedelta(days=dice.randrange(7000))
        status = dice.choice(("IN_FORCE", "IN_FORCE", "IN_FORCE", "SUSPENDED"))
        premium = f"{dice.randrange(100, 90_000)}.{dice.randrange(100):02}"
        due = issued.replace(year=2026, day=1)
        yield f"P{number},C{number // 3},PLAN-{number % 20},{status},{premium},05,{issued},{issued},{due}"


def blocks(head: str, lines: Iterator[str]) -> Iterator[bytes]:
    """Yield the file in blocks."""
    part = [head]
    for line in lines:
        part.append(line)
        if len(part) == 5000:
            yield ("\n".join(part) + "\n").encode()
            part = []
    yield ("\n".join(part) + "\n").encode()


def sent_file(kind: str, rows: int) -> Any:
    """Hand in a file of ``rows`` rows with its mapping, as the wizard does."""
    actor, dice = system_actor("benchmark"), random.Random(1)
    target = "customers" if kind == "persons" else "policies"
    lines = persons(rows, dice) if kind == "persons" else contracts(rows, dice)
    sent = lifecycle.receive_file(actor=actor, name=f"{kind}.csv", blocks=blocks(HEADS[target], lines), now=clock.now())
    if kind == "persons":
        columns = Layout.from_json(sent.layout).columns
        mapping = FileMapping(target, kind, guess_fields(columns, targets[target], {}))
    else:
        options = {"create_products": True}
        mapping = from_json({"target": target, "source": kind, "fields": FIELDS[kind], "options": options})
    lifecycle.configure(actor=actor, import_id=sent.pk, mapping=mapping, unit="HQ")
    return sent


def measured(kind: str, rows: int) -> dict[str, Any]:
    """Check the file, write it, and write it again; return seconds by the wall and of the processor for each."""
    actor, sent = system_actor("benchmark"), sent_file(kind, rows)
    steps: dict[str, Any] = {}
    for name, start in (
        ("check", lifecycle.start_check),
        ("write", lifecycle.start_import),
        ("again", lifecycle.start_import),
    ):
        seconds, busy = timed(start(actor=actor, import_id=sent.pk))
        steps[name] = {"seconds": round(seconds, 2), "processor_seconds": round(busy, 2)}
        if name == "write":
            sent.refresh_from_db()
            created = sent.created
    spent = {key: steps["check"][key] + steps["write"][key] for key in ("seconds", "processor_seconds")}
    return {
        "rows": rows,
        "created": created,
        "rows_per_second": round(rows / spent["seconds"]),
        "rows_per_processor_second": round(rows / spent["processor_seconds"]),
        "unchanged_per_second": round(rows / steps["again"]["seconds"]),
        "steps": steps,
        "memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def timed(import_job: Any) -> tuple[float, float]:
    """Work an import off and return the seconds it took, by the wall and of the processor."""
    began, began_work = time.perf_counter(), time.process_time()
    job = import_job.job
    while job.status in job.LIVE:
        run_job(job.pk, job.step)
        job.refresh_from_db()
    if job.status != "done":
        raise Failed(f"the import ended as {job.status}: {job.error}\n{job.error_trace}")
    return time.perf_counter() - began, time.process_time() - began_work


if __name__ == "__main__":
    if not Unit.objects.filter(code="HQ").exists():
        unit = Unit.objects.create(code="HQ", name="HQ", level=1)
        Unit.objects.filter(pk=unit.pk).update(head_office_id=unit.pk)
    answer(measured(sys.argv[1], int(sys.argv[2])))
