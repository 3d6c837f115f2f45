// The pages of a customer: graph and table beside each other, printing.
import { all, on } from "../../keyuan/js/dom.js";

on("click", "[data-switch] [data-show]", (event, button) => {
  const place = button.closest("[data-switch]");
  all("[data-show]", place).forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
  all("[data-part]", place).forEach((part) => { part.hidden = part.dataset.part !== button.dataset.show; });
});
on("click", "[data-print]", () => window.print());
