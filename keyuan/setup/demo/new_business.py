"""Catalogue, applications and proposals alive in the demo book (PRD-1 to PRD-5, POL-10)."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.apps import apps

from keyuan.kernel.actor import Actor, system_actor
from keyuan.kernel.errors import KeyuanError
from keyuan.organisation.selectors.actors import actor_by_staff_no
from keyuan.policies.rules.applications.declaration import Answer
from keyuan.policies.rules.applications.drafts import ApplicationDraft
from keyuan.policies.rules.applications.suitability import Need
from keyuan.policies.services.applications import issuing, receiving, submitting, underwriting
from keyuan.policies.services.applications.entry import save_application
from keyuan.policies.services.applications.underwriting import ExamDraft, Verdict
from keyuan.policies.services.proposals.making import ProposalDraft, make_proposal
from keyuan.products.rules.pricing import PREMIUM
from keyuan.products.services.catalogue import facts_of, save_product
from keyuan.products.services.history import plain
from keyuan.products.services.packages import ItemDraft, release_package, save_package
from keyuan.products.services.rates import RateDraft, keep_table, release_table
from keyuan.products.services.sale import ask_change
from keyuan.setup.demo.plan import Book
from keyuan.setup.demo.rate_rows import has_rates, has_values, premium_lines, value_lines
from keyuan.setup.demo.words.products import OFFERS, Offer
from keyuan.setup.demo.words.questions import PROMPTS, questions_for

ACTOR = system_actor("keyuan demo")
AGENT, CLERK, JUDGE, KEEPER, HEAD = "10482", "10013", "10019", "10008", "10001"
BEGAN = date(2024, 1, 1)
PACKAGES = (
    (
        "K001", "芳华女性守护组合", "WOMEN", 500,
        (("C4001", 300_000, "Y20"), ("M5001", 2_000_000, ""), ("X6001", 500_000, "")),
    ),
    ("K002", "全家福家庭保障组合", "FAMILY", 800, (("L1002", 1_000_000, "Y20"), ("M5001", 2_000_000, ""))),
    ("K003", "小树苗少儿组合", "CHILD", 600, (("C4002", 500_000, "Y20"), ("M5003", 80_000, ""))),
    ("K004", "银发安康组合", "SENIOR", 400, (("C4003", 150_000, "Y10"), ("X6001", 200_000, ""))),
)  # fmt: skip
#: How far the applications came, each by one customer of the demo agent; some more than once.
STORIES = (
    "DRAFT", "SUBMITTED", "UNDERWRITING", "EXAM", "OFFERED", "ACCEPTED", "ISSUED", "RETURNED", "POSTPONED", "DECLINED",
    "WITHDRAWN", "PAID", "ISSUED", "SUBMITTED", "UNDERWRITING", "SUBMITTED", "LOADED", "DRAFT",
)  # fmt: skip
CODES = ("C4003", "L1002", "M5001", "X6001")


class Desk(NamedTuple):
    """Who sells, who files and takes money, who underwrites: three people, as the services ask."""

    agent: Actor
    clerk: Actor
    judge: Actor


def open_new_business(book: Book, now: datetime) -> None:
    """Complete the catalogue and let new business be on its way; a part that a small book cannot hold is left out."""
    products = {row.code: row for row in _rows("products.Product").all()}
    for offer in OFFERS:
        _complete(products[offer.code], offer, now)
    _packages(products, now)
    _requests(products, now)
    today = now.date()
    agent, clerk, judge = (actor_by_staff_no(number, today) for number in (AGENT, CLERK, JUDGE))
    if agent is None or clerk is None or judge is None:
        return
    desk = Desk(agent, clerk, judge)
    people = _people(agent, book)
    for place, (story, person) in enumerate(zip(STORIES, people, strict=False)):
        with suppress(KeyuanError):
            _tell(story, products[CODES[place % len(CODES)]], person, desk, now - timedelta(days=place % 4))
    for person in people[len(STORIES) : len(STORIES) + 4]:
        with suppress(KeyuanError):
            draft = ProposalDraft(products["C4003"].pk, person.pk, 20_000_000, "Y10", "Y20", note="附健康服务说明。")
            make_proposal(actor=agent, draft=draft, now=now)


def _rows(label: str) -> Any:
    return apps.get_model(label)._default_manager


def _complete(product: Any, offer: Offer, now: datetime) -> None:
    version = {"facts": plain(facts_of(product)), "changed_by_name": "产品部", "changed_at": now}
    _rows("products.ProductVersion").get_or_create(product=product, number=product.version, defaults=version)
    question = apps.get_model("products.ProductQuestion")
    question._default_manager.bulk_create(
        question(product=product, position=at, **fields) for at, fields in enumerate(questions_for(offer))
    )
    clause = apps.get_model("products.ProductClause")
    clause._default_manager.bulk_create(
        clause(product=product, kind=kind, version_label="V1", valid_from=BEGAN, text=text) for kind, text in PROMPTS
    )
    _income(product, offer)
    if has_rates(offer):
        basis, dimensions, lines = premium_lines(offer)
        _table(product, RateDraft("2024 版费率", BEGAN, "PREMIUM", basis), lines, dimensions, now)
    if has_values(offer):
        _basis, dimensions, lines = value_lines(offer)
        _table(product, RateDraft("2024 版现金价值", BEGAN, "CASH_VALUE", PREMIUM), lines, dimensions, now)


def _table(product: Any, draft: RateDraft, lines: Any, dimensions: list[str], now: datetime) -> None:
    table = keep_table(ACTOR, product, draft, lines, dimensions, now)
    release_table(actor=ACTOR, table_id=table.pk, version=table.version, now=now)


def _income(product: Any, offer: Offer) -> None:
    """Let annuities pay: pensions from 60 on, the others from the fifth year."""
    pays = {"is_income": True, "amount_bp": 500, "income_from": 5, "income_from_unit": "Y"}
    if "PENSION" in offer.needs:
        pays |= {"amount_bp": 800, "income_from": 60, "income_from_unit": "A"}
    _rows("products.ProductBenefit").filter(product=product, code="ANNUITY").update(**pays)


def _packages(products: dict[str, Any], now: datetime) -> None:
    for code, name, audience, discount, parts in PACKAGES:
        items = tuple(ItemDraft(products[key].pk, amount * 100, "", term) for key, amount, term in parts)
        fields = {"code": code, "name": name, "audience": audience, "discount_bp": discount}
        keeper = actor_by_staff_no(KEEPER, now.date())
        package = save_package(actor=keeper or ACTOR, fields=fields, items=items, now=now)
        head = actor_by_staff_no(HEAD, now.date())
        if head is not None and code != "K004":
            release_package(actor=head, package_id=package.pk, version=package.version, now=now)


def _requests(products: dict[str, Any], now: datetime) -> None:
    """One product in the making, and a change that waits for its decision."""
    keeper = actor_by_staff_no(KEEPER, now.date())
    if keeper is None:
        return
    draft = {
        "code": "C4004", "name": "康宁终身重大疾病保险（2026 版）", "short_name": "康宁 2026", "design": "ORDINARY",
        "kind": "CRITICAL_ILLNESS", "is_long_term": True, "issue_age_min": 18, "issue_age_max": 60,
        "waiting_days": 90, "cooling_off_days": 15, "sales_channels": ["INDIVIDUAL"],
        "need_tags": ["CRITICAL_ILLNESS"],
    }  # fmt: skip
    save_product(actor=keeper, fields=draft, now=now)
    old = products["X6001"]
    wanted = facts_of(old) | {"issue_age_max": 70}
    ask_change(actor=keeper, product_id=old.pk, version=old.version, fields=wanted, reason="放宽最高投保年龄", now=now)


def _people(agent: Actor, book: Book) -> list[Any]:
    """Return grown customers whom the demo agent serves, a few more than there are stories."""
    oldest, youngest = book.as_of - timedelta(days=366 * 54), book.as_of - timedelta(days=366 * 31)
    rows = _rows("customers.Customer").filter(
        summary__servicing_agent_id=agent.scope.agent_id, kind="P", birth_on__gte=oldest, birth_on__lte=youngest
    )
    return list(rows.order_by("pk")[: len(STORIES) + 4])


def _tell(story: str, product: Any, person: Any, desk: Desk, now: datetime) -> None:
    pay = next((f"Y{years}" for unit, years in reversed(product.pay_terms) if unit == "Y"), "S")
    cover = "O" if product.cover_terms[0][0] == "O" else f"Y{product.cover_terms[0][1]}"
    asked = _rows("products.ProductQuestion").filter(product=product).values_list("code", "kind")
    answers = {code: Answer("NO") for code, kind in asked if kind == "YES_NO"}
    answers |= {
        code: Answer({"HEIGHT": "170", "WEIGHT": "65"}.get(code, "0")) for code, kind in asked if kind == "NUMBER"
    }
    if story == "EXAM":
        answers["HOSPITAL"] = Answer("YES", "三年前阑尾炎手术，已愈")
    draft = ApplicationDraft(
        product.pk, person.pk, now.date() + timedelta(days=5), sum_insured=20_000_000,
        pay_mode="01" if pay == "S" else "05", pay_term=pay, cover_term=cover,
        need=Need(tuple(product.need_tags), 30_000_000, 3_000_000, 3), signed_on=now.date(), signed_how="ELECTRONIC",
        answers=answers, insist_note="已说明并劝阻，客户知悉后仍坚持投保",
    )  # fmt: skip
    made = save_application(actor=desk.agent, draft=draft, now=now)
    _bring(story, made, desk, now)


def _bring(story: str, made: Any, desk: Desk, now: datetime) -> None:
    if story == "DRAFT":
        return
    who: dict[str, Any] = {"application_id": made.pk, "version": None, "now": now}
    submitting.submit_application(actor=desk.agent, **who)
    if story == "SUBMITTED":
        return
    if story in ("PAID", "ACCEPTED", "ISSUED"):
        receiving.record_first_premium(actor=desk.clerk, amount=made.premium, paid_on=now.date(), **who)
    underwriting.take_case(actor=desk.judge, **who)
    for doubt in made.doubts.all():
        submitting.verify_doubt(
            actor=desk.judge, application_id=made.pk, doubt_id=doubt.pk, outcome="已核实病历，治愈无后遗症", now=now
        )
    _conclude(story, desk, who)
    if story == "LOADED":
        underwriting.answer_offer(actor=desk.agent, agrees=True, reason="", **who)
        made.refresh_from_db()
        receiving.record_first_premium(actor=desk.clerk, amount=made.premium, paid_on=now.date(), **who)
        issuing.issue_policy(actor=desk.clerk, **who)


def _conclude(story: str, desk: Desk, who: dict[str, Any]) -> None:
    now = who["now"]
    if story == "EXAM":
        exam = ExamDraft(
            "血常规、尿常规、心电图、腹部彩超", "市第一人民医院体检中心", now.date() + timedelta(days=6), "林晓岚"
        )
        underwriting.order_exam(actor=desk.judge, draft=exam, **who)
    elif story == "RETURNED":
        underwriting.return_case(actor=desk.judge, reason="投保人签名与证件不符，请重新签署并补身份证复印件", **who)
    elif story == "WITHDRAWN":
        underwriting.withdraw_application(actor=desk.agent, reason="客户改变主意", **who)
    elif story in VERDICTS:
        underwriting.conclude(actor=desk.judge, verdict=VERDICTS[story], **who)
        if story == "ISSUED":
            issuing.issue_policy(actor=desk.clerk, **who)


VERDICTS = {
    "OFFERED": Verdict("LOADED", "体检提示血压偏高", loading_bp=2_000),
    "LOADED": Verdict("LOADED", "体重指数偏高", loading_bp=1_500),
    "ACCEPTED": Verdict("STANDARD"),
    "ISSUED": Verdict("STANDARD"),
    "POSTPONED": Verdict("POSTPONED", "术后不足半年，六个月后再议"),
    "DECLINED": Verdict("DECLINED", "既往重大疾病史"),
}
