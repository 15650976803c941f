import assert from "node:assert/strict";
import { test } from "node:test";

import { ColumnLayout } from "../../static/js/components/column_layout.js";

const COLUMNS = [
  { key: "state", label: "State", width: "6rem" },
  { key: "name", label: "Name", width: "minmax(8rem, 2fr)" },
  { key: "line", label: "Line" },
  { key: "raw", label: "Raw", hidden: true },
];
const shown = (layout) => layout.shown.map((column) => column.key);

test("what the tab offers is shown until somebody chooses", () => {
  const layout = new ColumnLayout(COLUMNS);
  assert.deepEqual(shown(layout), ["state", "name", "line"]);
  assert.equal(layout.tracks(["2rem"], ["4rem"]), "2rem 6rem minmax(8rem, 2fr) minmax(6rem, 1fr) 4rem");
  assert.equal(layout.leastWidth(["2rem"]), "calc(2rem + 6rem + 8rem + 6rem)");
});

test("columns are hidden, shown, moved and sized, and all of it is kept", () => {
  const layout = new ColumnLayout(COLUMNS);
  layout.toggle("raw");
  layout.toggle("state");
  layout.move("line", -1);
  layout.resize("name", 123.4);
  assert.deepEqual(shown(layout), ["line", "name", "raw"]);
  assert.equal(layout.tracks(), "minmax(6rem, 1fr) 123px minmax(6rem, 1fr)");
  const again = new ColumnLayout(COLUMNS, JSON.parse(JSON.stringify(layout.chosen)));
  assert.deepEqual(shown(again), ["line", "name", "raw"]);
  again.resize("name", null);
  again.reset();
  assert.deepEqual(shown(again), ["state", "name", "line"]);
});

test("a move jumps over hidden columns, and stops at the edges", () => {
  const layout = new ColumnLayout([COLUMNS[0], COLUMNS[3], COLUMNS[1]]);
  layout.move("state", 1);
  assert.deepEqual(shown(layout), ["name", "state"]);
  layout.move("state", 1);
  layout.move("name", -1);
  assert.deepEqual(shown(layout), ["name", "state"]);
});

test("the last column cannot be hidden", () => {
  const layout = new ColumnLayout([COLUMNS[0]]);
  layout.toggle("state");
  assert.deepEqual(shown(layout), ["state"]);
});

test("widths stay within sense, also by steps", () => {
  const layout = new ColumnLayout(COLUMNS);
  layout.resize("name", 5);
  assert.match(layout.tracks(), / 48px /);
  layout.nudge("name", 100, 1);
  assert.match(layout.tracks(), / 116px /);
});

test("columns that are no more are forgotten, and new ones stand where the tab has them", () => {
  const layout = new ColumnLayout(COLUMNS, { order: ["line", "old", "state"], shown: { old: true }, widths: { old: 99 } });
  assert.deepEqual(layout.all.map((column) => column.key), ["line", "raw", "state", "name"]);
  assert.deepEqual(layout.chosen.widths, {});
});
