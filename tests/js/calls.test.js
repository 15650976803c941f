import assert from "node:assert/strict";
import { test } from "node:test";

import { Api, Problem } from "../../static/js/api.js";
import { CallWatch } from "../../static/js/tabs/actions/call_watch.js";
import { findProblems, makeRequest } from "../../static/js/tabs/actions/originate.js";

const FIELDS = Object.freeze({
  channel: "PJSIP/100",
  target: "exten",
  exten: "200",
  context: "default",
  priority: "1",
  application: "",
  data: "",
  caller_id: "",
  account: "",
  timeout: "30",
  variables: [],
});

const wrong = (change) => [...findProblems({ ...FIELDS, ...change }).keys()];

test("a filled form has no problems and becomes the request of the API", () => {
  assert.deepEqual(wrong({}), []);
  assert.deepEqual(makeRequest(FIELDS), {
    channel: "PJSIP/100",
    timeout: 30_000,
    exten: "200",
    context: "default",
    priority: 1,
  });
});

test("an application takes the place of the extension", () => {
  const fields = { ...FIELDS, target: "application", exten: "", application: "Playback", data: "hello", caller_id: "A <1>" };
  assert.deepEqual(findProblems(fields).size, 0);
  assert.deepEqual(makeRequest(fields), {
    channel: "PJSIP/100",
    timeout: 30_000,
    application: "Playback",
    data: "hello",
    caller_id: "A <1>",
  });
});

test("each field that cannot be right is named", () => {
  assert.deepEqual(wrong({ channel: "100" }), ["channel"]);
  assert.deepEqual(wrong({ exten: "", context: "", priority: "0" }), ["exten", "context", "priority"]);
  assert.deepEqual(wrong({ target: "application" }), ["application"]);
  for (const timeout of ["", "0", "601", "soon"]) {
    assert.deepEqual(wrong({ timeout }), ["timeout"]);
  }
  assert.deepEqual(wrong({ caller_id: "a\r\nAction: Logoff" }), ["caller_id"]);
});

test("variables need names of their own", () => {
  assert.deepEqual(wrong({ variables: [["", "x"]] }), ["variables"]);
  assert.deepEqual(wrong({ variables: [["A", "1"], ["A", "2"]] }), ["variables"]);
  assert.deepEqual(wrong({ variables: [["A", "1\n2"]] }), ["variables"]);
  assert.deepEqual(makeRequest({ ...FIELDS, variables: [["A", "1"], ["B", ""]] }).variables, { A: "1", B: "" });
});

test("a call is followed from accepted over ringing and answered to its end", () => {
  const watch = new CallWatch("1.1", 0);
  assert.equal(watch.look(undefined, 1000).label, "Accepted by the PBX");
  assert.equal(watch.look({ state: "Down" }, 2000).label, "Calling");
  assert.equal(watch.look({ state: "Ringing" }, 2000).label, "Ringing");
  assert.deepEqual(watch.look({ state: "Up" }, 3000), { tone: "good", label: "Answered", seconds: 0 });
  assert.equal(watch.look({ state: "Up" }, 8000).seconds, 5);
  assert.deepEqual(watch.look(undefined, 9000), { tone: "neutral", label: "Ended after", seconds: 6 });
  assert.equal(watch.look(undefined, 99_000).seconds, 6);
  assert.ok(watch.over);
});

test("a call that nobody answers ends without an answer", () => {
  const watch = new CallWatch("1.1", 0);
  watch.look({ state: "Ringing" }, 1000);
  assert.equal(watch.look(undefined, 2000).label, "Ended without an answer");
});

test("an accepted call whose channel never appears is told as failed", () => {
  const watch = new CallWatch("1.1", 0);
  assert.equal(watch.over, false);
  assert.equal(watch.look(undefined, 9000).tone, "bad");
  assert.ok(watch.over);
});

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
