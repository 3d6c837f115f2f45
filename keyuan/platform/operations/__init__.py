"""How the system does: health, metrics, slow statements, samples and the panels of the system page (PLT-13).

Contexts add what they know in ``ready()``: a panel of `/system/` to `system_panels`, a figure of `/metrics` to
`system_gauges`.
"""

from keyuan.platform.operations.panels import Fact, Panel, SystemGauge, SystemPanel, system_gauges, system_panels

__all__ = ["Fact", "Panel", "SystemGauge", "SystemPanel", "system_gauges", "system_panels"]
