/**
 * What the members of a queue do, in groups that people read from the top: pure, no page.
 *
 * A device that is "In use" tells nobody where. It talks here when the queue itself says so, elsewhere when another
 * queue or the person's own state (topic `agents`) knows a call of it, and otherwise it is busy without a call.
 */

import { agentState } from "../../states.js";
import { t } from "../../words.js";

/**
 * @typedef {"talking" | "ringing" | "wrapup" | "ready" | "elsewhere" | "busy" | "paused" | "unavailable" | "unknown"} ActivityKind
 * @typedef {{number: string | null, name: string | null, unique_id: string, linked_id: string | null, since: string | null}} MemberCall
 * @typedef {object} Member a member as the topic `queues` shows it (docs/fields.md, QueueMember)
 * @property {string} interface
 * @property {string | null} name
 * @property {string | null} state_interface
 * @property {string | null} membership
 * @property {number | null} penalty
 * @property {string | null} status
 * @property {boolean | null} in_call
 * @property {boolean | null} paused
 * @property {string | null} paused_reason
 * @property {string | null} paused_at
 * @property {number | null} calls_taken
 * @property {string | null} last_call_at
 * @property {boolean | null} ring_in_use
 * @property {string | null} status_since
 * @property {MemberCall | null} in_call_with
 * @property {string | null} wrapup_until
 * @property {string | null} after_call_until
 *
 * @typedef {object} Activity what one member does
 * @property {ActivityKind} kind
 * @property {string | null} since when it began, ISO 8601
 * @property {string | null} until when it ends, of a rest
 * @property {MemberCall | null} call whom the member talks to
 * @property {string | null} queue the other queue whose call it is
 * @property {boolean} maybe of a rest of which nobody knows the end
 *
 * @typedef {{now: () => number, secondsSince: (moment: string | null | undefined) => number | null, secondsUntil: (moment: string | null | undefined) => number | null}} Clock
 */

/**
 * Who is on the phone, by the device whose state counts, in which queue.
 *
 * @typedef {Map<string, {queue: string, call: MemberCall | null}[]>} CallsByDevice
 */

/**
 * The groups in the order of the page: first who serves callers of this queue, then who could, then who cannot. Each
 * looks as the state of a person that it agrees with.
 */
const GROUPS = Object.freeze(
  /** @type {const} */ ([
    { kind: "talking", state: "in_call", label: () => t("In call here"), short: () => t("in call") },
    { kind: "ringing", state: "ringing", short: () => t("ringing") },
    { kind: "ready", state: "ready", short: () => t("ready") },
    { kind: "wrapup", state: "wrapup", short: () => t("in wrap-up") },
    { kind: "elsewhere", state: "in_call", label: () => t("In call elsewhere"), short: () => t("elsewhere") },
    { kind: "busy", state: "busy", label: () => t("Busy without a call"), short: () => t("busy") },
    { kind: "paused", state: "paused", short: () => t("paused") },
    { kind: "unavailable", state: "unavailable", short: () => t("not reachable") },
    { kind: "unknown", state: "unknown", short: () => t("unknown") },
  ]),
);

/** What members may do, in the order of the page. */
export const KINDS = Object.freeze(GROUPS.map(({ kind }) => kind));

/**
 * How a group looks.
 *
 * @param {ActivityKind} kind
 * @returns {{label: string, short: string, tone: string, icon: string}} `short` stands behind a number
 */
export function groupLook(kind) {
  let look = looks.get(kind);
  if (!look) {
    const group = GROUPS.find((one) => one.kind === kind) ?? GROUPS[GROUPS.length - 1];
    const state = agentState(group.state);
    look = Object.freeze({ ...state, label: "label" in group ? group.label() : state.label, short: group.short() });
    looks.set(kind, look);
  }
  return look;
}

/** @type {Map<ActivityKind, {label: string, short: string, tone: string, icon: string}>} */
const looks = new Map();

