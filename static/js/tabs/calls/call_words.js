/** What rows of calls say: with whom, where, since when. Pure: no page. */

import { channelName } from "../../actions/channel_target.js";
import { t } from "../../words.js";

/** @typedef {Record<string, any>} LiveCall a value of the topic `calls` */

/** How many of those who are rung are named. */
const MOST_RUNG = 3;

/** The states of calls in the order in which somebody may have to act. */
export const STATES = Object.freeze(["queued", "ringing", "held", "parked", "talking", "conference", "ivr"]);

/** The steps of the journey with which states begin that no clock tells of. */
const BEGINNINGS = new Map(Object.entries({
  parked: ["parked"],
  conference: ["conference_joined"],
  ringing: ["dialed", "member_rang", "transferred", "unparked", "started"],
}));

/**
 * Since when a call is in its state, as far as it tells.
 *
 * @param {LiveCall} call
 * @returns {string} ISO 8601
 */
export function stateSince(call) {
  const clock = { queued: call.wait_started_at, talking: call.talk_started_at, held: call.held_since }[String(call.state)];
  if (clock) {
    return clock;
  }
  const kinds = BEGINNINGS.get(call.state);
  const step = call.journey.findLast((/** @type {any} */ each) => !kinds || kinds.includes(each.kind));
  return step?.at ?? call.started_at;
}

/**
 * Who a call is with: the other party; of one that waits or rings, who is rung.
 *
 * @param {LiveCall} call
 * @returns {{name: string | null, number: string | null} | null}
 */
export function otherParty(call) {
  const rung = call.state === "queued" ? rungMembers(call) : [];
  const ringing = call.callee || rung.length ? rung : rungPhones(call);
  if (ringing.length) {
    const names = ringing.slice(0, MOST_RUNG).join(", ");
    const more = ringing.length - MOST_RUNG;
    return { name: more > 0 ? t("rings %(names)s and %(more)s more", { names, more }) : t("rings %(names)s", { names }), number: null };
  }
  if (!call.callee || call.state === "queued") {
    return null;
  }
  const { name, number, channel } = call.callee;
  return name || number ? { name, number } : { name: channelName({ caller_id_name: null, caller_id_num: null, channel }), number: null };
}

/**
 * The members of the queue that are rung now, as the journey tells.
 *
 * @param {LiveCall} call
 * @returns {string[]} their names
 */
function rungMembers(call) {
  /** @type {Map<string, string>} */
  const rung = new Map();
  for (const step of call.journey) {
    if (step.kind === "member_rang") {
      rung.set(step.member, step.name ?? step.member);
    } else if (step.kind === "ring_no_answer") {
      rung.delete(step.member);
    } else if (["queue_entered", "queue_left", "answered"].includes(step.kind)) {
      rung.clear();
    }
  }
  return [...rung.values()];
}

/**
 * The phones that ring, where several do.
 *
 * @param {LiveCall} call
 * @returns {string[]}
 */
function rungPhones(call) {
  return call.legs.filter((/** @type {any} */ leg) => leg.state !== "Up" && leg.unique_id !== call.caller?.unique_id).map(channelName);
}

/**
 * Who began a call, by name, number or phone.
 *
 * @param {LiveCall} call
 * @returns {{name: string | null, number: string | null} | null}
 */
export function callingParty({ caller }) {
  if (!caller || caller.name || caller.number) {
    return caller;
  }
  return { name: channelName({ caller_id_name: null, caller_id_num: null, channel: caller.channel }), number: null };
}

/**
 * Where a call is, in a few words; empty where it is nowhere but between its parties.
 *
 * @param {LiveCall} call
 * @returns {string}
 */
export function whereText(call) {
  if (call.conference) {
    return t("Conference %(room)s", { room: call.conference });
  }
  if (call.parking_lot) {
    const space = call.journey.findLast((/** @type {any} */ step) => step.kind === "parked")?.space;
    return space ? t("Parked at %(space)s", { space }) : t("Lot %(lot)s", { lot: call.parking_lot });
  }
  return call.queue ? t("Queue %(queue)s", { queue: call.queue }) : "";
}

/**
 * How many calls there are of each state, in the order of `STATES`, none left out.
 *
 * @param {Iterable<LiveCall>} calls
 * @returns {Map<string, number>}
 */
export function countStates(calls) {
  const counts = new Map(STATES.map((state) => [state, 0]));
  for (const { state } of calls) {
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return counts;
}

/**
 * All words of a call that a filter looks through: parties, places, phones and IDs.
 *
 * @param {LiveCall} call
 * @returns {string}
 */
export function searchedText(call) {
  const legs = call.legs.flatMap((/** @type {any} */ leg) => [leg.channel, leg.caller_id_name, leg.caller_id_num, leg.unique_id]);
  return [whereText(call), call.member, call.linked_id, ...legs].filter(Boolean).join("\n");
}
