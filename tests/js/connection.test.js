import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Connection, FeedState, Way } from "../../static/js/live/connection.js";
import { FakeSocket, FakeTimers } from "./fake_socket.js";

let timers;
let sockets;
let world;
let connection;
let corrections;
let remembered;

const clock = () => ({
  local: () => timers.now,
  now: () => timers.now + 1_000_000,
  correct: (serverNow, sentAt) => corrections.push([serverNow, sentAt]),
});

beforeEach(() => {
  timers = new FakeTimers();
  sockets = [];
  corrections = [];
  remembered = false;
  world = { reached: false, works: false, reaches: 0, probes: 0 };
  connection = make();
});

function make() {
  return new Connection(clock(), {
    open: (way) => {
      sockets.push(Object.assign(new FakeSocket(), { way }));
      return sockets.at(-1);
    },
    reach: async () => {
      world.reaches += 1;
      return world.reached;
    },
    probe: async () => {
      world.probes += 1;
      return world.works;
    },
    memory: { get: () => remembered, set: (blocked) => (remembered = blocked) },
    random: () => 0.5,
    timers,
  });
}

const last = () => sockets.at(-1);
const ways = () => sockets.map(({ way }) => way);
const settle = async () => {
  for (let turn = 0; turn < 5; turn += 1) {
    await null;
  }
};

async function wait(milliseconds) {
  const until = timers.now + milliseconds;
  while (timers.runNext(until)) {
    await settle();
  }
  timers.now = until;
  await settle();
}

async function refuse() {
  last().happen("connect_error", new Error("websocket error"));
  await settle();
}

async function goOnline() {
  connection.connect();
  last().happen("connect");
  await settle();
}

test("a refused WebSocket is looked at twice, and then polling carries on at once", async () => {
  world.reached = true;
  connection.connect();
  await refuse();
  assert.deepEqual(ways(), [Way.WEBSOCKET, Way.WEBSOCKET]);
  await refuse();
  assert.deepEqual(ways(), [Way.WEBSOCKET, Way.WEBSOCKET, Way.POLLING]);
  last().happen("connect");
  assert.equal(connection.state, FeedState.ONLINE);
  assert.equal(connection.polls, true);
  assert.equal(timers.now, 0);
});

test("a WebSocket that opens and carries nothing is given up after seconds, for polling", async () => {
  world.reached = true;
  connection.connect();
  await wait(5_000);
  assert.deepEqual(ways(), [Way.WEBSOCKET, Way.POLLING]);
  last().happen("connect");
  assert.equal(connection.polls, true);
});

test("where amictl does not answer at all, nothing is blamed on WebSocket, and the first tries come soon", async () => {
  connection.connect();
  const at = [];
  for (let round = 0; round < 12; round += 1) {
    const count = sockets.length;
    await refuse();
    while (sockets.length === count) {
      await wait(10);
    }
    at.push(timers.now);
  }
  assert.ok(ways().every((way) => way === Way.WEBSOCKET));
  assert.ok(at.filter((moment) => moment <= 2_000).length >= 4, at.join());
  const pauses = at.slice(1).map((moment, index) => moment - at[index]);
  assert.ok(Math.max(...pauses) <= 5_000, pauses.join());
});

test("while it polls, WebSocket is tried now and then, and taken when it works", async () => {
  remembered = true;
  connection = make();
  connection.connect();
  assert.deepEqual(ways(), [Way.POLLING]);
  last().happen("connect");
  await wait(60_000);
  assert.ok(world.probes >= 3);
  assert.equal(connection.polls, true);
  world.works = true;
  while (sockets.length === 1) {
    await wait(1_000);
  }
  assert.deepEqual(ways(), [Way.POLLING, Way.WEBSOCKET]);
  last().happen("connect");
  assert.equal(connection.polls, false);
  assert.equal(remembered, false);
});

test("on another network WebSocket is tried soon again", async () => {
  remembered = true;
  connection = make();
  connection.connect();
  last().happen("connect");
  await wait(400_000);
  world.works = true;
  connection.wake();
  await wait(3_000);
  assert.equal(sockets.at(-1).way, Way.WEBSOCKET);
});

test("a page that polled and loses all tries both ways in turn until one works", async () => {
  remembered = true;
  connection = make();
  connection.connect();
  last().happen("connect");
  last().happen("disconnect", "transport error");
  assert.equal(connection.state, FeedState.LOST);
  await wait(200);
  await refuse();
  await wait(1_000);
  assert.deepEqual(ways(), [Way.POLLING, Way.POLLING, Way.WEBSOCKET]);
});

