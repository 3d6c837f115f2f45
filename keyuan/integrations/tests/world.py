"""An exchange folder, a connector on it, and another system that writes deliveries into it."""

import hashlib
import json
from pathlib import Path

from django.conf import settings

from keyuan.integrations.models import Connector, Delivery
from keyuan.integrations.services.connectors import ConnectorDraft, create_connector
from keyuan.integrations.services.runs import start_run
from keyuan.kernel.actor import system_actor
from keyuan.platform import clock
from keyuan.platform.imports import targets
from keyuan.platform.imports.guessing import guess_fields
from keyuan.platform.jobs.drain import drain
from keyuan.platform.models import ImportMapping
from keyuan.products.models import Product

OPERATOR = system_actor("operator")
HEAD = ("保单标识", "保单号", "客户号", "投保人姓名", "险种代码", "保单状态", "期交保费", "保额", "生效日期")
MAPPING = "core_policies"


def policy(number, *, premium="1000.00", status="有效", name="王伟"):
    """One row of the core system's file."""
    return (f"K{number}", f"P{number:08}", f"C{number}", name, "LIFE01", status, premium, "100000.00", "2025-01-01")


def table(*rows, encoding="utf-8"):
    return "".join(",".join(row) + "\r\n" for row in (HEAD, *rows)).encode(encoding)


def keep_mapping(name=MAPPING, target="policies", head=HEAD):
    fields = guess_fields(list(head), targets[target], {})
    stored = {"name": name, "target": target, "source": "any", "currency": "CNY", "fields": fields, "facts": [],
              "options": {}}  # fmt: skip
    stored["fields"] = {key: rule.to_json() for key, rule in fields.items()}
    ImportMapping.objects.create(target=target, name=name, source="any", header_digest=name, mapping=stored,
                                 updated_at=clock.now())  # fmt: skip


def make_connector(unit_code, *, key="core", kind="folder", config=None, **more):
    Product.objects.get_or_create(code="LIFE01", defaults={"name": "康宁终身寿险", "kind": "LIFE"})
    draft = {"name": "核心业务系统", "kind": kind, "source": "core_life", "config": config or {"folder": key},
             "unit": unit_code, "cron": "*/10 * * * *", "target": "policies", "mapping": MAPPING}  # fmt: skip
    return create_connector(actor=OPERATOR, key=key, draft=ConnectorDraft(**(draft | more)), now=clock.now())


def exchange(key="core"):
    folder = Path(settings.EXCHANGE_FOLDERS[0]) / key
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class Core:
    """The other system."""

    def __init__(self, folder):
        self.folder = Path(folder)

    def manifest(self, number, files, *, day="2025-03-07", delivery=None, **more):
        stored = {"format": "keyuan-delivery/1", "delivery": delivery or f"CORE-{number}", "sequence": number,
                  "business_date": day, "files": files, **more}  # fmt: skip
        path = self.folder / f"core-{number:04}.manifest.json"
        path.write_text(json.dumps(stored, ensure_ascii=False), encoding="utf-8")
        return path

    def described(self, name, data, *, rows, **more):
        return {"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "rows": rows,
                "target": "policies", "mapping": MAPPING, "encoding": "utf-8", **more}  # fmt: skip

    def deliver(self, number, *rows, name=None, encoding="utf-8", entry=None, **more):
        """Write a whole delivery: the file, then its manifest."""
        data, name = table(*rows, encoding=encoding), name or f"policies-{number:04}.csv"
        (self.folder / name).write_bytes(data)
        return self.manifest(number, [self.described(name, data, **({"rows": len(rows)} | (entry or {})))], **more)


def run(connector):
    """Look once, and let everything that follows from it happen."""
    start_run(connector.pk, looks=True)
    drain()
    return Connector.objects.get(pk=connector.pk)


def only():
    return Delivery.objects.get()


def counts(delivery):
    return tuple(getattr(delivery, name) for name in ("rows_read", "created", "updated", "unchanged", "refused"))
