/** What a person does, in words: the state, why, with whom, and for how long. Pure. */

import { clockText, partyText } from "../../format.js";
import { agentState } from "../../states.js";
import { t, tn } from "../../words.js";

/**
 * @typedef {object} AgentQueue
 * @property {string} queue
 * @property {string} interface
 * @property {number | null} penalty
 * @property {boolean | null} paused
 * @property {string | null} paused_reason
 * @property {string | null} paused_at
 * @property {boolean | null} in_call
 * @property {number | null} calls_taken
 * @property {string | null} last_call_at
 * @property {string | null} membership
 *
 * @typedef {object} Agent as the topic `agents` shows a person
 * @property {string} agent
 * @property {string | null} name
 * @property {string[]} interfaces
 * @property {string | null} state_interface
 * @property {string | null} device_state
 * @property {string} state
 * @property {string | null} since
 * @property {"all" | "some" | "none"} paused
 * @property {string | null} paused_reason
 * @property {string | null} paused_at
 * @property {AgentQueue[]} queues
 * @property {{number: string | null, name: string | null, unique_id: string, linked_id: string | null, since: string | null} | null} in_call_with
 * @property {number | null} calls_taken
 * @property {string | null} last_call_at
 * @property {string | null} wrapup_until
 *
 * @typedef {import("../../live/clock.js").PictureClock} PictureClock
 */

/** The states in the order in which a supervisor looks at them. */
export const STATES = Object.freeze(["ringing", "in_call", "ready", "wrapup", "after_call", "paused", "busy", "unavailable", "unknown"]);

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/**
 * What a person is called.
 *
 * @param {Agent} agent
 */
export function agentName({ agent, name }) {
  return name || agent;
}

/**
 * What stands beside the state: why, with whom, or what is not known. One that says nothing more is empty.
 *
 * @param {Agent} agent
 * @returns {string}
 */
export function agentDetail(agent) {
  const detail = DETAILS[agent.state]?.(agent) ?? "";
  return detail || somePauses(agent);
}

/** @type {Record<string, (agent: Agent) => string>} */
const DETAILS = {
  in_call: ({ in_call_with: other }) => (other ? partyText(other.name, other.number).name || t("Unknown caller") : t("In another call")),
  paused: ({ paused_reason: reason }) => reason || t("No reason given"),
  wrapup: () => t("Rests after a call"),
  after_call: () => t("May rest: how long the queue lets one rest is not known"),
  busy: () => t("The phone says it is in use, and no call of it is known"),
  unknown: () => t("Asterisk does not know the phone's state"),
};

/** @param {Agent} agent */
function somePauses({ paused, queues, paused_reason: reason }) {
  if (paused !== "some") {
    return "";
  }
  const count = queues.filter((place) => place.paused).length;
  const values = { all: queues.length, reason: reason ?? "" };
  return reason
    ? tn("Paused in %(count)s of %(all)s queues: %(reason)s", "Paused in %(count)s of %(all)s queues: %(reason)s", count, values)
    : tn("Paused in %(count)s of %(all)s queues", "Paused in %(count)s of %(all)s queues", count, values);
}

/**
 * How long a person does it, or how long a rest still lasts; a dash where it was so before anybody looked.
 *
 * @param {Agent} agent
 * @param {PictureClock} clock
 */
export function agentClock(agent, clock) {
  if (agent.state === "wrapup" && agent.wrapup_until) {
    return clockText(clock.secondsUntil(agent.wrapup_until));
  }
  return clockText(clock.secondsSince(agent.since));
}

/**
 * What the clock says, for a tooltip.
 *
 * @param {Agent} agent
 */
export function clockMeaning(agent) {
  if (agent.state === "wrapup" && agent.wrapup_until) {
    return t("How long the rest still lasts");
  }
  return agent.since ? t("How long it has been so") : t("It was so before amictl looked");
}

/**
 * How many people are in each state, in the order of `STATES`; those in which nobody is are left out.
 *
 * @param {Iterable<Agent>} agents
 * @returns {[string, number][]}
 */
export function countStates(agents) {
  const counts = new Map();
  for (const { state } of agents) {
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => rankOf(a) - rankOf(b));
}

/**
 * Compare people by their state, then by name.
 *
 * @param {Agent} a
 * @param {Agent} b
 */
export function byStateAndName(a, b) {
  return rankOf(a.state) - rankOf(b.state) || collator.compare(agentName(a), agentName(b));
}

/**
 * Where a state stands among all.
 *
 * @param {string} state
 */
export function rankOf(state) {
  const rank = STATES.indexOf(state);
  return rank < 0 ? STATES.length : rank;
}

/**
 * All that somebody may look for in a person, in lower case.
 *
 * @param {Agent} agent
 */
export function agentText(agent) {
  const { in_call_with: other } = agent;
  return [
    agent.agent, agent.name, ...agent.interfaces, ...agent.queues.map((place) => place.queue), agentState(agent.state).label,
    agentDetail(agent), other?.name, other?.number,
  ].filter(Boolean).join("\n").toLowerCase();
}
