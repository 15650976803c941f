/** What can be done to a person who answers calls, in all of the person's queues at once. */

import { Problem } from "../api.js";
import { t } from "../words.js";
import { addMember, agentTarget, pauseMember, removeMember, unpauseMember } from "./member_actions.js";
import { OWN_PHONE, ownPhone, ownPhoneField } from "./own_phone.js";
import { listen } from "./supervision_actions.js";

/**
 * @typedef {import("../components/action_spec.js").ActionSpec} ActionSpec
 * @typedef {import("../shell/context.js").Context} Context
 * @typedef {import("./member_actions.js").MemberTarget} MemberTarget
 *
 * @typedef {object} PersonParts
 * @property {string} agent the key
 * @property {string} state an AgentState
 * @property {string | null} stateInterface the device whose state counts
 * @property {readonly string[]} phones what the queues dial
 * @property {{number: string | null, name: string | null, unique_id: string, linked_id: string | null} | null} caller of a queue's call
 *
 * @typedef {MemberTarget & PersonParts} PersonTarget
 */

const RING_SECONDS = 30;
/** States in which there is a call to listen to, or to end. */
const CALLED = Object.freeze({ talking: new Set(["in_call"]), any: new Set(["in_call", "ringing"]) });
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/**
 * A person as the target of actions.
 *
 * @param {any} agent as the topic `agents` shows it
 * @returns {PersonTarget}
 */
export function personTarget(agent) {
  const called = agent.queues.find((/** @type {any} */ place) => place.in_call)?.interface;
  const target = agentTarget(agent);
  return {
    ...target,
    interface: called ?? target.interface,
    agent: agent.agent,
    state: agent.state,
    stateInterface: agent.state_interface,
    phones: agent.interfaces,
    caller: agent.in_call_with,
  };
}

const ofPeople = Object.freeze({
  name: (/** @type {PersonTarget} */ target) => target.name,
  identity: (/** @type {PersonTarget} */ target) => `agent:${target.agent}`,
  look: (/** @type {PersonTarget} */ target, /** @type {Context} */ context) => context.href("agents", target.agent),
});

export const pauseEverywhere = Object.freeze(/** @type {ActionSpec} */ ({
  ...pauseMember, ...ofPeople, id: "pause-everywhere", label: () => t("Pause everywhere …"),
}));

export const unpauseEverywhere = Object.freeze(/** @type {ActionSpec} */ ({
  ...unpauseMember, ...ofPeople, id: "unpause-everywhere", label: () => t("Unpause everywhere"),
}));

/** How an action on places is told of one queue, once it was chosen. */
const inQueue = Object.freeze({
  name: (/** @type {PersonTarget} */ target) => (target.queue === null ? target.name : t("%(name)s: %(queue)s", { name: target.name, queue: target.queue })),
  identity: (/** @type {PersonTarget} */ target) => `agent:${target.agent}:${target.queue ?? ""}`,
  spread: (/** @type {PersonTarget} */ target, /** @type {any} */ { queues }) => queues.map((/** @type {string} */ queue) => ({ ...target, queue })),
});

export const addToQueues = Object.freeze(/** @type {ActionSpec} */ ({
  ...ofPeople,
  ...inQueue,
  id: "add-to-queues",
  label: () => t("Add to queues …"),
  icon: "user-plus",
  key: "a",
  permission: "queues.manage",
  needs: addMember.needs,
  fields: (target, context, { bulk } = { bulk: false }) => [
    queuesField(bulk ? allQueues(context) : allQueues(context).filter((queue) => !target.places.some((/** @type {any} */ place) => place.queue === queue))),
    { name: "penalty", label: t("Penalty"), kind: "number", value: 0, min: 0, size: "small", help: t("Members with a higher penalty are called later.") },
    { name: "paused", label: t("Begins paused"), kind: "switch", value: false },
  ],
  act: (target, { queues, penalty, paused }, context) =>
    inTurn(target.queue === null ? queues : [target.queue], (queue) =>
      context.api.write("queue/add/", {
        queue,
        interface: target.interface,
        member_name: target.name === target.interface ? null : target.name,
        penalty: penalty ?? 0,
        paused: Boolean(paused),
        ...(target.stateInterface && target.stateInterface !== target.interface ? { state_interface: target.stateInterface } : {}),
      })),
  done: (target, _result, { queues }) => t("Added %(name)s to %(queues)s", { name: target.name, queues: target.queue ?? queues.join(", ") }),
}));

export const removeFromQueues = Object.freeze(/** @type {ActionSpec} */ ({
  ...ofPeople,
  ...inQueue,
  id: "remove-from-queues",
  label: () => t("Remove from queues …"),
  icon: "user-minus",
  tone: "danger",
  permission: "queues.manage",
  needs: removeMember.needs,
  unless: (target) => {
    if (!target.places.length) {
      return t("%(name)s is a member no more.", { name: target.name });
    }
    return removable(target).length ? null : t("%(name)s stands in the PBX's configuration: pause instead.", { name: target.name });
  },
  fields: (target, context, { bulk } = { bulk: false }) => [queuesField(bulk ? allQueues(context) : removable(target).map(({ queue }) => queue))],
  act: (target, { queues }, context) => {
    const meant = target.queue === null ? queues : [target.queue];
    const places = removable(target).filter(({ queue }) => meant.includes(queue));
    return inTurn(places, ({ queue, interface: phone }) => context.api.write("queue/remove/", { queue, interface: phone }));
  },
  done: (target, _result, { queues }) => t("Removed %(name)s from %(queues)s", { name: target.name, queues: target.queue ?? queues.join(", ") }),
}));

