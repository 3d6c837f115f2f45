// Drawing a tree: rows, groups and records, each with its buttons. Changes are told to ``builder`` (see builder.js).
import { element, editor } from "./values.js";

const option = (value, text, chosen) => element("option", { value, selected: value === chosen }, text);

function icon(builder, name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${builder.icons}#i-${name}`);
  svg.append(use);
  return svg;
}

function button(builder, name, label, act, extra = {}) {
  return element("button", { type: "button", class: "btn btn-ghost btn-icon btn-sm", "aria-label": label, title: label, onclick: act, ...extra }, icon(builder, name));
}

function tools(builder, node, place) {
  const { texts } = builder.menu;
  const named = (text) => `${text}: ${texts.row.replace("%(place)s", place)}`;
  return element("span", { class: "seg-tools" },
    button(builder, "arrow-up", named(texts.up), () => builder.move(node, -1), { "data-role": "up" }),
    button(builder, "arrow-down", named(texts.down), () => builder.move(node, 1), { "data-role": "down" }),
    button(builder, "trash", named(texts.remove), () => builder.remove(node), { "data-role": "remove" }));
}

function fieldSelect(builder, node, entity) {
  const { menu } = builder;
  const select = element("select", { class: "form-select", "aria-label": menu.texts.field, "data-role": "field" });
  const fields = menu.fields.filter((field) => field.entity === entity);
  if (!fields.some((field) => field.key === node.field)) select.append(option("", menu.texts.choose, ""));
  if (entity) select.append(...fields.map((field) => option(field.key, field.label, node.field)));
  else {
    for (const [key, label] of Object.entries(menu.groups)) {
      const inside = fields.filter((field) => field.group === key);
      if (inside.length) select.append(element("optgroup", { label }, ...inside.map((field) => option(field.key, field.label, node.field))));
    }
  }
  select.addEventListener("change", () => builder.chooseField(node, select.value));
  return select;
}

function drawRow(builder, node, entity, place) {
  const { menu } = builder;
  const field = menu.fields.find((one) => one.key === node.field);
  const parts = [fieldSelect(builder, node, entity)];
  if (field) {
    const ops = element("select", { class: "form-select", "aria-label": menu.texts.operator, "data-role": "op" },
      ...field.ops.map(([op]) => option(op, menu.operators[op], node.op)));
    ops.addEventListener("change", () => builder.chooseOperator(node, ops.value));
    const shape = field.ops.find(([op]) => op === node.op)?.[1] || "";
    const change = (value) => builder.setValue(node, value);
    const boxes = editor({ menu, field, shape, value: node.value, change, search: builder.search });
    parts.push(ops, element("span", { class: "seg-value" }, ...boxes));
  }
  return element("div", { class: "seg-row", "data-node": node.id, role: "group", "aria-label": menu.texts.row.replace("%(place)s", place) },
    ...parts, tools(builder, node, place));
}

function adding(builder, node, entity) {
  const { texts, entities } = builder.menu;
  const plus = (label, act, role) => element("button", { type: "button", class: "btn btn-sm", onclick: act, "data-role": role }, icon(builder, "plus"), label);
  const buttons = [plus(texts.addRow, () => builder.addRow(node), "add-row"), plus(texts.addGroup, () => builder.addGroup(node), "add-group")];
  if (!entity && entities.length) {
    const select = element("select", { class: "form-select seg-add-has", "aria-label": texts.addHas, "data-role": "add-has" },
      option("", `+ ${texts.addHas}`, ""), ...entities.map((one) => option(one.key, one.label, "")));
    select.addEventListener("change", () => builder.addHas(node, select.value));
    buttons.push(select);
  }
  return element("div", { class: "seg-adding" }, ...buttons);
}

function joinSelect(builder, node) {
  const { texts } = builder.menu;
  const select = element("select", { class: "form-select seg-join", "aria-label": texts.group, "data-role": "join" },
    option("and", texts.and, node.join), option("or", texts.or, node.join));
  select.addEventListener("change", () => builder.set(node, { join: select.value }));
  return select;
}

function drawGroup(builder, node, entity, place, isRoot) {
  const { texts } = builder.menu;
  const negate = element("input", { type: "checkbox", class: "form-check-input", "data-role": "not" });
  negate.checked = node.not;
  negate.addEventListener("change", () => builder.set(node, { not: negate.checked }));
  const head = element("div", { class: "seg-head" }, joinSelect(builder, node),
    element("label", { class: "form-check" }, negate, element("span", {}, texts.not)), isRoot ? null : tools(builder, node, place));
  return frame(builder, node, entity, place, head, isRoot ? "seg-group seg-root" : "seg-group");
}

function drawHas(builder, node, place) {
  const { menu } = builder;
  const kind = menu.entities.find((one) => one.key === node.entity);
  const how = element("select", { class: "form-select", "aria-label": menu.texts.operator, "data-role": "how" },
    ...Object.entries(menu.how).map(([key, label]) => option(key, label, node.how)));
  how.addEventListener("change", () => builder.set(node, { how: how.value }, true));
  const measure = kind?.measures.find((one) => one.key === node.measure);
  const parts = [element("span", { class: "fw-medium" }, kind?.label ?? node.entity), ...(node.how === "none" ? [how] : [measuring(builder, node, kind), how])];
  if (node.how !== "none") {
    const field = measure ?? { kind: "number", label: menu.texts.amount };
    parts.push(...editor({ menu, field, shape: "number", value: node.amount, change: (amount) => builder.set(node, { amount }) }));
  }
  const head = element("div", { class: "seg-head" }, ...parts, tools(builder, node, place));
  const inner = node.items.length ? element("div", { class: "seg-where" }, element("span", { class: "small text-muted" }, menu.texts.where), joinSelect(builder, node)) : null;
  return frame(builder, node, node.entity, place, element("div", {}, head, inner), "seg-group seg-has");
}

function measuring(builder, node, kind) {
  const { texts } = builder.menu;
  const select = element("select", { class: "form-select", "aria-label": texts.count, "data-role": "measure" }, option("", texts.count, node.measure),
    ...(kind?.measures ?? []).map((one) => option(one.key, texts.sum.replace("%(label)s", one.label), node.measure)));
  select.addEventListener("change", () => builder.set(node, { measure: select.value, amount: select.value ? null : 1 }, true));
  return select;
}

function frame(builder, node, entity, place, head, css) {
  const items = node.items.map((item, at) => element("li", {}, draw(builder, item, entity, place === "0" ? `${at + 1}` : `${place}.${at + 1}`)));
  const label = place === "0" ? builder.menu.texts.group : `${builder.menu.texts.group} ${place}`;
  return element("div", { class: css, "data-node": node.id, role: "group", "aria-label": label }, head, element("ol", {}, ...items), adding(builder, node, entity));
}

export function draw(builder, node, entity = "", place = "0", isRoot = false) {
  if (node.kind === "row") return drawRow(builder, node, entity, place);
  return node.kind === "has" ? drawHas(builder, node, place) : drawGroup(builder, node, entity, place, isRoot);
}
