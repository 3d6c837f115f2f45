// Inline edit (components/inline_edit.html): pencil, double-click or F2; Enter saves, Esc restores, Tab saves and moves on.
// The server answers {shown, raw, version}; 422 {error}; 409 {error, theirs, raw, version}: then both values are shown.
import { all, on, one, post, text } from "./dom.js";
import { bind } from "./keyboard.js";

function field(cell) {
  const { kind, raw, label } = cell.dataset;
  const input = document.createElement(kind === "select" ? "select" : "input");
  input.className = kind === "select" ? "form-select" : "form-control";
  input.setAttribute("aria-label", label);
  if (kind === "select") input.append(one("template[data-options]", cell).content.cloneNode(true));
  else input.type = kind;
  input.value = raw;
  return input;
}

function begin(cell) {
  if (one(".edit-box", cell)) return;
  const input = field(cell);
  const boxed = Object.assign(document.createElement("span"), { className: "edit-box" });
  boxed.append(input);
  one("[data-shown]", cell).hidden = true;
  one("[data-edit-open]", cell).hidden = true;
  one(".edit-error", cell)?.remove();
  cell.append(boxed);
  input.focus();
  input.select?.();
}

function end(cell) {
  one(".edit-box", cell)?.remove();
  one("[data-shown]", cell).hidden = false;
  one("[data-edit-open]", cell).hidden = false;
}

function say(cell, sentence) {
  cell.append(Object.assign(document.createElement("span"), { className: "edit-error", textContent: sentence }));
  one(".edit-error", cell).setAttribute("role", "alert");
}

function settle(cell, data) {
  one("[data-shown]", cell).textContent = data.shown;
  Object.assign(cell.dataset, { raw: data.raw ?? "", version: data.version });
}

function conflict(cell, data, mine) {
  const place = Object.assign(document.createElement("span"), { className: "edit-conflict" });
  place.append(text("conflictTheirs", { value: data.theirs }));
  const offer = (label, act) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm", textContent: label });
    button.addEventListener("click", () => { place.remove(); act(); });
    place.append(button);
  };
  offer(text("conflictTake"), () => settle(cell, { shown: data.theirs, raw: data.raw, version: data.version }));
  offer(text("conflictKeep"), () => { cell.dataset.version = data.version; send(cell, mine); });
  cell.append(place);
  one("button", place).focus();
}

async function send(cell, value) {
  const shown = one("[data-shown]", cell);
  const before = shown.textContent;
  shown.textContent = one("select", cell)?.selectedOptions[0]?.textContent ?? value;
  end(cell);
  shown.classList.add("edit-saving");
  const { status, data } = await post(cell.dataset.edit, { [cell.dataset.name]: value, version: cell.dataset.version });
  shown.classList.remove("edit-saving");
  if (status === 200) { settle(cell, data); return; }
  shown.textContent = before;
  if (status === 409 && data.theirs !== undefined) conflict(cell, data, value);
  else say(cell, data.error);
}

function save(cell) {
  const input = one(".edit-box input, .edit-box select", cell);
  if (!input) return;
  if (input.value === cell.dataset.raw) end(cell);
  else send(cell, input.value);
}

on("click", "[data-edit-open]", (event, button) => begin(button.closest("[data-edit]")));
on("dblclick", "[data-edit]", (event, cell) => begin(cell));
on("keydown", "[data-edit]", (event, cell) => {
  if (event.isComposing || event.keyCode === 229) return;
  const editing = Boolean(one(".edit-box", cell));
  if (event.key === "F2" && !editing) begin(cell);
  else if (event.key === "Enter" && editing) { save(cell); cell.focus(); }
  else if (event.key === "Escape" && editing) { end(cell); cell.focus(); }
  else if (event.key === "Tab" && editing) {
    const cells = all("[data-edit]");
    const next = cells[cells.indexOf(cell) + (event.shiftKey ? -1 : 1)];
    save(cell);
    if (!next) return;
    begin(next);
  } else return;
  event.preventDefault();
  event.stopPropagation();
});
bind("edit", () => {
  const cell = one("tr.cursor [data-edit]") || one("[data-edit]");
  const button = all('[data-hotkey="edit"]').find((candidate) => candidate.offsetParent !== null);
  if (cell && !button) begin(cell);
  else if (button) button.click();
  else return false;
  return true;
}, () => Boolean(one("[data-edit], [data-hotkey=edit]")));