/** Asterisk's device states that say that a device has a call (devicestate.h), by the words of the payloads. */
const OCCUPIED = new Set(["in use", "busy", "on hold", "ring+in use"]);
const GONE = new Set(["unavailable", "invalid"]);

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/**
 * The device by which a member of several queues is known as the same.
 *
 * @param {{interface: string, state_interface: string | null}} member
 */
export function deviceOf(member) {
  return member.state_interface || member.interface;
}

/**
 * Find who is in a call of which queue.
 *
 * @param {Iterable<{queue: string, members: Member[]}>} queues
 * @returns {CallsByDevice}
 */
export function callsByDevice(queues) {
  /** @type {CallsByDevice} */
  const calls = new Map();
  for (const queue of queues) {
    for (const [device, call] of callsOf(queue)) {
      const known = calls.get(device);
      if (known) {
        known.push(call);
      } else {
        calls.set(device, [call]);
      }
    }
  }
  return calls;
}

/**
 * The calls of one queue; found once for each value, since few of many queues change between two looks.
 *
 * @param {{queue: string, members: Member[]}} value
 * @returns {[string, {queue: string, call: MemberCall | null}][]}
 */
function callsOf(value) {
  let found = foundCalls.get(value);
  if (!found) {
    const { queue, members } = value;
    found = members
      .filter((member) => member.in_call || member.in_call_with)
      .map((member) => [deviceOf(member), { queue, call: member.in_call_with ?? null }]);
    foundCalls.set(value, found);
  }
  return found;
}

/** @type {WeakMap<object, [string, {queue: string, call: MemberCall | null}][]>} */
const foundCalls = new WeakMap();

/**
 * The people of one queue by what it dials: their state covers calls of no queue, too.
 *
 * @param {Iterable<{state: string, since: string | null, queues: {queue: string, interface: string}[]}>} agents
 * @param {string} queue
 * @returns {Map<string, {state: string, since: string | null}>}
 */
export function agentsByInterface(agents, queue) {
  const found = new Map();
  for (const agent of agents) {
    for (const place of agent.queues) {
      if (place.queue === queue) {
        found.set(place.interface, agent);
      }
    }
  }
  return found;
}

/**
 * Tell what a member does; where more is true, what callers feel most comes first, as for agents.
 *
 * @param {string} queue
 * @param {Member} member
 * @param {Clock} clock
 * @param {{calls?: CallsByDevice, agent?: {state: string, since: string | null} | null}} around what is known of the
 *   member outside of this queue; without an agent, "in use" counts as a call of whoever is not paused
 * @returns {Activity}
 */
export function activityOf(queue, member, clock, { calls = new Map(), agent = null } = {}) {
  const told = tell(queue, member, clock, calls, agent);
  const agrees = agent && GROUPS.find((group) => group.kind === told.kind)?.state === agent.state;
  return { ...NOTHING, ...told, since: told.since ?? (agrees ? agent.since : null) };
}

/** @type {Activity} */
const NOTHING = Object.freeze({ kind: "unknown", since: null, until: null, call: null, queue: null, maybe: false });

/**
 * @param {string} queue
 * @param {Member} member
 * @param {Clock} clock
 * @param {CallsByDevice} calls
 * @param {{state: string, since: string | null} | null} agent
 * @returns {Partial<Activity> & {kind: ActivityKind}}
 */
function tell(queue, member, clock, calls, agent) {
  if (member.in_call || member.in_call_with) {
    return { kind: "talking", since: member.in_call_with?.since ?? member.status_since, call: member.in_call_with };
  }
  if (member.status === "ringing") {
    return { kind: "ringing", since: member.status_since };
  }
  const elsewhere = tellElsewhere(queue, member, calls, agent);
  if (elsewhere) {
    return elsewhere;
  }
  return member.paused ? { kind: "paused", since: member.paused_at } : tellDevice(member, clock);
}

/**
 * @param {string} queue
 * @param {Member} member
 * @param {CallsByDevice} calls
 * @param {{state: string} | null} agent
 * @returns {Partial<Activity> & {kind: ActivityKind} | null} nothing where no call outside of this queue is known
 */
