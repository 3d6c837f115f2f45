"""What an application costs: by rate tables where there are any, naming each table and row (POL-10, PRD-2)."""

from datetime import date
from typing import Any

from keyuan.kernel.errors import Invalid, Refused
from keyuan.policies.models import Application
from keyuan.policies.rules.applications.drafts import ApplicationDraft
from keyuan.policies.selectors.applications.suiting import age_on
from keyuan.products.models import Product
from keyuan.products.selectors.pricing import Quote, Wish, quote, quote_package

#: Product, sum insured, premium, and what it rests on where a table prices.
Part = tuple[int, int, int, Quote | None]


def price(application: Application, draft: ApplicationDraft, today: date) -> None:
    """Set premium, items and quotes of ``application``; the day of application decides which table prices.

    Raises `Invalid` with what no table can price: the sum, terms or age. A product without a table takes the stated
    premium; without one it is refused (application.premium_missing).
    """
    wish = _wish(application, draft)
    if application.package is not None:
        found = quote_package(application.package, wish, on=today)
        parts: list[Part] = [(one.product_id, one.sum_insured, share, one) for _item, one, share in found.parts]
    else:
        riders = [_rider(product_id, amount, wish, today) for product_id, amount in draft.riders]
        parts = [_main(application.product, wish, draft, today), *riders]
    application.items = [
        {"product_id": product_id, "sum_insured": amount, "premium": premium, "is_rider": place > 0}
        for place, (product_id, amount, premium, _one) in enumerate(parts)
    ]
    application.quotes = [_named(one) for *_rest, one in parts if one is not None]
    application.premium = sum(premium for _product, _amount, premium, _one in parts)


def _wish(application: Application, draft: ApplicationDraft) -> Wish:
    insured = application.insured
    return Wish(
        age=age_on(insured, draft.effective_on), sex=insured.sex if insured.sex in ("1", "2") else "",
        sum_insured=draft.sum_insured, cover_term=draft.cover_term, pay_term=draft.pay_term, pay_mode=draft.pay_mode,
        occupation=draft.occupation or insured.occupation_class, plan=draft.plan,
    )  # fmt: skip


def _main(product: Product, wish: Wish, draft: ApplicationDraft, today: date) -> tuple[int, int, int, Quote | None]:
    try:
        found = quote(product, wish, on=today)
    except Refused as error:
        if error.code != "rates.no_table":
            raise Invalid([error]) from None
        if draft.premium is None or draft.premium <= 0:
            raise Invalid([Refused("application.premium_missing", field="premium")]) from None
        return product.pk, draft.sum_insured, draft.premium, None
    return product.pk, draft.sum_insured, found.premium, found


def _rider(product_id: int, amount: int, main: Wish, today: date) -> tuple[int, int, int, Quote]:
    product = Product.objects.filter(pk=product_id, is_rider=True).first()
    if product is None:
        raise Invalid([Refused("policy.no_such_product", field="riders")])
    wish = Wish(main.age, main.sex, amount, main.cover_term, main.pay_term, main.pay_mode, main.occupation, main.plan)
    try:
        found = quote(product, wish, on=today)
    except Refused as error:
        raise Invalid([Refused(error.code, field="riders", **error.params)]) from None
    return product.pk, amount, found.premium, found


def _named(one: Quote) -> dict[str, Any]:
    return {
        "product_id": one.product_id, "table_id": one.table_id, "table": one.table, "row_no": one.row_no,
        "rate": one.rate, "factor_bp": one.factor_bp, "premium": one.premium,
    }  # fmt: skip
