"""Twenty thousand articles and every form of question; deleted afterwards (SRV-6).

python -m benchmarks.inside.knowing [ARTICLES]
"""

import json
import random
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.test import Client

from benchmarks.inside.django_ready import answer
from keyuan.kernel.names import pinyin_readings
from keyuan.organisation.models import User
from keyuan.platform import clock
from keyuan.platform.imports.bulk import Same, insert, next_ids
from keyuan.service.models import Article, ArticleRead, ArticleTerm, ArticleVersion, KnowledgeCategory
from keyuan.service.rules.knowledge.terms import fold, terms_of
from keyuan.service.selectors.knowledge.search import Wish, search_articles
from keyuan.service.services.knowledge.setting_up import seed

ARTICLES, CHUNK, TIMES, READER, OK = 20_000, 250, 15, "10011", 200
WORDS = (
    "保险合同", "理赔", "客户", "退保", "保单", "受益人", "投保人", "被保险人", "住院", "医疗", "发票", "犹豫期",
    "复效", "续期", "保费", "缴费", "红利", "年金", "车险", "报案", "查勘", "定损", "赔款", "到账", "银行卡", "身份证",
    "委托书", "健康告知", "等待期", "免赔额", "现金价值", "保全", "变更", "柜面", "电子保单", "回访", "投诉", "监管",
    "时效", "工作日",
)  # fmt: skip
JOINTS = (
    "需要提供",
    "应当在",
    "可以通过",
    "不得超过",
    "由系统自动",
    "请先核对",
    "办理时",
    "如有疑问",
    "按照条款",
    "自收到之日起",
)
#: The 3,755 characters of everyday Chinese, the frequent ones drawn more often.
SIGNS = [bytes((high, low)).decode("gb2312") for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF)
         if not (high == 0xD7 and low > 0xF9)]  # fmt: skip


def sign(dice: random.Random) -> str:
    """Draw a character: a few are frequent, most are rare."""
    return SIGNS[min(len(SIGNS) - 1, int(dice.paretovariate(0.7) * 12))]


def sentence(dice: random.Random) -> str:
    """Make a sentence of words of the trade and of everyday ones."""
    parts = [dice.choice(WORDS), dice.choice(JOINTS), dice.choice(WORDS)]
    parts += ["".join(sign(dice) for _ in range(dice.randrange(2, 5))) for _ in range(3)]
    dice.shuffle(parts)
    return "".join(parts) + "。"


def title(dice: random.Random) -> str:
    """Make a title with something of its own."""
    return dice.choice(WORDS) + "".join(sign(dice) for _ in range(4)) + dice.choice(WORDS) + "办理说明"


def make(count: int) -> list[str]:
    """Insert published articles of some five hundred characters with their terms; return the titles."""
    dice, now = random.Random(11), clock.now()
    categories = list(KnowledgeCategory.objects.values_list("pk", flat=True))
    titles: list[str] = []
    for start in range(0, count, CHUNK):
        size = min(CHUNK, count - start)
        heads = [title(dice) for _ in range(size)]
        bodies = ["".join(sentence(dice) for _ in range(24)) for _ in range(size)]
        with transaction.atomic():
            ids = next_ids(Article, size)
            _insert(ids, heads, bodies, start, categories, now)
        titles += heads
    return titles


def _insert(ids: list[int], heads: list[str], bodies: list[str], start: int, categories: list[int], now: Any) -> None:
    days = [now - timedelta(days=pk % 700) for pk in ids]
    insert(
        Article,
        {
            "id": ids,
            "number": [f"BENCH{start + number}" for number in range(len(ids))],
            "title": heads,
            "plain": bodies,
            "folded": [fold(f"{head}\n{body}") for head, body in zip(heads, bodies, strict=True)],
            "tags": Same(json.dumps([])),
            "category_id": [categories[pk % len(categories)] for pk in ids],
            "audience": ["PORTAL" if pk % 4 == 0 else "INSIDE" for pk in ids],
            "kind": ["ANSWER" if pk % 10 == 0 else "ARTICLE" for pk in ids],
            "state": Same("PUBLISHED"),
            "number_in_force": Same(1),
            "useful": [pk % 13 for pk in ids],
            "useless": [pk % 5 for pk in ids],
            "updated_at": days,
            "published_at": days,
            "created_at": days,
        },
        len(ids),
    )
    rows = list(_terms(ids, heads, bodies))
    columns = list(zip(*rows, strict=True))
    insert(
        ArticleTerm,
        {"place": list(columns[0]), "gram": list(columns[1]), "article_id": list(columns[2])},
        len(rows),
    )


