// A box in which one types and chooses: suggestions below it by mouse, touch or arrow keys; the vehicle's section of the
// contract's form, which shows for motor products only.
import { all, on, onContent, one } from "../../keyuan/js/dom.js";

const WAIT = 180;
let timer = 0;
let asked = 0;

function close(box) {
  box.setAttribute("aria-expanded", "false");
  box.removeAttribute("aria-activedescendant");
  document.getElementById(box.getAttribute("aria-controls"))?.remove();
}

function show(box, html) {
  close(box);
  const list = document.createElement("ul");
  list.className = "menu-body menu-list choose-list";
  list.role = "listbox";
  list.id = `${box.id}-choices`;
  list.setAttribute("aria-label", box.labels?.[0]?.textContent ?? "");
  list.innerHTML = html;
  all("[role=option]", list).forEach((option, at) => { option.id = `${list.id}-${at}`; });
  box.after(list);
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "true");
}

async function suggest(box) {
  const text = box.value.trim();
  asked += 1;
  const mine = asked;
  if (!text) return close(box);
  const response = await fetch(`${box.dataset.choose}?q=${encodeURIComponent(text)}`, { headers: { "HX-Request": "true" } });
  if (response.ok && mine === asked && document.activeElement === box) show(box, await response.text());
}

function choose(box, option) {
  if (!option?.dataset.option) return;
  box.value = option.dataset.option;
  close(box);
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

function move(box, step) {
  const options = all("[data-option]", document.getElementById(box.getAttribute("aria-controls")) ?? document.createElement("ul"));
  if (!options.length) return;
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const next = options[(at + step + options.length) % options.length];
  options.forEach((option) => option.setAttribute("aria-selected", String(option === next)));
  box.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
}

on("input", "[data-choose]", (event, box) => {
  clearTimeout(timer);
  timer = setTimeout(() => suggest(box), WAIT);
});
on("keydown", "[data-choose]", (event, box) => {
  if (event.isComposing || box.getAttribute("aria-expanded") !== "true") return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    move(box, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter") {
    const chosen = document.getElementById(box.getAttribute("aria-activedescendant"));
    if (chosen) { event.preventDefault(); choose(box, chosen); }
  } else if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); close(box); }
}, true);
// Before the box loses the focus, so that the list is still there.
on("pointerdown", ".choose-list [data-option]", (event, option) => {
  event.preventDefault();
  choose(option.closest(".field").querySelector("[data-choose]"), option);
});
on("focusout", "[data-choose]", (event, box) => close(box));

// ---- the vehicle of a motor product --------------------------------------------------------------------------------
function fit(form) {
  const option = one("select[name=product]", form)?.selectedOptions[0];
  const motor = option?.parentElement.label === form.dataset.motor;
  for (const part of all("[data-vehicle]", form)) part.hidden = !motor;
}

on("change", "form[data-motor] select[name=product]", (event, select) => fit(select.form));
onContent((root) => (root.matches?.("form[data-motor]") ? [root] : all("form[data-motor]", root)).forEach(fit));

// Somebody may have typed before this file had arrived.
if (document.activeElement?.matches("[data-choose]")) suggest(document.activeElement);
