import assert from "node:assert/strict";
import { test } from "node:test";

import { RowModel } from "../../static/js/components/row_model.js";

const make = (options = {}) => new RowModel({ sortOf: (row) => row.rank, textOf: (row) => row.name ?? "", ...options });
const keys = (model) => model.shown.map((row) => row.key);
const items = (ranks) => new Map(Object.entries(ranks).map(([key, rank]) => [key, { rank, name: `name of ${key}` }]));

test("rows are in order, equal ones by their key, and those without a value last whichever way", () => {
  const model = make();
  const all = items({ d: null, c: 2, a: 3, b: 2, e: undefined });
  model.update(all.keys(), all);
  assert.deepEqual(keys(model), ["b", "c", "a", "d", "e"]);
  model.sortBy((row) => row.rank, true);
  assert.deepEqual(keys(model), ["a", "b", "c", "d", "e"]);
});

test("words are ordered as people order them", () => {
  const model = make();
  const all = items({ a: "Line 10", b: "line 9", c: "Äpfel", d: "Banane" });
  model.update(all.keys(), all);
  assert.deepEqual(keys(model), ["c", "d", "b", "a"]);
});

test("a change moves its row, an end takes it away", () => {
  const model = make();
  const all = items({ a: 1, b: 2, c: 3 });
  model.update(all.keys(), all);
  all.set("a", { rank: 9 });
  all.delete("b");
  model.update(["a", "b"], all);
  assert.deepEqual(keys(model), ["c", "a"]);
  assert.equal(model.total, 2);
  assert.equal(model.indexOf("a"), 1);
  assert.equal(model.indexOf("b"), -1);
});

test("a filter wants each of its words, and what no longer fits goes", () => {
  const model = make();
  const all = items({ a: 1, b: 2 });
  model.update(all.keys(), all);
  model.filter("  NAME  b ");
  assert.deepEqual(keys(model), ["b"]);
  assert.equal(model.total, 2);
  all.set("b", { rank: 2, name: "another" });
  model.update(["b"], all);
  assert.deepEqual(keys(model), []);
  model.filter("");
  assert.deepEqual(keys(model), ["a", "b"]);
});

test("a filter of the tab's own is asked anew when it says so", () => {
  let least = 2;
  const model = make({ accepts: (row) => row.rank >= least });
  const all = items({ a: 1, b: 2 });
  model.update(all.keys(), all);
  assert.deepEqual(keys(model), ["b"]);
  least = 0;
  model.refresh();
  assert.deepEqual(keys(model), ["a", "b"]);
});

test("while the order is held rows stay where they are, ended ones too, and new ones come last", () => {
  const model = make();
  const all = items({ a: 1, b: 2, c: 3 });
  model.update(all.keys(), all);
  model.hold();
  all.set("a", { rank: 9 });
  all.delete("b");
  all.set("fresh", { rank: 0 });
  model.update(["a", "b", "fresh"], all);
  assert.deepEqual(keys(model), ["a", "b", "c", "fresh"]);
  assert.equal(model.get("b").gone, true);
  assert.equal(model.release(), true);
  assert.deepEqual(keys(model), ["fresh", "c", "a"]);
  assert.equal(model.get("b"), undefined);
  assert.equal(model.release(), false);
});

test("a row that comes back while the order is held is no longer gone", () => {
  const model = make();
  const all = items({ a: 1, b: 2 });
  model.update(all.keys(), all);
  model.hold();
  model.update(["a"], items({ b: 2 }));
  model.update(["a"], all);
  assert.equal(model.get("a").gone, false);
  model.release();
  assert.deepEqual(keys(model), ["a", "b"]);
});

test("taking over all rows tells which came, went or are other objects", () => {
  const model = make();
  const a = { rank: 1 };
  model.replace([["a", a], ["b", { rank: 2 }]]);
  const changed = model.replace([["a", a], ["b", { rank: 0 }], ["d", { rank: 5 }]]);
  assert.deepEqual([...changed].sort(), ["b", "d"]);
  assert.deepEqual(keys(model), ["b", "a", "d"]);
  assert.deepEqual([...model.replace([["a", a]])].sort(), ["b", "d"]);
});
