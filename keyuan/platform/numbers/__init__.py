"""Business numbers, given out in blocks (decision 13)."""

from keyuan.platform.numbers.allocation import NumberSeries, allocate, number_series

__all__ = ["NumberSeries", "allocate", "number_series"]
