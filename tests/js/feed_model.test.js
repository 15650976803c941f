import assert from "node:assert/strict";
import { test } from "node:test";

import { Feed } from "../../static/js/live/feed.js";
import { EventTopic, Phase, TableTopic } from "../../static/js/live/store.js";
import { FakeConnection } from "./fake_socket.js";

const RUNS = 400;
const STEPS = 150;
const KEYS = ["a", "b", "c", "constructor"];

/** Random numbers that a seed repeats (the generator mulberry32). */
function makeRandom(seed) {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

/** A server with one topic of values and one of events, which keeps a short log and loses what it likes. */
class ModelServer {
  constructor(random) {
    this.random = random;
    this.epochs = 0;
    this.begin();
  }

  /** A new AMI session: numbers begin anew. */
  begin() {
    this.epoch = `e${++this.epochs}`;
    this.seq = 0;
    this.values = new Map();
    this.log = [];
    this.published = 0;
  }

  change() {
    const key = KEYS[this.random(KEYS.length)];
    const gone = this.values.has(key) && this.random(3) === 0;
    this.seq += 1;
    if (gone) {
      this.values.delete(key);
    } else {
      this.values.set(key, { number: this.random(1000) });
    }
    this.log.push({ seq: this.seq, ...(gone ? { op: "del", key } : { op: "put", key, value: this.values.get(key) }) });
    this.log = this.log.slice(-8);
  }

  /** What was not published yet, as one batch; null when there is nothing. */
  batch(topic) {
    if (this.seq === this.published) {
      return null;
    }
    const items = this.log.filter((item) => item.seq > this.published);
    const prev = items[0].seq - 1;
    this.published = this.seq;
    const body = topic === "events" ? { events: items.map(asEvent) } : { changes: items };
    return { pbx: "main", topic, epoch: this.epoch, seq: this.seq, prev_seq: prev, ...body };
  }

  answer(topic, since) {
    const { epoch, seq } = this;
    const oldest = this.log.length ? this.log[0].seq - 1 : this.seq;
    if (since?.epoch === epoch && since.seq >= oldest && since.seq <= seq) {
      const items = this.log.filter((item) => item.seq > since.seq);
      return { epoch, seq, replay: topic === "events" ? items.map(asEvent) : items };
    }
    if (topic === "events") {
      return { epoch, seq, snapshot: Object.fromEntries(this.log.slice(-3).map((item) => [String(item.seq), asEvent(item)])) };
    }
    return { epoch, seq, snapshot: Object.fromEntries(this.values) };
  }
}

const asEvent = (item) => ({ type: "ami_event", event: "Newstate", seq: item.seq, data: { key: item.key } });

/** One browser and one server, between which everything that a network may do happens. */
class World {
  constructor(seed, topic, store) {
    this.random = makeRandom(seed);
    this.server = new ModelServer(this.random);
    this.topic = topic;
    this.store = store;
    this.timers = { waiting: [], setTimeout: (callback) => this.timers.waiting.push(callback) };
    this.socket = new FakeConnection();
    this.feed = new Feed(this.socket, this.timers);
    this.asked = [];
    this.answers = [];
    this.onTheWay = [];
    this.feed.open("main", topic, store);
    this.socket.happen("connect");
  }

  step() {
    const acts = [
      () => this.server.change(),
      () => this.server.change(),
      () => this.publish(),
      () => this.publish(),
      () => this.deliver(),
      () => this.deliver(),
      () => this.answer(),
      () => this.deliverAnswer(),
      () => this.lose(),
      () => this.runTimers(),
      () => this.random(6) || this.startSession(),
      () => this.random(6) || this.reconnect(),
    ];
    acts[this.random(acts.length)]();
  }

  collect() {
    this.asked.push(...this.socket.take().filter((sent) => sent.name === "subscribe"));
  }

  publish() {
    const batch = this.server.batch(this.topic);
    if (batch) {
      this.onTheWay.push(["batch", batch]);
    }
  }

  /** The server answers what was asked first; batches may overtake the answer on its way. */
  answer() {
    this.collect();
    const question = this.asked.shift();
    if (question) {
      const since = question.payload.since[this.topic];
      this.answers.push([question, { [this.topic]: this.server.answer(this.topic, since) }]);
    }
  }

  deliverAnswer() {
    const [question, answer] = this.answers.shift() ?? [];
    question?.acknowledge(null, answer);
  }

  deliver() {
    const [kind, batch] = this.onTheWay.shift() ?? [];
    if (kind === "batch") {
      this.socket.happen(batch.events ? "ami_events" : "changes", batch);
    } else if (kind === "reset") {
      this.socket.happen("reset", { pbx: "main", topic: this.topic });
    }
  }

  /** A batch that never arrives, as a slow client's do: the server says so later, or the numbers do. */
  lose() {
    const lost = this.onTheWay.findIndex(([kind]) => kind === "batch");
    if (lost >= 0) {
      this.onTheWay.splice(lost, 1);
      if (this.random(2)) {
        this.onTheWay.push(["reset"]);
      }
    }
  }

  runTimers() {
    for (const callback of this.timers.waiting.splice(0)) {
      callback();
    }
  }

  startSession() {
    this.server.begin();
    if (this.random(2)) {
      this.onTheWay.push(["reset"]);
    }
  }

  reconnect() {
    this.onTheWay = [];
    this.answers = [];
    this.collect();
    for (const question of this.asked.splice(0)) {
      question.acknowledge(new Error("timeout"));
    }
    this.socket.happen("disconnect", "transport close");
    this.socket.happen("connect");
  }

  /** Let everything arrive, and one change more: what was lost at the very end shows with the next batch. */
  settle() {
    this.server.change();
    this.publish();
    for (let round = 0; round < 50; round += 1) {
      this.collect();
      if (![this.asked, this.answers, this.onTheWay, this.timers.waiting].some((list) => list.length)) {
        return;
      }
      while (this.onTheWay.length) {
        this.deliver();
      }
      this.runTimers();
      this.answer();
      this.deliverAnswer();
    }
    assert.fail("the client never stops asking");
  }
}

test("whatever the network loses, delays or repeats, the copy ends equal to the server's values", () => {
  for (let seed = 1; seed <= RUNS; seed += 1) {
    const world = new World(seed, "channels", new TableTopic());
    for (let step = 0; step < STEPS; step += 1) {
      world.step();
    }
    world.settle();
    assert.equal(world.store.phase, Phase.LIVE, `seed ${seed}`);
    assert.deepEqual(Object.fromEntries(world.store.items), Object.fromEntries(world.server.values), `seed ${seed}`);
    assert.deepEqual(world.store.cursor, { epoch: world.server.epoch, seq: world.server.seq }, `seed ${seed}`);
  }
});

test("at each moment a live copy equals what the server had at that cursor", () => {
  for (let seed = 1; seed <= RUNS; seed += 1) {
    const world = new World(seed, "channels", new TableTopic());
    const truths = new Map();
    for (let step = 0; step < STEPS; step += 1) {
      truths.set(`${world.server.epoch}:${world.server.seq}`, Object.fromEntries(world.server.values));
      world.step();
      truths.set(`${world.server.epoch}:${world.server.seq}`, Object.fromEntries(world.server.values));
      const { phase, epoch, seq, items } = world.store;
      if (phase === Phase.LIVE) {
        assert.deepEqual(Object.fromEntries(items), truths.get(`${epoch}:${seq}`), `seed ${seed}, step ${step}`);
      }
    }
  }
});

test("events are shown once each and in order, and every hole between them is noted", () => {
  for (let seed = 1; seed <= RUNS; seed += 1) {
    const world = new World(seed, "events", new EventTopic(100_000));
    for (let step = 0; step < STEPS; step += 1) {
      world.step();
    }
    world.settle();
    let last = null;
    for (const { event, gap, key } of world.store.entries) {
      if (gap) {
        last = gap.newSession || last === null ? null : last + gap.missed;
        continue;
      }
      const epoch = key.split(":")[0];
      if (last !== null && epoch === world.lastEpoch) {
        assert.equal(event.seq, last + 1, `seed ${seed}: ${key}`);
      }
      world.lastEpoch = epoch;
      last = event.seq;
    }
    assert.equal(last, world.server.seq, `seed ${seed}`);
  }
});
