/** What a call tells of now, which is right wherever the steps of its journey lack something. */

import { openBand } from "./parties.js";

/** @typedef {import("./lanes.js").BandKind} BandKind */
/** @typedef {import("./lanes.js").LiveCall} LiveCall */
/** @typedef {import("./parties.js").Parties} Parties */
/** @typedef {import("./parties.js").Person} Person */

/** What a call does now, as a band of its caller. */
const NOW = new Map(/** @type {[string, BandKind][]} */ ([
  ["ringing", "ring"], ["ivr", "ivr"], ["queued", "wait"], ["talking", "talk"], ["held", "hold"], ["parked", "park"],
  ["conference", "conference"],
]));

/**
 * Give lanes the names that legs have, and a lane to each leg of which no step told.
 *
 * @param {Parties} parties
 * @param {LiveCall} call
 */
export function nameLegs(parties, call) {
  for (const leg of call.legs) {
    const kind = leg.role === "caller" && !parties.caller() ? "caller" : "party";
    const hidden = parties.hidesPhones() || call.ended_at;
    const lane = parties.ofChannel(leg.channel) ?? (hidden ? null : parties.enter(leg.channel, kind));
    if (lane) {
      lane.name ??= leg.caller_id_name;
      lane.number ??= leg.caller_id_num;
      lane.channel = leg.channel;
    }
  }
}

/**
 * Believe a living call where steps tell another thing of its caller, nothing of a leg, or of one that is gone.
 *
 * @param {Parties} parties
 * @param {LiveCall} call
 * @param {Person | null} active who goes through the dialplan
 */
export function believe(parties, call, active) {
  const last = Date.parse(call.journey.at(-1)?.at ?? call.started_at);
  endGone(parties, call, last);
  fillQueue(parties, call, last);
  for (const lane of parties.all().filter((each) => each.alive && each.channels.size)) {
    if (lane.idleSince !== null) {
      parties.begin(lane, "ivr", lane.idleSince);
    }
    if (isMistaken(lane, call, active, last)) {
      const now = presentBand(call, openBand(lane)?.from ?? lane.bands.at(-1)?.to ?? 0);
      parties.begin(lane, now.kind, now.since ?? last, { place: now.place, sure: now.since !== null });
    }
  }
}

/**
 * Tell of the queue that somebody waits in, though nobody saw the joining.
 *
 * @param {Parties} parties
 * @param {LiveCall} call
 * @param {number} last when the last step was
 */
function fillQueue(parties, call, last) {
  const queue = call.state === "queued" && call.queue ? parties.queue(call.queue) : null;
  if (queue && !openBand(queue)) {
    const since = call.wait_started_at ? Date.parse(call.wait_started_at) : null;
    parties.begin(queue, "wait", since ?? last, { with: parties.caller(), place: call.queue, sure: since !== null });
    queue.alive = true;
  }
}

/**
 * End the lanes of phones that the call has no more, though no step told of it.
 *
 * @param {Parties} parties
 * @param {LiveCall} call
 * @param {number} last when the last step was
 */
function endGone(parties, call, last) {
  const legs = new Set(call.legs.map((/** @type {{channel: string}} */ leg) => leg.channel));
  for (const lane of parties.all()) {
    const told = [...lane.channels].filter((channel) => !channel.startsWith("Local/"));
    if (lane.alive && told.length && !told.some((channel) => legs.has(channel))) {
      parties.leave(lane, last, { code: "unknown" });
    }
  }
}

/**
 * Whether a lane tells nothing at all, or of the caller another thing than the call.
 *
 * @param {Person} lane
 * @param {LiveCall} call
 * @param {Person | null} active
 * @param {number} last when the last step was: the state may follow it in a moment
 */
function isMistaken(lane, call, active, last) {
  const band = openBand(lane);
  if (!band) {
    return lane.kind === "caller" || lane.bands.length === 0;
  }
  const told = lane.kind === "caller" && (active === null || lane === active) && band.from < last;
  return told && !belongs(band.kind, NOW.get(call.state) ?? "ivr");
}

/**
 * Whether a caller's band may be what the call's state says: a hold is a part of talking, and a call rings as long as
 * any of its channels does.
 *
 * @param {BandKind} kind
 * @param {BandKind} now
 */
function belongs(kind, now) {
  return [["talk", "hold"], ["ring", "ivr"], [kind]].some((alike) => alike.includes(kind) && alike.includes(now));
}

/**
 * Tell what a call does now, by its own words.
 *
 * @param {LiveCall} call
 * @param {number} after when what was told before ended
 * @returns {{kind: BandKind, since: number | null, place: string | null}}
 */
function presentBand(call, after) {
  const kind = NOW.get(call.state) ?? "ivr";
  const clock = { wait: call.wait_started_at, talk: call.talk_started_at, hold: call.held_since }[String(kind)];
  const since = clock && Date.parse(clock) >= after ? Date.parse(clock) : null;
  const queue = kind === "wait" ? call.queue : null;
  return { kind, since, place: call.conference ?? call.parking_lot ?? queue };
}