def _terms(ids: list[int], heads: list[str], bodies: list[str]) -> Iterator[tuple[str, str, int]]:
    for pk, head, body in zip(ids, heads, bodies, strict=True):
        for term in terms_of(head, (), body):
            yield term.place, term.gram, pk


def questions(titles: list[str]) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """Return forms of questions, each with what is typed and the filters."""
    dice = random.Random(5)
    some = [dice.choice(titles) for _ in range(TIMES)]
    pairs = [dice.sample(WORDS, 2) for _ in range(TIMES)]
    category = KnowledgeCategory.objects.values_list("pk", flat=True)[0]
    return {
        "a title": [(head, {}) for head in some],
        "a word of the trade": [(dice.choice(WORDS), {}) for _ in range(TIMES)],
        "two of them": [(" ".join(pair), {}) for pair in pairs],
        "two of them in one": [("".join(pair), {}) for pair in pairs],
        "an everyday word": [("".join(sign(dice) for _ in range(2)), {}) for _ in range(TIMES)],
        "one character": [(sign(dice), {}) for _ in range(TIMES)],
        "a question": [(f"请问{a}以后{b}还要多久才能办好", {}) for a, b in pairs],
        "a long question": [
            (f"我的{a}办不了{b}应该怎么处理比较好呢谢谢{head[4:8]}", {})
            for (a, b), head in zip(pairs, some, strict=True)
        ],
        "other words": [(f"赔付{head[4:6]}", {}) for head in some],
        "pinyin": [(pinyin_readings(a)[0][0], {}) for a, _b in pairs],
        "initials": [(pinyin_readings(a)[0][1], {}) for a, _b in pairs],
        "nothing fits": [(f"{head[6]}龘{head[4]}靐", {}) for head in some],
        "in a category": [(a, {"categories": (category,)}) for a, _b in pairs],
        "for customers": [(a, {"audience": "PORTAL"}) for a, _b in pairs],
        "answers only": [(" ".join(pair), {"kind": "ANSWER"}) for pair in pairs],
    }  # fmt: skip


def timed(work: Any) -> float:
    """Return the milliseconds of a call."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def at(times: list[float], share: float) -> float:
    """Return a percentile in milliseconds."""
    return round(sorted(times)[min(len(times) - 1, int(len(times) * share))], 1)


def measure(titles: list[str]) -> dict[str, Any]:
    """Return p50 and p95 of each form, of all, and of the page."""
    today, forms, everything = clock.today(), {}, []
    for name, asked in questions(titles).items():
        search_articles(asked[0][0], Wish(today, **asked[0][1]))
        times = [
            timed(lambda typed=typed, more=more: search_articles(typed, Wish(today, **more))) for typed, more in asked
        ]
        forms[name] = [at(times, 0.5), at(times, 0.95)]
        everything += times
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(User.objects.get(staff_no=READER), backend="django.contrib.auth.backends.ModelBackend")
    if client.get("/service/knowledge/?q=理赔").status_code != OK:
        raise SystemExit("the page of results does not answer")
    pages = [
        timed(lambda head=head: client.get("/service/knowledge/", {"q": head[:6], "live": "1"})) for head in titles[:40]
    ]
    slowest = max(forms, key=lambda name: forms[name][1])
    return {
        "forms": forms, "p50_ms": at(everything, 0.5), "p95_ms": at(everything, 0.95), "slowest": slowest,
        "slowest_p95_ms": forms[slowest][1], "page_p95_ms": at(pages, 0.95),
    }  # fmt: skip


def main() -> None:
    """Make the articles, measure, take them out."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ARTICLES
    seed()
    top = max(Article.objects.values_list("pk", flat=True), default=0)
    try:
        began = time.perf_counter()
        titles = make(count)
        loaded = time.perf_counter() - began
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        answer(
            {"articles": count, "terms": ArticleTerm.objects.count(), "load_seconds": round(loaded), **measure(titles)}
        )
    finally:
        for model in (ArticleTerm, ArticleRead, ArticleVersion):
            model.objects.filter(article_id__gt=top)._raw_delete("default")
        Article.objects.filter(pk__gt=top)._raw_delete("default")


if __name__ == "__main__":
    main()
