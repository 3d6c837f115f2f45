// Small helpers that every module shares.

/** First element that matches. */
export const one = (selector, root = document) => root.querySelector(selector);

/** All elements that match, as an array. */
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Listen on the document for events inside elements that match; survives swapped content. */
export function on(type, selector, handler, options) {
  document.addEventListener(type, (event) => {
    const element = event.target.closest ? event.target.closest(selector) : null;
    if (element) handler(event, element);
  }, options);
}

/** Run now for what is on the page and again for whatever htmx brings in. */
export function onContent(handler) {
  handler(document);
  document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) handler(event.target); });
}

/** A sentence of shell/texts.html in the language of the page, with {places} filled. */
export function text(key, params = {}) {
  const sentence = one("#texts")?.dataset[key] ?? "";
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => params[name] ?? whole);
}

export function cookie(name) {
  // With HTTPS the names of cookies begin with a mark that ties them to this host.
  const found = document.cookie.split("; ").find((part) => part.replace(/^__Host-/, "").startsWith(name + "="));
  return found ? decodeURIComponent(found.slice(found.indexOf("=") + 1)) : "";
}

/** A token that names one attempt, so that a second sending of it can be recognised. */
export function token() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Send a form's worth of data; answers {status, data}. A lost connection answers status 0, an ended session 401. */
export async function post(url, fields) {
  const headers = { "X-CSRFToken": cookie("csrftoken"), "HX-Request": "true", Accept: "application/json" };
  let response;
  try {
    response = await fetch(url, { method: "POST", headers, body: new URLSearchParams(fields), credentials: "same-origin" });
  } catch (error) {
    return { status: 0, data: { error: text("offline") } };
  }
  if (response.status === 401) document.dispatchEvent(new CustomEvent("session:expired"));
  const isJson = (response.headers.get("Content-Type") || "").includes("json");
  const data = isJson ? await response.json() : { html: await response.text() };
  if (response.status >= 400 && !data.error) data.error = failure(response.headers.get("X-Request-Id"));
  return { status: response.status, data };
}

/** The sentence for a failure that has no words of its own. */
export function failure(requestId) {
  return requestId ? text("failedNumber", { number: requestId.slice(0, 8).toUpperCase() }) : text("failed");
}

/** Whether the person is writing: then single keys belong to the text. */
export function isTyping(event) {
  const target = event.target;
  // A dialog that has just closed keeps the focus until the next frame: a key pressed right then belongs to the page.
  if (target.closest?.("dialog:not([open])")) return false;
  return event.isComposing || event.keyCode === 229 || target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName)
    || (target.tagName === "INPUT" && !/^(checkbox|radio|button|submit)$/.test(target.type));
}

/** Local storage that may be switched off. */
export const memory = {
  get(key) { try { return localStorage.getItem(key); } catch (error) { return null; } },
  set(key, value) { try { localStorage.setItem(key, value); } catch (error) { /* kept for this page only */ } },
};
