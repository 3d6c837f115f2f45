// Columns resize by their edge, reorder by dragging the head or in the column menu, and pin. What is chosen is posted to
// table[data-columns-url] as columns=[{key, width, pinned, hidden}] in order; the list then reloads itself.
import { all, on, one, onContent, post } from "./dom.js";
import { toast } from "./toast.js";

const LEAST = 48;
const heads = (table) => all("thead th[data-column]", table);
const colOf = (table, key) => one(`col[data-column="${key}"]`, table);

function layout(table) {
  const menu = all("[data-columns-menu] li[data-column]");
  const order = menu.length ? menu.map((item) => item.dataset.column) : heads(table).map((head) => head.dataset.column);
  return order.map((key) => {
    const head = one(`th[data-column="${key}"]`, table);
    const item = one(`[data-columns-menu] li[data-column="${key}"]`);
    return {
      key,
      width: head ? Math.round(head.getBoundingClientRect().width) : null,
      pinned: item ? one("[data-pin]", item)?.getAttribute("aria-pressed") === "true" : head?.classList.contains("pinned") ?? false,
      hidden: item ? !one("input", item).checked : false,
    };
  });
}

async function save(table, { reload }) {
  const url = table?.dataset.columnsUrl;
  if (!url) return;
  const { status, data } = await post(url, { columns: JSON.stringify(layout(table)) });
  if (status !== 200 && status !== 204) toast({ text: data.error, level: "error" });
  else if (reload) location.reload();
}

on("pointerdown", "th .grip", (event, grip) => {
  event.preventDefault();
  const head = grip.closest("th");
  const table = head.closest("table");
  const start = head.getBoundingClientRect().width - event.clientX;
  const col = colOf(table, head.dataset.column) || head;
  const move = (moved) => { col.style.width = `${Math.max(LEAST, start + moved.clientX)}px`; };
  grip.setPointerCapture(event.pointerId);
  grip.addEventListener("pointermove", move);
  grip.addEventListener("pointerup", () => {
    grip.removeEventListener("pointermove", move);
    save(table, { reload: false });
  }, { once: true });
});
on("keydown", "th .grip", (event, grip) => {
  if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
  event.preventDefault();
  const head = grip.closest("th");
  const width = head.getBoundingClientRect().width + (event.key === "ArrowRight" ? 8 : -8);
  (colOf(head.closest("table"), head.dataset.column) || head).style.width = `${Math.max(LEAST, width)}px`;
  save(head.closest("table"), { reload: false });
});

let dragged = null;
on("dragstart", "th[data-column][draggable]", (event, head) => {
  dragged = head;
  head.classList.add("dragging");
  event.dataTransfer.effectAllowed = "move";
});
on("dragover", "th[data-column]", (event, head) => {
  if (!dragged || head === dragged) return;
  event.preventDefault();
  all("th.drop-before").forEach((other) => other.classList.remove("drop-before"));
  head.classList.add("drop-before");
});
on("dragend", "th[data-column]", () => {
  all("th.dragging, th.drop-before").forEach((head) => head.classList.remove("dragging", "drop-before"));
  dragged = null;
});
on("drop", "th[data-column]", (event, head) => {
  event.preventDefault();
  const item = one(`[data-columns-menu] li[data-column="${dragged?.dataset.column}"]`);
  const before = one(`[data-columns-menu] li[data-column="${head.dataset.column}"]`);
  if (!item || !before) return;
  before.before(item);
  save(head.closest("table"), { reload: true });
});

on("click", "[data-columns-menu] [data-move]", (event, button) => {
  const item = button.closest("li");
  if (button.dataset.move === "up") item.previousElementSibling?.before(item);
  else item.nextElementSibling?.after(item);
  button.focus();
});
on("click", "[data-columns-menu] [data-pin]", (event, button) => {
  button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
});
on("click", "[data-columns-save]", () => save(one("table[data-columns-url]"), { reload: true }));

// Pinned columns stand side by side: each begins where the one before it ends.
onContent(() => all("table[data-list]").forEach((table) => {
  let left = 0;
  heads(table).filter((head) => head.classList.contains("pinned")).forEach((head) => {
    const at = [...head.parentElement.children].indexOf(head) + 1;
    all(`tr > :nth-child(${at})`, table).forEach((cell) => { cell.classList.add("pinned"); cell.style.setProperty("--pin", `${left}px`); });
    left += head.getBoundingClientRect().width;
  });
}));
