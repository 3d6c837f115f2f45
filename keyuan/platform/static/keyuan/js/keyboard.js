// Keys. The sheet (?) lists every action with its key and is the source of truth; users remap there.
// A page offers an action by an element with data-hotkey="<action>"; modules bind the others and say where they apply.
import { all, isTyping, on, one, post, text } from "./dom.js";

const handlers = new Map();
const places = new Map();
const PAUSE = 1000;
let prefix = "";
let prefixTimer = 0;
let listening = null;

/** Let ``handler(event)`` answer for an action; returning false passes the key on. ``isOffered()`` tells whether this page has it. */
export function bind(action, handler, isOffered = () => true) {
  handlers.set(action, handler);
  places.set(action, isOffered);
}

function offers(action) {
  if (action.startsWith("go-")) return true;
  return places.has(action) ? places.get(action)() : Boolean(one(`[data-hotkey="${action}"]`));
}

/** "Shift+X", "Mod+K", "?", "Enter": how a key event is written on the sheet. */
export function nameOf(event) {
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push("Ctrl");
  if (event.altKey) parts.push("Alt");
  if (event.shiftKey && (key.length > 1 || /[A-Z0-9]/.test(key))) parts.push("Shift");
  return [...parts, key].join("+");
}

const rows = () => all("#keys [data-key-action]");

function actionOf(name) {
  const wanted = prefix ? `${prefix} ${name}` : name;
  return rows().find((row) => row.dataset.key === wanted)?.dataset.keyAction;
}

function run(action, event) {
  const handler = handlers.get(action);
  const element = all(`[data-hotkey="${action}"]`).find((candidate) => candidate.offsetParent !== null && !candidate.disabled);
  if (handler) {
    if (handler(event) === false) return;
  } else if (element) {
    element.click();
  } else if (action.startsWith("go-")) {
    const link = one(`[data-nav-key="${action.slice(3)}"]`);
    if (!link) return;
    location.assign(link.href);
  } else {
    return;
  }
  event.preventDefault();
}

function remap(event) {
  if (/^(Control|Shift|Alt|Meta)$/.test(event.key)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const row = listening;
  row.classList.remove("listening");
  listening = null;
  if (event.key === "Escape") { one("kbd", row).textContent = row.dataset.key; return; }
  save(row, nameOf(event));
}

async function save(row, key) {
  const problem = one("[data-key-error]");
  problem.textContent = "";
  const taken = rows().find((other) => other !== row && other.dataset.key === key);
  if (taken) problem.textContent = text("keyTaken", { key, action: taken.dataset.keyLabel });
  const { status, data } = taken ? { status: 409 } : await post(document.body.dataset.preferences, { action: row.dataset.keyAction, key });
  if (status === 200) row.dataset.key = key;
  else if (!taken) problem.textContent = data.error;
  one("kbd", row).textContent = row.dataset.key;
}

document.addEventListener("keydown", (event) => {
  if (listening) { remap(event); return; }
  if (event.isComposing || event.keyCode === 229) return;
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (plain && isTyping(event)) return;
  if (plain && one("dialog[open]") && event.key !== "?") return;
  const name = nameOf(event);
  const action = actionOf(name);
  const isPrefix = !prefix && plain && rows().some((row) => row.dataset.key.startsWith(name + " "));
  clearTimeout(prefixTimer);
  prefix = isPrefix ? name : "";
  if (isPrefix) prefixTimer = setTimeout(() => { prefix = ""; }, PAUSE);
  if (action) run(action, event);
});

const sheet = () => one("#keys");

/** Show on the sheet what this page offers; the others keep their keys unseen. */
function showOffered() {
  all("#keys [data-key]").forEach((key) => { key.closest(".keys-row").hidden = !offers(key.dataset.keyAction); });
  all("#keys section").forEach((group) => { group.hidden = !one(".keys-row:not([hidden])", group); });
}

function openSheet() {
  if (sheet().open) { sheet().close(); return; }
  showOffered();
  sheet().showModal();
}

bind("help", openSheet);
bind("search", () => (one("#search")?.offsetParent ? one("#search").focus() : one("[data-palette]")?.click()));
on("click", "[data-keys]", () => { one("#me-sheet")?.close(); openSheet(); });
on("click", "[data-key-action]", (event, row) => {
  listening?.classList.remove("listening");
  listening = row;
  row.classList.add("listening");
  one("kbd", row).textContent = text("pressKey");
});
