// A conversation, on the visitor's page and at the desk. What counts stands on the server: a live announcement only says
// "there is something new", lines are fetched by their number, and a line is sent under a key of its own until it is there.
import { cookie, on, onContent, one, text, token } from "../../keyuan/js/dom.js";
import { toast } from "../../keyuan/js/toast.js";

// Milliseconds: between two looks with and without a live stream, between two signs of typing, until a sign fades.
const QUIET = 20_000, POLL = 4_000, TYPING = 3_000, FADES = 5_000, AGAIN = 3_000;
let isLive = false;
let typedAt = 0;
let fading = 0;
let timer = 0;
let looking = null;
let wanted = false;

const talk = () => one("[data-talk]");
const lines = () => one("#talk-lines");

async function ask(url, options = {}) {
  const headers = { Accept: "application/json", "X-CSRFToken": cookie("csrftoken"), ...options.headers };
  const answer = await fetch(url, { credentials: "same-origin", ...options, headers });
  if (answer.status === 401) document.dispatchEvent(new CustomEvent("session:expired"));
  const isJson = (answer.headers.get("Content-Type") || "").includes("json");
  return { status: answer.status, data: isJson ? await answer.json() : {} };
}

function isAtEnd(list) {
  return list.scrollHeight - list.scrollTop - list.clientHeight < 120;
}

function toEnd() {
  const list = lines();
  if (list) list.scrollTop = list.scrollHeight;
}

/** Put lines in their places: each number once, a pending one gives way to what the server kept of it. */
function place(html) {
  const list = lines();
  const stays = isAtEnd(list);
  const box = document.createElement("template");
  box.innerHTML = html;
  [...box.content.querySelectorAll("[data-seq]")].forEach((line) => {
    if (line.dataset.key) one(`[data-pending="${CSS.escape(line.dataset.key)}"]`, list)?.remove();
    if (one(`[data-seq="${line.dataset.seq}"]`, list)) return;
    const before = one("[data-pending]", list);
    if (before) before.before(line);
    else list.append(line);
  });
  if (stays) toEnd();
}

/** Whether new lines hold one of the other side: only that ends its sign of typing, not our own line coming back. */
function saysTheOther(root, html) {
  return html.includes(root.dataset.mine === "VISITOR" ? "talk-staff" : "talk-visitor");
}

function settle(root, data) {
  place(data.html);
  const newest = Math.max(Number(root.dataset.seq), data.seq);
  root.dataset.seq = newest;
  const head = one("#talk-head");
  // Only what says something new takes the place of the old: a menu that is open must not be swept away.
  if (head && root.dataset.mark !== data.mark) {
    head.innerHTML = data.head;
    window.htmx?.process(head);
    root.dataset.mark = data.mark;
  }
  lines().dataset.seen = data.seen;
  if (saysTheOther(root, data.html)) one("#talk-typing")?.setAttribute("hidden", "");
  if (data.status !== root.dataset.status) {
    root.dataset.status = data.status;
    // Another state has other buttons; what is typed is kept as a draft.
    if (data.status === "ENDED" || root.dataset.reload !== undefined) location.reload();
  }
}

async function look() {
  const root = talk();
  if (!root) return;
  if (looking) {
    wanted = true;
    return;
  }
  const url = new URL(root.dataset.lines, location.href);
  url.searchParams.set("after", root.dataset.seq);
  looking = root;
  try {
    const { status, data } = await ask(url);
    if (status === 200 && talk() === root) settle(root, data);
  } catch (error) {
    // No connection: the next look comes by itself.
  } finally {
    looking = null;
    if (wanted) {
      wanted = false;
      look();
    }
  }
}

function tick() {
  clearTimeout(timer);
  timer = setTimeout(() => { look(); tick(); }, isLive ? QUIET : POLL);
}

/** Show at once what is being sent; it stays until the server's own line takes its place. */
function pend(key, words) {
  const line = document.createElement("li");
  line.className = `talk-line talk-mine-pending ${talk().dataset.mine === "VISITOR" ? "talk-visitor" : "talk-staff"}`;
  line.dataset.pending = key;
  const bubble = document.createElement("div");
  bubble.className = "talk-bubble";
  bubble.textContent = words;
  line.append(bubble);
  lines().append(line);
  toEnd();
}

