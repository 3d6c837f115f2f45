"""Products on sale that close a gap, with their price for a person (ANA-8, PRD-2)."""

from dataclasses import dataclass, field
from datetime import date

from keyuan.kernel.errors import Refused
from keyuan.policies.rules.gap.buying import STEP, Price
from keyuan.policies.rules.gap.needs import Facts
from keyuan.policies.rules.gap.offers import OFFERS
from keyuan.products.models import Product
from keyuan.products.selectors import products_on_sale
from keyuan.products.selectors.figures import with_terms
from keyuan.products.selectors.pricing import Wish, quote
from keyuan.products.selectors.sale import refusals_for, seller_of


@dataclass
class Prices:
    """Prices of the catalogue for one person and one seller on a day; each kind's products are read once."""

    facts: Facts
    agent_id: int | None
    on: date
    _found: dict[str, list[Product]] = field(default_factory=dict)

    def __call__(self, kind: str, wanted: int) -> Price | None:
        """Return the cheapest offer that gives the sum, or as much of it as a product may; None without any."""
        offers = [price for price in (self._price(product, wanted) for product in self._products(kind)) if price]
        # Most of the wanted sum first, then the cheaper one.
        return min(offers, key=lambda price: (-min(price.sum_insured, wanted), price.yearly), default=None)

    def _products(self, kind: str) -> list[Product]:
        if kind not in self._found:
            of_kind, tag, benefit = OFFERS[kind]
            every = products_on_sale(of_kind).filter(is_rider=False, is_group=False, benefits__code=benefit).distinct()
            seller = seller_of(self.agent_id, "", self.on)
            self._found[kind] = [
                product
                for product in every
                if tag in product.need_tags and self._fits(product) and not refusals_for(product, seller, self.on)
            ]
        return self._found[kind]

    def _fits(self, product: Product) -> bool:
        age, least, most = self.facts.age, product.issue_age_min, product.issue_age_max
        return age is not None and (least is None or age >= least) and (most is None or age <= most)

    def _price(self, product: Product, wanted: int) -> Price | None:
        amount = min(wanted, product.sum_max or wanted)
        amount = max(amount // STEP * STEP if amount > STEP else amount, product.sum_min or 0)
        wish = with_terms(
            product,
            Wish(
                age=self.facts.age, sex=self.facts.sex, sum_insured=amount, pay_mode="05",
                occupation=self.facts.occupation_class,
            ),
        )  # fmt: skip
        if wish.pay_term == "S" and product.is_long_term:
            # Paid once for decades: no premium a year, which a yearly budget could be held against.
            return None
        try:
            found = quote(product, wish, on=self.on)
        except Refused:
            # No rate for this person, or the table asks for what is not known: the product is simply not offered.
            return None
        return Price(product.pk, product.name, found.sum_insured, found.annual) if found.annual > 0 else None
