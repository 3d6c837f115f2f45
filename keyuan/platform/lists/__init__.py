"""The list engine: declare a list once, get paging, filters, views, bulk work and export (architecture 4.5).

>>> class CustomerList(ListSpec): ...
>>> lists.add(CustomerList())                      # in apps.py: ready()
>>> urlpatterns = [*list_urls(lists["customers"])]  # in urls.py
"""

from keyuan.platform.lists.actions import BulkAction, Reason, Verdict
from keyuan.platform.lists.cells import Badge, Link, Status, Toned
from keyuan.platform.lists.columns import CellValue, Column, InlineEdit
from keyuan.platform.lists.filters import (
    BooleanFilter,
    Choice,
    ChoiceFilter,
    Condition,
    DateRange,
    Filter,
    FilterContext,
    MomentRange,
    NumberRange,
    TextFilter,
    TypeaheadFilter,
    choices_of,
)
from keyuan.platform.lists.sorts import Sort
from keyuan.platform.lists.spec import Empty, ListSpec, PageAction, RowAction, View, lists
from keyuan.platform.lists.urls import list_urls

__all__ = [
    "Badge",
    "BooleanFilter",
    "BulkAction",
    "CellValue",
    "Choice",
    "ChoiceFilter",
    "Column",
    "Condition",
    "DateRange",
    "Empty",
    "Filter",
    "FilterContext",
    "InlineEdit",
    "Link",
    "ListSpec",
    "MomentRange",
    "NumberRange",
    "PageAction",
    "Reason",
    "RowAction",
    "Sort",
    "Status",
    "TextFilter",
    "Toned",
    "TypeaheadFilter",
    "Verdict",
    "View",
    "choices_of",
    "list_urls",
    "lists",
]
