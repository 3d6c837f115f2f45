"""Products that a source names: found in the catalogue, or made on first sight when the mapping says so."""

from collections.abc import Iterable, Sequence

from keyuan.kernel.codes import ProductKind
from keyuan.platform.imports import Chunk, ImportContext, RowIssue
from keyuan.products.models import Product

#: Mapping option that allows unknown products to be made.
CREATE = "create_products"
LONG_TERM = frozenset((ProductKind.LIFE, ProductKind.ANNUITY, ProductKind.ENDOWMENT))


def known_products(codes: Iterable[str | None], context: ImportContext) -> dict[str, tuple[int, str]]:
    """Return id and kind of each product code in the catalogue; remembered for the worker's slice."""
    known: dict[str, tuple[int, str]] = context.memory.setdefault("products", {})
    unknown = {code for code in codes if code} - set(known)
    if unknown:
        rows = Product.objects.filter(code__in=unknown).values_list("code", "pk", "kind")
        known.update({code: (pk, kind) for code, pk, kind in rows})
    return known


def product_issues(chunk: Chunk, context: ImportContext) -> list[RowIssue]:
    """Return an issue for each row with an unknown product, unless the mapping has them made."""
    if context.options.get(CREATE):
        return []
    codes = chunk.get("product_code")
    known = known_products(codes, context)
    return [
        RowIssue(index, "product_code", "import.product_unknown", {"product": code})
        for index, code in enumerate(codes)
        if code not in known
    ]


def products_of(chunk: Chunk, context: ImportContext) -> Sequence[tuple[int, str]]:
    """Return product id and kind of each row, making unknown products inside the caller's transaction."""
    codes = chunk.get("product_code")
    known = known_products(codes, context)
    names, kinds = chunk.get("product_name"), chunk.get("product_kind")
    for code, name, kind in zip(codes, names, kinds, strict=True):
        if code not in known:
            known[code] = _made(code, name or code, kind or ProductKind.OTHER.value, context.source)
    return [known[code] for code in codes]


def _made(code: str, name: str, kind: str, source: str) -> tuple[int, str]:
    product, _created = Product.objects.get_or_create(
        code=code,
        defaults={
            "name": name,
            "kind": kind,
            "source": source,
            "is_long_term": kind in LONG_TERM,
            "sale_status": Product.SaleStatus.STOPPED,
        },
    )
    return product.pk, product.kind
