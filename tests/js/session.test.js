import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Api, Problem } from "../../static/js/api.js";
import { Session, Standing } from "../../static/js/live/session.js";

/** An amictl that knows whose session the browser has, and what was written. */
class Server {
  constructor() {
    this.user = "bob";
    this.permissions = ["calls.control", "live.read"];
    this.mustChange = false;
    this.token = "t0";
    this.written = [];
    this.asked = [];
    this.down = false;
  }

  fetch = async (url, { method, headers, body }) => {
    this.asked.push(`${method} ${url}`);
    if (this.down) {
      throw new TypeError("network");
    }
    if (url !== "/login") {
      return this.#write(headers, body);
    }
    if (method === "POST") {
      if (body.get("csrf_token") !== this.token || body.get("password") !== "right") {
        return problem(401, { code: "not_authenticated", detail: "The username or the password is wrong." });
      }
      this.begin(body.get("username"));
    }
    return Response.json({ success: true, data: this.#facts() });
  };

  begin(user) {
    this.user = user;
    this.token = `${this.token}+`;
  }

  #facts() {
    return {
      user: this.user && { username: this.user, role: "Supervisor" },
      permissions: this.user ? this.permissions : [],
      must_change_password: this.mustChange,
      csrf_token: this.token,
    };
  }

  #write(headers, body) {
    if (!this.user) {
      return problem(401, { code: "not_authenticated", detail: "Log in, or send a bearer token." });
    }
    if (headers["X-CSRF-Token"] !== this.token) {
      return problem(403, { code: "permission_denied", detail: "The CSRF token is wrong." }, { "X-CSRF-Token": "refused" });
    }
    this.written.push([headers["Idempotency-Key"], body]);
    return Response.json({ success: true, data: { message: "Done" } });
  }
}

function problem(status, body, headers = {}) {
  return Response.json({ title: "No", status, ...body }, { status, headers });
}

let server;
let session;
let api;
let help;

beforeEach(() => {
  server = new Server();
  help = async () => false;
  const page = { username: "bob", permissions: ["live.read", "calls.control"], csrfToken: "t0" };
  session = new Session(page, (asking) => help(asking), server.fetch);
  api = new Api(session, "main", server.fetch, async () => {});
});

const signIn = (name) => async (asking) => (await asking.signIn(name, "right")) === Standing.OURS;

test("a write that met the end of the session is sent when the reader has signed in again, once and as it was", async () => {
  server.user = null;
  let refused = 0;
  help = async (asking) => {
    await assert.rejects(asking.signIn("bob", "wrong"), (told) => told instanceof Problem && told.status === 401);
    refused += 1;
    return signIn("bob")(asking);
  };
  assert.deepEqual(await api.write("queue/pause/", { reason: "Lunch" }, { key: "k1" }), { message: "Done" });
  assert.equal(refused, 1);
  assert.deepEqual(server.written, [["k1", '{"reason":"Lunch","pbx":"main"}']]);
});

test("whoever gives it up is told in words for people that nothing was sent", async () => {
  server.user = null;
  await assert.rejects(api.write("queue/pause/", {}), (told) => {
    assert.equal(told.status, 401);
    assert.equal(told.unknown, false);
    assert.match(told.message, /Nothing was sent/);
    assert.doesNotMatch(told.message, /bearer/);
    return true;
  });
  assert.deepEqual(server.written, []);
});

test("a session that was begun in another tab is taken over without a question", async () => {
  server.begin("bob");
  help = () => assert.fail("nobody needs to sign in");
  await api.write("hangup/", {});
  assert.equal(server.written.length, 1);
});

test("nothing of one user's page is sent in another one's name", async () => {
  server.begin("eve");
  let seen = "";
  help = async (asking) => {
    seen = asking.other;
    return false;
  };
  await assert.rejects(api.write("hangup/", {}), Problem);
  assert.equal(seen, "eve");
  assert.deepEqual(server.written, []);
  server.user = null;
  help = signIn("eve");
  await assert.rejects(api.write("hangup/", {}), Problem);
  assert.deepEqual(server.written, []);
});

test("other rights than the page was made for, and a password that must be changed, are not the same session", async () => {
  assert.equal(await session.look(), Standing.OURS);
  server.permissions = ["live.read"];
  assert.equal(await session.look(), Standing.OTHER);
  server.permissions = ["live.read", "calls.control"];
  server.mustChange = true;
  assert.equal(await session.look(), Standing.PASSWORD);
});

test("several that meet the end of the session ask the reader once, and listeners hear of the new one", async () => {
  server.user = null;
  let asked = 0;
  let heard = 0;
  session.listen(() => (heard += 1));
  help = async (asking) => {
    asked += 1;
    return signIn("bob")(asking);
  };
  await Promise.all([api.write("hangup/", { channel: "1" }), api.write("hangup/", { channel: "2" }), api.read("ping/")].map((sent) => sent.catch((told) => told)));
  assert.equal(asked, 1);
  assert.equal(heard, 1);
  assert.equal(server.written.filter(([, body]) => body).length, 2);
});

test("while amictl does not answer nobody is asked for a password", async () => {
  server.down = true;
  help = () => assert.fail("there is nobody to sign in to");
  assert.equal(await session.restore(), false);
});

test("a write that the browser sent twice waits for the answer of the one at work", async () => {
  let times = 0;
  const busy = async () => {
    times += 1;
    return times < 4
      ? problem(409, { code: "conflict", detail: "At work." }, { "Retry-After": "1" })
      : Response.json({ success: true, data: { message: "Done" } });
  };
  assert.deepEqual(await new Api(session, "main", busy, async () => {}).write("hangup/", {}), { message: "Done" });
  const never = async () => problem(409, { code: "conflict", detail: "At work." }, { "Retry-After": "1" });
  await assert.rejects(new Api(session, "main", never, async () => {}).write("hangup/", {}), (told) => told.unknown);
});

test("a conflict that will not pass is told at once", async () => {
  const conflict = async () => problem(409, { code: "conflict", detail: "It is there already." });
  await assert.rejects(new Api(session, "main", conflict).write("queue/add/", {}), /there already/);
});

for (const status of [502, 504]) {
  test(`a proxy's own page with ${status} leaves a write's outcome unknown, and one with 403 does not`, async () => {
    const page = (code) => async () => new Response("<h1>proxy</h1>", { status: code });
    await assert.rejects(new Api(session, "main", page(status)).write("hangup/", {}), (told) => told.unknown && told.status === status);
    await assert.rejects(new Api(session, "main", page(403)).write("hangup/", {}), (told) => !told.unknown);
  });
}
