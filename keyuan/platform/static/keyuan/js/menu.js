// Menus are <details class="menu">: a click outside or Esc closes them, arrows move through their entries.
import { all, on, one } from "./dom.js";

function closeMenus(except) {
  all("details.menu[open]").forEach((menu) => { if (menu !== except) menu.open = false; });
}

document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
on("click", "details.menu .menu-item:not([data-stay])", (event, item) => { item.closest("details.menu").open = false; });
on("keydown", "details.menu", (event, menu) => {
  if (event.key === "Escape" && menu.open) {
    menu.open = false;
    one("summary", menu).focus();
    event.stopPropagation();
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const items = all(".menu-item, .segmented > button", menu);
  const step = event.key === "ArrowDown" ? 1 : -1;
  menu.open = true;
  items[(items.indexOf(document.activeElement) + step + items.length) % items.length]?.focus();
  event.preventDefault();
});
on("click", "[data-me]", () => one("#me-sheet").showModal());
on("click", "#me-sheet", (event, sheet) => { if (event.target === sheet) sheet.close(); });
