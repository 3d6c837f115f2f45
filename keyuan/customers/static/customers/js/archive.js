// The archive's form: rows come and go without a page load, fields are judged when one leaves them, a number fills birth
// date and sex, places follow each other, and rows of an unsaved draft are put back before their text is.
import { all, on, onContent, one, post } from "../../keyuan/js/dom.js";

const PLACE = "__row__";

function addRow(list) {
  const template = one("template[data-row]", list);
  const rows = all("[data-row-of]", list);
  const next = Math.max(-1, ...all(`input[name="${list.dataset.rows}-rows"]`, list).map((input) => Number(input.value))) + 1;
  const html = template.innerHTML.replaceAll(PLACE, String(next));
  template.insertAdjacentHTML("beforebegin", html);
  const added = all("[data-row-of]", list)[rows.length];
  return added;
}

on("click", "[data-add-row]", (event, button) => {
  const row = addRow(button.closest("[data-rows]"));
  one("select, input:not([type=hidden]), textarea", row)?.focus();
});
on("click", "[data-remove-row]", (event, button) => {
  const row = button.closest("[data-row-of]");
  const list = row.closest("[data-rows]");
  if (one("input[name$='-id']", row)?.value) {
    one("input[name$='-remove']", row).value = "1";
    row.hidden = true;
  } else row.remove();
  one("[data-add-row]", list).focus();
});

// ---- judging one field -----------------------------------------------------------------------------------------
function place(field) {
  return field.closest(".field");
}

function say(field, sentence) {
  const box = place(field);
  one(".invalid-feedback", box)?.remove();
  field.classList.toggle("is-invalid", Boolean(sentence));
  if (sentence) {
    field.setAttribute("aria-invalid", "true");
    const note = Object.assign(document.createElement("p"), { className: "invalid-feedback", textContent: sentence, id: `${field.id}_error` });
    field.setAttribute("aria-describedby", note.id);
    box.append(note);
  } else field.removeAttribute("aria-invalid");
}

function fill(form, fills) {
  for (const name of ["birth_on", "sex"]) {
    const field = form.elements[name];
    if (field && fills[name] && !field.value) field.value = fills[name];
  }
  const lunar = form.elements.birth_is_lunar;
  if (!lunar?.checked) return;
  for (const name of ["lunar_month", "lunar_day"]) {
    const field = form.elements[name];
    if (field && fills[name] && !field.value) field.value = fills[name];
  }
}

async function judge(field) {
  const form = field.form;
  const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  const { status, data } = await post(form.dataset.check, [...fields, ["field", field.name]]);
  if (status !== 200 || !field.isConnected) return;
  say(field, data.error);
  fill(form, data.fills);
  if (data.duplicates !== null) {
    const strip = one("[data-duplicates]", form);
    const confirmed = one("[name=not_the_same]", strip)?.checked;
    const said = one("[name=not_the_same_reason]", strip)?.value;
    strip.innerHTML = data.duplicates;
    const box = one("[name=not_the_same]", strip);
    if (box && confirmed) box.checked = true;
    const why = one("[name=not_the_same_reason]", strip);
    if (why && said) why.value = said;
  }
}

on("change", "form[data-archive]", (event) => {
  const field = event.target;
  if (!field.name || field.type === "hidden" || field.type === "radio" || field.name.startsWith("not_the_same")) return;
  if (field.dataset.place) follow(field);
  else judge(field);
});

// ---- province, city, county ------------------------------------------------------------------------------------
function offer(select, choices) {
  const first = select.options[0];
  select.replaceChildren(first, ...choices.map(([code, name]) => new Option(name, code)));
  select.value = "";
}

async function follow(select) {
  const form = select.form;
  const next = { region_province: ["region_city", "region_county"], region_city: ["region_county"] }[select.dataset.place];
  if (!next) return;
  const parent = select.value || (select.dataset.place === "region_city" ? form.elements.region_province.value : "");
  const answer = parent ? await (await fetch(`${form.dataset.places}?parent=${encodeURIComponent(parent)}`, { headers: { "HX-Request": "true" } })).json() : { cities: [], counties: [] };
  if (next.includes("region_city")) offer(form.elements.region_city, answer.cities);
  offer(form.elements.region_county, answer.counties);
}

// ---- an unsaved draft: its rows first, then their text ------------------------------------------------------------
function draftOf(form) {
  try {
    return JSON.parse(sessionStorage.getItem(`draft:${document.body.dataset.user || ""}:${location.pathname}:${form.dataset.draft}`));
  } catch (error) { return null; }
}

async function restore(form) {
  const kept = draftOf(form);
  if (!kept || one("[aria-invalid=true]", form)) return;
  const values = kept.filter(([, value]) => !Array.isArray(value));
  for (const list of all("[data-rows]", form)) {
    const pattern = new RegExp(`^${list.dataset.rows}-(\\d+)-`);
    const wanted = Math.max(-1, ...values.map(([name]) => Number(pattern.exec(name)?.[1] ?? -1)));
    while (all("[data-row-of]", list).length <= wanted && all("[data-row-of]", list).length < 50) addRow(list);
  }
  for (const [name, value] of values) {
    const field = form.elements[name];
    if (!field || field.value === value || field.dataset?.place) continue;
    if (field.tagName) field.value = value;
  }
  for (const name of ["region_province", "region_city", "region_county"]) {
    const value = values.find(([key]) => key === name)?.[1];
    const field = form.elements[name];
    if (!value || !field || field.value === value) continue;
    field.value = value;
    await follow(field);
  }
}

onContent((root) => {
  const forms = root.matches?.("form[data-archive]") ? [root] : all("form[data-archive]", root);
  forms.forEach(restore);
});
