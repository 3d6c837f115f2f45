// The builder of conditions: holds the tree, draws it, keeps the form's hidden field true, asks for the live count.
import { all, onContent, one, post } from "../../../keyuan/js/dom.js";
import { toast } from "../../../keyuan/js/toast.js";
import { draw } from "./draw.js";
import * as tree from "./tree.js";
import { element } from "./values.js";

const PAUSE = 350;

class Builder {
  constructor(host) {
    this.host = host;
    this.form = host.closest("form");
    this.field = one("input[name=condition]", this.form);
    this.icons = host.dataset.icons;
    this.menu = JSON.parse(one("#segment-menu").textContent);
    this.asked = 0;
    this.timer = 0;
    this.search = this.search.bind(this);
    this.root = tree.fromStored(this.stored());
    this.saved = this.field.value;
    this.drawAll();
    this.mark(JSON.parse(host.dataset.faults || "[]"));
    this.count();
  }

  stored() {
    try { return JSON.parse(this.field.value || "null"); } catch (error) { return null; }
  }

  drawAll(focus = null) {
    this.host.replaceChildren(draw(this, this.root, "", "0", true));
    if (focus) one(`[data-node="${focus.id}"] [data-role="${focus.role}"]`, this.host)?.focus();
  }

  changed() {
    this.field.value = JSON.stringify(tree.toStored(this.root));
    all(".seg-fault", this.host).forEach((fault) => fault.remove());
    this.form.classList.toggle("is-changed", this.field.value !== this.saved);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.count(), PAUSE);
  }

  // ---- what the buttons do ----
  set(node, values, again = false) {
    const role = document.activeElement?.dataset?.role;
    Object.assign(node, values);
    if (again) this.drawAll({ id: node.id, role });
    this.changed();
  }

  setValue(node, value) { this.set(node, { value }); }

  chooseField(node, key) {
    const field = this.menu.fields.find((one) => one.key === key);
    const op = field?.ops[0]?.[0] ?? "";
    Object.assign(node, { field: key, op, value: null });
    this.drawAll({ id: node.id, role: "op" });
    this.changed();
  }

  chooseOperator(node, op) {
    const shapes = Object.fromEntries(this.menu.fields.find((one) => one.key === node.field).ops);
    const keeps = shapes[op] === shapes[node.op];
    Object.assign(node, { op, value: keeps ? node.value : null });
    this.drawAll({ id: node.id, role: "op" });
    this.changed();
  }

  add(parent, child, role) {
    parent.items.push(child);
    this.drawAll({ id: child.id, role });
    this.changed();
  }

  addRow(parent) { this.add(parent, tree.row(), "field"); }

  addGroup(parent) { this.add(parent, tree.group([tree.row()], parent.join === "and" ? "or" : "and"), "field"); }

  addHas(parent, entity) { if (entity) this.add(parent, tree.has(entity), "how"); }

  remove(node) {
    const parent = tree.find(this.root, node.id).parent;
    const back = tree.remove(this.root, node.id);
    this.drawAll({ id: parent.id, role: "add-row" });
    this.changed();
    this.offerUndo(() => { back(); this.drawAll({ id: node.id, role: "remove" }); this.changed(); });
  }

  offerUndo(undo) {
    const strip = one("[data-seg-undo]", this.form);
    const { texts } = this.menu;
    const put = () => { strip.replaceChildren(); undo(); };
    strip.replaceChildren(`${texts.removed} `, element("button", { type: "button", class: "btn btn-link btn-sm", onclick: put }, texts.undo));
  }

  move(node, step) {
    if (!tree.move(this.root, node.id, step)) return;
    this.drawAll({ id: node.id, role: step < 0 ? "up" : "down" });
    this.changed();
  }

  async search(field, text) {
    const url = `${this.host.dataset.options}${field.kind}/?q=${encodeURIComponent(text)}`;
    const response = await fetch(url, { headers: { Accept: "application/json", "HX-Request": "true" } });
    return response.ok ? (await response.json()).rows : [];
  }

  // ---- the live count ----
  async count() {
    const box = one("#segment-count");
    const asked = ++this.asked;
    if (tree.isEmpty(this.root)) { box.replaceChildren(one("#segment-count-empty").content.cloneNode(true)); return; }
    if (!tree.isComplete(this.root, (row) => this.shapeOf(row))) { box.replaceChildren(one("#segment-count-faults").content.cloneNode(true)); return; }
    box.setAttribute("aria-busy", "true");
    const { status, data } = await post(this.host.dataset.count, { condition: JSON.stringify(tree.toStored(this.root)) });
    if (asked !== this.asked || !this.host.isConnected) return;
    box.removeAttribute("aria-busy");
    if (status === 200) box.innerHTML = data.html;
    else if (status === 422) { box.replaceChildren(one("#segment-count-faults").content.cloneNode(true)); this.mark(data.faults); }
    else if (status !== 401) { box.textContent = data.error || this.menu.texts.failed; toast({ text: data.error || this.menu.texts.failed, level: "error" }); }
  }

  shapeOf(row) {
    const field = this.menu.fields.find((one) => one.key === row.field);
    return field?.ops.find(([op]) => op === row.op)?.[1] ?? "";
  }

  mark(faults) {
    const ids = new Map([...tree.places(this.root)].map(([id, place]) => [place, id]));
    for (const { row, text } of faults) {
      const place = one(`[data-node="${ids.get(row)}"]`, this.host) ?? this.host.firstElementChild;
      place.append(element("p", { class: "invalid-feedback seg-fault", role: "alert" }, text));
    }
  }
}

onContent((root) => all("[data-segment-builder]", root).forEach((host) => { host.builder ??= new Builder(host); }));
