// A condition as the builder holds it: a tree of nodes with ids of their own. Nothing here touches the page.
let next = 1;

export const row = (field = "", op = "", value = null) => ({ id: next++, kind: "row", field, op, value });
export const group = (items = [], join = "and", not = false) => ({ id: next++, kind: "group", join, not, items });
export const has = (entity) => ({ id: next++, kind: "has", entity, how: "at_least", amount: 1, measure: "", join: "and", items: [] });

/** The tree of a stored condition. */
export function fromStored(stored) {
  const grown = (node) => ({ ...node, id: next++, ...(node.items ? { items: node.items.map(grown) } : {}) });
  return stored?.root ? grown(stored.root) : group();
}

/** The stored form: ids gone, version on. */
export function toStored(root) {
  const bare = ({ id, items, ...node }) => (items ? { ...node, items: items.map(bare) } : node);
  return { version: 1, root: bare(root) };
}

/** Node, parent and position of an id; the root has no parent. */
export function find(root, id, parent = null, at = 0) {
  if (root.id === id) return { node: root, parent, at };
  for (const [position, item] of (root.items || []).entries()) {
    const found = find(item, id, root, position);
    if (found) return found;
  }
  return null;
}

/** Places as the server counts them ("2.1"), by id. */
export function places(root, prefix = [], found = new Map()) {
  found.set(root.id, prefix.join(".") || "0");
  (root.items || []).forEach((item, at) => places(item, [...prefix, at + 1], found));
  return found;
}

/** The kind of records inside whose node an id stands, empty outside. */
export function entityOf(root, id) {
  const walk = (node, entity) => {
    if (node.id === id) return node.kind === "has" ? node.entity : entity;
    for (const item of node.items || []) {
      const found = walk(item, node.kind === "has" ? node.entity : entity);
      if (found !== null) return found;
    }
    return null;
  };
  return walk(root, "") ?? "";
}

export function remove(root, id) {
  const { parent, at } = find(root, id);
  const [gone] = parent.items.splice(at, 1);
  return () => parent.items.splice(Math.min(at, parent.items.length), 0, gone);
}

/** Move by one place up (-1) or down (1): into a group that stands there, out of the own one at its end. Rows about
 * records stay inside their records. Answers whether anything moved. */
export function move(root, id, step) {
  const { node, parent, at } = find(root, id);
  const neighbour = parent.items[at + step];
  if (neighbour) {
    parent.items.splice(at, 1);
    if (neighbour.kind === "group") neighbour.items.splice(step < 0 ? neighbour.items.length : 0, 0, node);
    else parent.items.splice(at + step, 0, node);
    return true;
  }
  const outer = find(root, parent.id);
  if (!outer.parent || parent.kind === "has") return false;
  parent.items.splice(at, 1);
  outer.parent.items.splice(outer.at + (step > 0 ? 1 : 0), 0, node);
  return true;
}

export const isEmpty = (root) => !root.items.some((item) => item.kind !== "group" || !isEmpty(item));

/** Whether every row has what the server needs to count; ``shapeOf(row)`` tells whether its operator takes a value. */
export function isComplete(node, shapeOf) {
  if (node.kind === "row") {
    const filled = (value) => value !== null && value !== undefined && value !== "" && (!Array.isArray(value) || (value.length > 0 && value.every(filled)));
    return Boolean(node.field && node.op) && (!shapeOf(node) || filled(node.value));
  }
  if (node.kind === "has" && node.how !== "none" && !Number.isInteger(node.amount)) return false;
  return (node.kind !== "group" || node.items.length > 0) && node.items.every((item) => isComplete(item, shapeOf));
}
