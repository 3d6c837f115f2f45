"""Sale of a product as data: which status may follow which, by which act; what must stand before it is sold (PRD-1)."""

from dataclasses import dataclass
from datetime import date

from keyuan.kernel.errors import Refused

DRAFT, ON_SALE, STOPPED = "DRAFT", "ON_SALE", "STOPPED"
PUT_ON_SALE, CHANGE, STOP = "PUT_ON_SALE", "CHANGE", "STOP"

#: act → (from, to). Putting on sale and changing what is on sale take a second person; stopping does not.
SALE_STEPS: tuple[tuple[str, str, str], ...] = (
    (PUT_ON_SALE, DRAFT, ON_SALE),
    (PUT_ON_SALE, STOPPED, ON_SALE),
    (CHANGE, ON_SALE, ON_SALE),
    (STOP, ON_SALE, STOPPED),
)
#: Designs whose benefits are uncertain: selling them takes a signed risk sentence (domain.md §D.3).
UNCERTAIN_DESIGNS = frozenset({"PARTICIPATING", "UNIVERSAL", "UNIT_LINKED"})
#: Kinds that pay what was spent: twice insured is not twice paid (销售办法 28).
COMPENSATORY_KINDS = frozenset({"MEDICAL", "PROPERTY", "MOTOR"})


def step_to(act: str, status: str) -> str:
    """Return the status after ``act``. Raises `Refused` product.no_such_step for a pair that does not stand above."""
    for kind, source, target in SALE_STEPS:
        if (kind, source) == (act, status):
            return target
    raise Refused("product.no_such_step")


@dataclass(frozen=True, slots=True)
class Dossier:
    """What stands in the catalogue about a product, as far as its sale depends on it."""

    benefits: int
    documents: int
    channels: int
    has_ages: bool
    has_rates: bool
    covers_persons: bool


def gaps(dossier: Dossier) -> list[str]:
    """Return the codes of what is missing before the product may be sold."""
    found = []
    if not dossier.benefits:
        found.append("product.gap_benefits")
    if not dossier.documents:
        found.append("product.gap_documents")
    if not dossier.channels:
        found.append("product.gap_channels")
    if dossier.covers_persons and not dossier.has_ages:
        found.append("product.gap_ages")
    return found


def advice(dossier: Dossier) -> list[str]:
    """Return the codes of what one would expect, too: such a product can be sold, its price is agreed by hand."""
    return [] if dossier.has_rates else ["product.gap_rates"]


@dataclass(frozen=True, slots=True)
class SaleTerms:
    """Where, when and by whom a product may be sold."""

    status: str
    sale_from: date | None
    sale_until: date | None
    channels: tuple[str, ...]
    regions: tuple[str, ...]
    seller_rank: int


@dataclass(frozen=True, slots=True)
class Seller:
    """Who wants to sell it; ``licensed`` on the day of the sale, ``region`` the code of the place of the sale."""

    channel: str
    region: str
    rank: int | None
    licensed: bool


def sale_refusals(terms: SaleTerms, seller: Seller, on: date) -> list[Refused]:
    """Return everything that forbids this sale: status and dates, channel, region, licence, grade (PRD-1, §D.3)."""
    found = []
    opened = terms.sale_from is None or terms.sale_from <= on
    if terms.status != ON_SALE or not opened or (terms.sale_until is not None and on > terms.sale_until):
        found.append(Refused("sale.not_on_sale", field="product"))
    if terms.channels and seller.channel and seller.channel not in terms.channels:
        found.append(Refused("sale.channel", field="product"))
    if terms.regions and not any(seller.region.startswith(code.rstrip("0") or code) for code in terms.regions):
        found.append(Refused("sale.region", field="product"))
    if seller.rank is None:
        found.append(Refused("sale.no_seller", field="selling_agent"))
    elif not seller.licensed:
        found.append(Refused("sale.licence", field="selling_agent"))
    elif seller.rank < terms.seller_rank:
        found.append(Refused("sale.rank", field="selling_agent", rank=seller.rank, needed=terms.seller_rank))
    return found
