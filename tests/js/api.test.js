import assert from "node:assert/strict";
import { test } from "node:test";

import { Api, Problem } from "../../static/js/api.js";

function apiThat(answer, calls = []) {
  return new Api({ csrfToken: "token", restore: async () => false }, "main", (url, options) => {
    calls.push({ url, options });
    return answer();
  });
}

const json = (status, body) => async () => Response.json(body, { status });

test("a write is sent once, with the CSRF token and the PBX", async () => {
  const calls = [];
  const api = apiThat(json(200, { success: true, data: { message: "Done" } }), calls);
  assert.deepEqual(await api.write("hangup/", { channel: "1.1" }), { message: "Done" });
  assert.equal(calls.length, 1);
  assert.equal(calls[0].url, "/api/ami/hangup/");
  assert.equal(calls[0].options.headers["X-CSRF-Token"], "token");
  assert.deepEqual(JSON.parse(calls[0].options.body), { channel: "1.1", pbx: "main" });
});

async function problemOf(promise) {
  try {
    await promise;
  } catch (problem) {
    assert.ok(problem instanceof Problem);
    return problem;
  }
  return assert.fail("no problem was thrown");
}

test("problem details keep their fields, the PBX's words and the unknown outcome", async () => {
  const details = { title: "T", detail: "D", code: "outcome_unknown", outcome: "unknown", ami: "words", errors: [{ field: "channel", detail: "x" }] };
  const problem = await problemOf(apiThat(json(504, details)).write("hangup/", {}));
  assert.equal(problem.message, "D");
  assert.equal(problem.status, 504);
  assert.equal(problem.unknown, true);
  assert.equal(problem.ami, "words");
  assert.equal(problem.errors[0].field, "channel");
});

test("a write whose connection breaks has an unknown outcome, and is not sent again", async () => {
  const calls = [];
  const problem = await problemOf(apiThat(() => Promise.reject(new TypeError("network")), calls).write("hangup/", {}));
  assert.equal(problem.unknown, true);
  assert.equal(calls.length, 1);
});

test("a write that is answered with success and a broken body has an unknown outcome", async () => {
  const broken = async () => new Response('{"success": tr');
  assert.equal((await problemOf(apiThat(broken).write("hangup/", {}))).unknown, true);
});

test("a read whose connection breaks is only a failure", async () => {
  const problem = await problemOf(apiThat(() => Promise.reject(new TypeError("network"))).read("ping/"));
  assert.equal(problem.unknown, false);
});