function say(form, sentence) {
  const place = one(".talk-error", form);
  place.textContent = sentence || "";
  place.hidden = !sentence;
}

/** Send until it is there: the same key again is the same line. */
async function send(url, fields, form, left = 5) {
  let answer;
  try {
    answer = await ask(url, { method: "POST", body: fields });
  } catch (error) {
    answer = { status: 0, data: {} };
  }
  if (answer.status === 200) {
    say(form, "");
    look();
    return true;
  }
  if ((answer.status === 0 || answer.status >= 500) && left > 0) {
    say(form, text("offline"));
    await new Promise((done) => { setTimeout(done, AGAIN); });
    return send(url, fields, form, left - 1);
  }
  one(`[data-pending="${CSS.escape(fields.get("key"))}"]`)?.remove();
  say(form, answer.data.error || text("failed"));
  return answer.data;
}

async function compose(form) {
  const field = one("textarea", form);
  const words = field.value.trim();
  if (!words || form.dataset.sending) return;
  const fields = new FormData(form);
  const key = form.dataset.key || token();
  fields.set("key", key);
  form.dataset.sending = "1";
  form.dataset.key = key;
  const isNote = fields.get("kind") === "NOTE";
  if (!isNote) pend(key, words);
  field.value = "";
  const done = await send(form.action, fields, form);
  delete form.dataset.sending;
  const confirm = one("[data-talk-confirm]", form);
  if (done === true) {
    delete form.dataset.key;
    if (confirm) confirm.hidden = true;
    const check = one("[name=confirmed]", form);
    if (check) check.checked = false;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  } else {
    // Nothing typed is lost.
    field.value = field.value ? `${words}\n${field.value}` : words;
    delete form.dataset.key;
    if (confirm) confirm.hidden = !done.words;
  }
  field.focus();
}

async function sendFile(input) {
  const form = input.closest("form");
  const file = input.files[0];
  if (!file) return;
  const fields = new FormData();
  fields.set("file", file);
  fields.set("key", token());
  fields.set("csrfmiddlewaretoken", cookie("csrftoken"));
  pend(fields.get("key"), file.name);
  input.value = "";
  await send(talk().dataset.file, fields, form, 1);
}

function typing() {
  const root = talk();
  if (!root || Date.now() - typedAt < TYPING || root.dataset.status !== "ACTIVE") return;
  typedAt = Date.now();
  ask(root.dataset.typing, { method: "POST" }).catch(() => {});
}

on("submit", "[data-talk-composer]", (event, form) => {
  event.preventDefault();
  event.stopPropagation();
  form.removeAttribute("data-busy");
  compose(form);
});
on("keydown", "[data-talk-composer] textarea", (event, field) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  compose(field.form);
});
on("input", "[data-talk-composer] textarea", () => typing());
on("change", "[data-talk-file]", (_event, input) => sendFile(input));
on("submit", "[data-talk-form]", async (event, form) => {
  event.preventDefault();
  const { status, data } = await ask(form.action, { method: "POST", body: new FormData(form) });
  form.removeAttribute("data-busy");
  if (status !== 200) toast({ text: data.error || text("failed"), level: "error" });
  else if (form.dataset.reload !== undefined) location.reload();
  else toast({ text: form.dataset.said || text("ok") });
});

const isOurs = (event) => {
  const root = talk();
  return root && (!event.detail?.chat || Number(root.dataset.chat) === event.detail.chat);
};
document.body.addEventListener("live:chat", (event) => { if (isOurs(event)) look(); });
document.body.addEventListener("live:chat-read", (event) => { if (isOurs(event)) look(); });
document.body.addEventListener("live:resync", () => look());
document.body.addEventListener("live:open", () => { isLive = true; look(); tick(); });
document.body.addEventListener("live:lost", () => { isLive = false; tick(); });
document.body.addEventListener("live:chat-typing", (event) => {
  const sign = one("#talk-typing");
  if (!isOurs(event) || !sign) return;
  sign.hidden = false;
  clearTimeout(fading);
  fading = setTimeout(() => { sign.hidden = true; }, FADES);
});
document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });

onContent((root) => {
  if (root === document || root.matches?.("[data-talk]") || one("[data-talk]", root)) toEnd();
});
tick();
