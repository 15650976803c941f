import assert from "node:assert/strict";
import { test } from "node:test";

import { countVerdicts, describeOutcome, readLines } from "../../static/js/findings.js";

function bodyOf(...pieces) {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) {
        controller.enqueue(typeof piece === "string" ? encoder.encode(piece) : piece);
      }
      controller.close();
    },
  });
}

async function all(body) {
  const values = [];
  for await (const value of readLines(body)) {
    values.push(value);
  }
  return values;
}

test("lines that come in any pieces are the same values", async () => {
  const [first, second] = [new Uint8Array([0xc3]), new Uint8Array([0xa9])]; // é, cut in two
  const body = bodyOf('{"check":"rea', 'ch"}\n{"check":"login"}\n{"seen":"', first, second, '"}\n');
  assert.deepEqual(await all(body), [{ check: "reach" }, { check: "login" }, { seen: "é" }]);
});

test("a body without a line gives nothing", async () => {
  assert.deepEqual(await all(bodyOf()), []);
});

test("what is not fine is summed up, and where all is, that is said", () => {
  const fine = Array(8).fill("fine");
  assert.equal(describeOutcome(countVerdicts(fine), "test", null), "All 8 checks are fine.");
  const mixed = ["fine", "wrong", "warning", "warning", "unknown"];
  assert.equal(describeOutcome(countVerdicts(mixed), "test", null), "1 wrong, 2 warnings, 1 not looked at; 1 fine.");
});

test("a connection says whether it was stored and whether the link is up", () => {
  const counts = countVerdicts(["fine", "wrong"]);
  assert.match(describeOutcome(counts, "connect", null), /^Nothing was stored, since the login does not work: 1 wrong/);
  const up = { connected: "main", up: true, detail: "" };
  assert.match(describeOutcome(counts, "connect", up), /^main is connected\./);
  const down = { connected: "main", up: false, detail: "Refused." };
  assert.equal(describeOutcome(counts, "connect", down), "main is stored, but its link is not up yet. Refused.");
  assert.equal(describeOutcome(counts, "connect", { error: "The name is taken." }), "That was broken off: The name is taken.");
});