export const callPerson = Object.freeze(/** @type {ActionSpec} */ ({
  ...ofPeople,
  id: "call-person",
  label: () => t("Call …"),
  icon: "phone-call",
  key: "c",
  permission: "calls.originate",
  needs: ["Originate"],
  unless: (target, context) => {
    if (target.phones.includes(ownPhone(context))) {
      return t("This is your own phone.");
    }
    return target.state === "unavailable" ? t("The phone of %(name)s cannot be reached.", { name: target.name }) : null;
  },
  fields: (_target, context) => [ownPhoneField(context, { name: "channel", help: t("It rings first; when you answer, the other one is called. This browser remembers it.") })],
  act: async (target, { channel }, context) => {
    const phone = channel.trim();
    const result = await context.api.write("originate/", { channel: phone, application: "Dial", data: `${target.interface},${RING_SECONDS}` });
    context.preferences.set(OWN_PHONE, phone);
    return result;
  },
  done: (target, _result, { channel }) => t("%(phone)s rings; then %(name)s is called", { phone: channel, name: target.name }),
}));

export const listenToPerson = Object.freeze(/** @type {ActionSpec} */ ({
  ...listen,
  ...ofPeople,
  id: "listen-to-person",
  unless: (target) => (CALLED.talking.has(target.state) ? null : t("%(name)s talks with nobody now.", { name: target.name })),
  // Of a person's phone, the server finds the channel that talks.
  act: (target, values, context) => /** @type {NonNullable<ActionSpec["act"]>} */ (listen.act)({ ...target, unique_id: target.interface }, values, context),
}));

export const endCall = Object.freeze(/** @type {ActionSpec} */ ({
  ...ofPeople,
  id: "end-call",
  label: () => t("Hang up the call"),
  icon: "phone-off",
  tone: "danger",
  key: "h",
  permission: "calls.control",
  needs: ["Hangup"],
  unless: (target) => (CALLED.any.has(target.state) ? null : t("%(name)s is in no call.", { name: target.name })),
  confirm: (target) => {
    const other = target.caller?.name || target.caller?.number;
    return {
      title: t("Hang up the call of %(name)s?", { name: target.name }),
      text: other ? t("The talk with %(other)s ends at once.", { other }) : t("Whatever call the phone is in ends at once."),
      button: t("Hang up"),
    };
  },
  act: async (target, _values, context) =>
    context.api.write("hangup/", { channel: target.caller?.unique_id ?? (await findChannel(target, context)) }),
  done: (target) => t("Hung up the call of %(name)s", { name: target.name }),
}));

/** All that can be done to a person, in the order of a menu. */
export const PERSON_ACTIONS = Object.freeze([
  pauseEverywhere, unpauseEverywhere, callPerson, listenToPerson, addToQueues, removeFromQueues, endCall,
]);

/** What can be done to several people at once. */
export const PEOPLE_ACTIONS = Object.freeze([pauseEverywhere, unpauseEverywhere, addToQueues, removeFromQueues]);

/**
 * The channel of a person's phone; of a call that no queue gave, only the PBX's channels tell it.
 *
 * @param {PersonTarget} target
 * @param {Context} context
 * @returns {Promise<string>} its unique ID
 * @throws {Problem} the phone has none
 */
async function findChannel(target, context) {
  const { channels } = await context.api.read("channels/");
  const phones = new Set([...target.phones, target.stateInterface]);
  const found = channels.find((/** @type {any} */ { channel }) => phones.has(channel.slice(0, channel.lastIndexOf("-"))));
  if (!found) {
    throw new Problem({ title: t("No call"), detail: t("The phone of %(name)s has no channel any more.", { name: target.name }), code: "not_found" });
  }
  return found.unique_id;
}

/**
 * @param {string[]} queues
 * @returns {import("../components/action_spec.js").FieldSpec}
 */
function queuesField(queues) {
  return {
    name: "queues", label: t("Queues"), kind: "several", required: true, options: queues.map((queue) => ({ value: queue, label: queue })),
    help: queues.length ? undefined : t("There is no such queue."),
  };
}

/** @param {PersonTarget} target */
function removable(target) {
  return target.places.filter((place) => place.membership !== "static");
}

/**
 * @param {Context} context
 * @returns {string[]}
 */
function allQueues(context) {
  const lease = context.lease("queues");
  lease.release();
  return [.../** @type {import("../live/store.js").TableTopic} */ (lease.topic).items.keys()].sort(collator.compare);
}

/**
 * @template One
 * @param {readonly One[]} all
 * @param {(one: One) => Promise<any>} send
 * @returns {Promise<any>} the last answer
 */
async function inTurn(all, send) {
  let answer = {};
  for (const one of all) {
    answer = await send(one);
  }
  return answer;
}
