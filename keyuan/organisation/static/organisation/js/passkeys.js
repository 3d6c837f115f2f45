// The device's half of a passkey: what the page carries goes to the browser, its answer goes back in the form.
import { on, one } from "../../keyuan/js/dom.js";

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const words = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const described = (list) => (list ?? []).map((item) => ({ ...item, id: bytes(item.id) }));

function wanted() {
  const options = JSON.parse(one("#passkey-options").textContent).publicKey;
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  options.excludeCredentials = described(options.excludeCredentials);
  if (options.allowCredentials) options.allowCredentials = described(options.allowCredentials);
  return options;
}

function spoken(credential) {
  const response = { clientDataJSON: words(credential.response.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = words(credential.response[part]);
  }
  return JSON.stringify({ id: credential.id, rawId: words(credential.rawId), type: credential.type, clientExtensionResults: {}, response });
}

function complain(form, key) {
  const problem = one("[data-passkey-problem]", form);
  problem.textContent = problem.dataset[key];
  problem.hidden = false;
}

async function ask(form) {
  if (!window.PublicKeyCredential) return complain(form, "unsupported");
  try {
    const found = await navigator.credentials[form.dataset.passkey]({ publicKey: wanted() });
    one("[name=answer]", form).value = spoken(found);
    form.submit();
  } catch (error) {
    complain(form, error.name === "InvalidStateError" ? "known" : error.name === "SecurityError" ? "unsupported" : "cancelled");
  }
}

on("submit", "form[data-passkey]", (event, form) => {
  if (one("[name=answer]", form).value) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(form);
}, true);
