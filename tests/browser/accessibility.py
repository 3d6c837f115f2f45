"""axe-core in the browser: every page passes in both themes and at both widths (PLT-17, ui.md "Ready when")."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SIZES = ((1366, 768), (360, 800))
THEMES = ("light", "dark")


def violations(page) -> list[str]:
    """Return what axe-core finds wrong on ``page`` now, one line each, with the first element concerned."""
    # Evaluated by the browser's debugger, so that the page's content policy stays as it is.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [f"{item['id']} ({len(item['nodes'])}): {item['nodes'][0]['html'][:160]}" for item in found]


def overflow(page) -> int:
    """Return by how many pixels the page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def faults(page, address: str) -> list[str]:
    """Open ``address`` in both themes and at both widths and return everything wrong, one line each."""
    wrong = []
    page.on("pageerror", lambda error: wrong.append(f"{address}: script: {error}"))
    page.on("console", lambda message: wrong.append(f"{address}: {message.text}") if message.type == "error" else None)
    for theme in THEMES:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.goto(address)
            page.wait_for_load_state("networkidle")
            place = f"{address} {theme} {width}"
            wrong += [f"{place}: {line}" for line in violations(page)]
            if overflow(page) > 0:
                wrong.append(f"{place}: {overflow(page)} px too wide")
    return wrong