test("what a socket says that was given up is not heard", async () => {
  const heard = [];
  connection.on("changes", (batch) => heard.push(batch));
  connection.connect();
  const first = last();
  first.happen("connect");
  first.happen("disconnect", "transport close");
  await wait(200);
  assert.equal(sockets.length, 2);
  first.happen("changes", 1);
  first.happen("connect");
  assert.equal(connection.state, FeedState.LOST);
  last().happen("connect");
  last().happen("changes", 2);
  assert.deepEqual(heard, [2]);
});

test("when the network is back it connects at once, however long the pause was to be", async () => {
  await goOnline();
  last().happen("disconnect", "ping timeout");
  for (let round = 0; round < 10; round += 1) {
    await wait(5_000);
    await refuse();
  }
  await wait(1_000);
  const count = sockets.length;
  connection.wake();
  assert.equal(sockets.length, count + 1);
  connection.wake();
  assert.equal(sockets.length, count + 1, "one attempt is enough");
  last().happen("connect");
  assert.equal(connection.state, FeedState.ONLINE);
});

test("after a sleep a connection that answers stays, and one that does not is made anew in two seconds", async () => {
  await goOnline();
  last().take();
  connection.wake();
  const [{ name, acknowledge }] = last().take();
  assert.equal(name, "time");
  acknowledge(null, { _server: { now: "1970-01-01T00:01:00.000Z", release: "r1" } });
  await wait(10_000);
  assert.equal(sockets.length, 1);
  connection.wake();
  last().take()[0].acknowledge(new Error("timeout"));
  assert.equal(connection.state, FeedState.LOST);
  assert.equal(sockets.length, 2);
});

test("a slow answer costs no connection on which something else was heard", async () => {
  await goOnline();
  connection.on("changes", () => {});
  last().take();
  connection.wake();
  await wait(100);
  connection.ask("subscribe", {}, 10_000, () => {});
  const [time, subscribe] = last().take();
  subscribe.acknowledge(null, {});
  time.acknowledge(new Error("timeout"));
  assert.equal(sockets.length, 1);
});

test("every answer corrects the clock by when it was asked", async () => {
  await goOnline();
  await wait(250);
  connection.ask("subscribe", {}, 10_000, () => {});
  const sent = timers.now;
  await wait(40);
  last().take().at(-1).acknowledge(null, { _server: { now: "1970-01-01T00:01:00.000Z", release: "r1" } });
  assert.deepEqual(corrections, [["1970-01-01T00:01:00.000Z", sent]]);
});

test("the time is asked now and then, and sooner where silence was followed by a cut", async () => {
  await goOnline();
  last().take();
  await wait(95_000);
  assert.deepEqual(last().take().map(({ name }) => name), ["time", "time", "time"]);
  connection.ask("subscribe", {}, 10_000, () => {});
  last().take().at(-1).acknowledge(null, {});
  await wait(6_000);
  last().happen("disconnect", "transport close");
  await wait(200);
  last().happen("connect");
  last().take();
  await wait(10_000);
  assert.equal(last().take().length, 3);
});

test("another release of the pages is told, once", async () => {
  await goOnline();
  const told = [];
  connection.listen(() => told.push(connection.release));
  const answer = (release) => {
    connection.ask("time", {}, 1_000, () => {});
    last().take().at(-1).acknowledge(null, { _server: { now: "1970-01-01T00:01:00.000Z", release } });
  };
  ["r1", "r1", "r2"].forEach(answer);
  assert.deepEqual(told, ["r1", "r2"]);
});

for (const code of ["not_authenticated", "password_change_required"]) {
  test(`a session that ended by ${code} is told as refused, and nothing is tried until somebody signs in`, async () => {
    await goOnline();
    last().happen("disconnect", "io server disconnect");
    await wait(500);
    last().happen("connect_error", new Error(code));
    assert.equal(connection.state, FeedState.REFUSED);
    connection.wake();
    await wait(100_000);
    assert.equal(sockets.length, 2);
    connection.retry();
    last().happen("connect");
    assert.equal(connection.state, FeedState.ONLINE);
  });
}

test("listeners hear each change of state once, and every new connection greets", async () => {
  const heard = [];
  let greeted = 0;
  connection.onConnect(() => (greeted += 1));
  connection.listen((state) => heard.push(state));
  await goOnline();
  last().happen("disconnect", "transport close");
  await wait(150);
  await refuse();
  await wait(1_000);
  last().happen("connect");
  assert.deepEqual(heard, [FeedState.ONLINE, FeedState.LOST, FeedState.ONLINE]);
  assert.equal(greeted, 2);
});

test("when it was lost is known by the server's clock", async () => {
  await goOnline();
  await wait(100);
  last().happen("disconnect", "transport close");
  assert.equal(connection.lostAt, 1_000_100);
});