function tellElsewhere(queue, member, calls, agent) {
  const other = calls.get(deviceOf(member))?.find((call) => call.queue !== queue);
  if (other) {
    return { kind: "elsewhere", since: other.call?.since ?? member.status_since, call: other.call, queue: other.queue };
  }
  const talks = agent ? agent.state !== "busy" && agent.state !== "paused" : !member.paused;
  return talks && OCCUPIED.has(member.status ?? "") ? { kind: "elsewhere", since: member.status_since } : null;
}

/**
 * @param {Member} member
 * @param {Clock} clock
 * @returns {Partial<Activity> & {kind: ActivityKind}}
 */
function tellDevice(member, clock) {
  const status = member.status ?? "unknown";
  if (OCCUPIED.has(status)) {
    return { kind: "busy", since: member.status_since };
  }
  if (GONE.has(status)) {
    return { kind: "unavailable", since: member.status_since };
  }
  return status === "not in use" ? tellFree(member, clock) : { kind: "unknown" };
}

/**
 * @param {Member} member
 * @param {Clock} clock
 * @returns {Partial<Activity> & {kind: ActivityKind}}
 */
function tellFree(member, clock) {
  if ((clock.secondsUntil(member.wrapup_until) ?? 0) > 0) {
    return { kind: "wrapup", since: member.last_call_at, until: member.wrapup_until };
  }
  const maybe = (clock.secondsUntil(member.after_call_until) ?? 0) > 0;
  return { kind: "ready", since: latest(member.status_since, member.wrapup_until), maybe };
}

/**
 * @param {(string | null)[]} moments
 * @returns {string | null} nothing unless the first is known: the others only move it on
 */
function latest(...moments) {
  const known = moments.filter((moment) => moment !== null && moment !== undefined);
  return moments[0] ? known.reduce((a, b) => (Date.parse(/** @type {string} */ (a)) > Date.parse(/** @type {string} */ (b)) ? a : b)) : null;
}

/**
 * Put the members of a queue into groups by what they do.
 *
 * @param {{queue: string, members: Member[]}} queue
 * @param {Clock} clock
 * @param {{calls?: CallsByDevice, agents?: Map<string, {state: string, since: string | null}>}} around
 * @returns {{kind: ActivityKind, members: {member: Member, activity: Activity}[]}[]} groups that have members, in the
 *   order of `KINDS`; in each, who does it for the longest time comes first, who knows since when nobody, last
 */
export function groupMembers({ queue, members }, clock, { calls, agents } = {}) {
  const groups = new Map(KINDS.map((kind) => [/** @type {ActivityKind} */ (kind), /** @type {{member: Member, activity: Activity}[]} */ ([])]));
  for (const member of members) {
    const activity = activityOf(queue, member, clock, { calls, agent: agents?.get(member.interface) ?? null });
    groups.get(activity.kind)?.push({ member, activity });
  }
  return [...groups]
    .filter(([, found]) => found.length > 0)
    .map(([kind, found]) => ({ kind, members: found.sort(inOrder) }));
}

/**
 * Count the members of a queue by what they do.
 *
 * @param {{queue: string, members: Member[]}} queue
 * @param {Clock} clock
 * @param {CallsByDevice} calls
 * @returns {Record<ActivityKind, number>}
 */
export function countMembers({ queue, members }, clock, calls) {
  const counts = /** @type {Record<ActivityKind, number>} */ (Object.fromEntries(KINDS.map((kind) => [kind, 0])));
  for (const member of members) {
    counts[tell(queue, member, clock, calls, null).kind] += 1;
  }
  return counts;
}

/**
 * @param {{member: Member, activity: Activity}} a
 * @param {{member: Member, activity: Activity}} b
 */
function inOrder(a, b) {
  const since = (/** @type {string | null} */ moment) => (moment ? Date.parse(moment) : Infinity);
  const first = since(a.activity.since);
  const second = since(b.activity.since);
  return (first === second ? 0 : first - second) || collator.compare(nameOf(a.member), nameOf(b.member));
}

/**
 * What a member is called.
 *
 * @param {{name: string | null, interface: string}} member
 */
export function nameOf(member) {
  return member.name || member.interface;
}
