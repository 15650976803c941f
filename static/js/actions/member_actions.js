/** What can be done to a member of queues: in one queue, or wherever the person is a member. */

import { fromTopic, phones } from "../components/suggestions.js";
import { t } from "../words.js";

/**
 * @typedef {object} Place where somebody is a member
 * @property {string} queue
 * @property {string} interface what the queue dials
 * @property {boolean | null} [paused]
 * @property {number | null} [penalty]
 * @property {string | null} [membership] static, dynamic or realtime
 * @property {boolean | null} [ring_in_use]
 *
 * @typedef {object} MemberTarget
 * @property {string} name what the person is called
 * @property {string | null} queue the queue that is looked at; null for all of the person's
 * @property {string} interface what that queue dials, or the first of the person's
 * @property {Place[]} places all of the person's, sorted by queue
 *
 * @typedef {import("../components/action_spec.js").ActionSpec} ActionSpec
 * @typedef {import("../components/action_spec.js").FieldSpec} FieldSpec
 * @typedef {Record<string, any>} Values
 */

/** In forms: the queue that is looked at, or all of the person's. */
const HERE = "here";
const EVERYWHERE = "everywhere";

/** How fields are asked for a single target. */
const ONE = Object.freeze({ bulk: false });

const MOST_REASONS = 8;
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/**
 * A member of a queue as the target of an action.
 *
 * @param {string} queue
 * @param {Omit<Place, "queue"> & {name: string | null}} member as the topic `queues` shows it
 * @param {Iterable<{queue: string, members: (Omit<Place, "queue"> & {name: string | null})[]}>} queues all of them
 * @returns {MemberTarget}
 */
export function memberTarget(queue, member, queues) {
  const places = [...queues].flatMap((other) =>
    other.members.filter((one) => one.interface === member.interface).map((one) => ({ ...one, queue: other.queue })),
  );
  return { name: member.name || member.interface, queue, interface: member.interface, places: places.sort(byQueue) };
}

/**
 * A person as the target of an action: it goes to all of the person's queues.
 *
 * @param {{agent: string, name: string | null, interfaces: string[], queues: Place[]}} agent as the topic `agents` shows it
 * @returns {MemberTarget}
 */
export function agentTarget({ agent, name, interfaces, queues }) {
  return { name: name || agent, queue: null, interface: interfaces[0] ?? agent, places: [...queues].sort(byQueue) };
}

/**
 * The reasons of pauses that are in use on the PBX, most used first, then those that call centres commonly use.
 *
 * @param {Iterable<{members: {paused: boolean | null, paused_reason: string | null}[]}>} queues
 * @returns {string[]}
 */
export function pauseReasons(queues) {
  const counts = new Map();
  for (const { members } of queues) {
    for (const { paused, paused_reason: reason } of members) {
      if (paused && reason) {
        counts.set(reason, (counts.get(reason) ?? 0) + 1);
      }
    }
  }
  const used = [...counts].sort(([a, m], [b, n]) => n - m || collator.compare(a, b)).map(([reason]) => reason);
  const known = new Set(used.map((reason) => reason.toLowerCase()));
  const usual = [t("Break"), t("Lunch"), t("Meeting"), t("Training"), t("Wrap-up")];
  return [...used, ...usual.filter((reason) => !known.has(reason.toLowerCase()))].slice(0, MOST_REASONS);
}

const shared = Object.freeze({
  permission: "queues.manage",
  name: (/** @type {MemberTarget} */ target) => target.name,
  identity: (/** @type {MemberTarget} */ target) => `member:${target.queue ?? ""}:${target.interface}`,
  look: lookAt,
});

export const pauseMember = Object.freeze(/** @type {ActionSpec} */ ({
  ...shared,
  id: "pause",
  label: () => t("Pause"),
  icon: "player-pause",
  key: "p",
  needs: ["QueuePause"],
  unless: (target) => (placesOf(target).every((place) => place.paused) ? t("%(name)s is paused already.", target) : null),
  fields: (target, context, { bulk } = ONE) => [
    {
      name: "reason",
      label: t("Reason"),
      kind: "chips",
      options: pauseReasons(readTopic(context, "queues")).map((reason) => ({ value: reason, label: reason })),
      own: t("Another reason"),
    },
    ...reachFields(target, bulk, (place) => !place.paused),
  ],
  act: (target, { reason, reach }, context) =>
    sendEach(context, "queue/pause/", target, reach, { paused: true, ...(reason?.trim() ? { reason: reason.trim() } : {}) }),
  done: (target, _result, values) => {
    const reason = values.reason?.trim();
    const where = whereText(target, values.reach);
    return reason
      ? t("Paused %(name)s in %(where)s: %(reason)s", { name: target.name, where, reason })
      : t("Paused %(name)s in %(where)s", { name: target.name, where });
  },
}));

export const unpauseMember = Object.freeze(/** @type {ActionSpec} */ ({
  ...shared,
  id: "unpause",
  label: () => t("Unpause"),
  icon: "player-play",
  key: "u",
  needs: ["QueuePause"],
  unless: (target) => (placesOf(target).some((place) => place.paused) ? null : t("%(name)s is not paused.", target)),
  fields: (target, _context, { bulk } = ONE) => reachFields(target, bulk, (place) => Boolean(place.paused)),
  act: (target, { reach }, context) => sendEach(context, "queue/pause/", target, reach, { paused: false }),
  done: (target, _result, { reach }) => t("Unpaused %(name)s in %(where)s", { name: target.name, where: whereText(target, reach) }),
}));

export const setPenalty = Object.freeze(/** @type {ActionSpec} */ ({
  ...shared,
  id: "penalty",
  label: () => t("Set penalty …"),
  icon: "sort-ascending-numbers",
  needs: ["QueuePenalty"],
  unless: withoutPlace,
  fields: (target, _context, { bulk } = ONE) => [
    {
      name: "penalty",
      label: t("Penalty"),
      kind: "number",
      value: placesOf(target)[0]?.penalty ?? 0,
      required: true,
      min: 0,
      help: t("Members with a higher penalty are called later."),
    },
    ...reachFields(target, bulk, () => true),
  ],
  act: (target, { penalty, reach }, context) => sendEach(context, "queue/penalty/", target, reach, { penalty: Number(penalty) }),
  done: (target, _result, { penalty, reach }) =>
    t("Penalty of %(name)s in %(where)s is %(penalty)s", { name: target.name, where: whereText(target, reach), penalty: Number(penalty) }),
}));

export const setRingInUse = Object.freeze(/** @type {ActionSpec} */ ({
  ...shared,
  id: "ring-in-use",
  label: () => t("Ring in use …"),
  icon: "bell-ringing",
  needs: ["QueueMemberRingInUse"],
  unless: withoutPlace,
  fields: (target, _context, { bulk } = ONE) => [
    {
      name: "ring_in_use",
      label: t("Ring also while talking"),
      kind: "switch",
      value: placesOf(target)[0]?.ring_in_use ?? false,
    },
    ...reachFields(target, bulk, () => true),
  ],
  act: (target, values, context) => sendEach(context, "queue/ringinuse/", target, values.reach, { ring_in_use: Boolean(values.ring_in_use) }),
  done: (target, _result, values) => {
    const told = { name: target.name, where: whereText(target, values.reach) };
    return values.ring_in_use
      ? t("%(name)s is rung in %(where)s also while talking", told)
      : t("%(name)s is not rung in %(where)s while talking", told);
  },
}));

export const removeMember = Object.freeze(/** @type {ActionSpec} */ ({
  ...shared,
  id: "remove-member",
  label: () => t("Remove from queue …"),
  icon: "user-minus",
  tone: "danger",
  key: "r",
  needs: ["QueueRemove"],
  unless: (target) => {
    const places = placesOf(target);
    if (places.length > 0 && places.every((place) => place.membership === "static")) {
      return t("%(name)s stands in the PBX's configuration: pause instead.", target);
    }
    return withoutPlace(target);
  },
  fields: (target, _context, { bulk } = ONE) => (bulk || target.queue !== null ? [] : [queueField(removable(target).map((place) => place.queue))]),
  confirm: (target) =>
    target.queue === null
      ? { title: t("Remove %(name)s from a queue?", target), button: t("Remove") }
      : {
          title: t("Remove %(name)s from %(queue)s?", target),
          text: t("%(name)s gets no more calls of this queue. A call that is going on goes on.", target),
          button: t("Remove"),
        },
  act: (target, { queue }, context) =>
    inTurn(
      removable(target).filter((place) => queue === undefined || queue === EVERYWHERE || place.queue === queue),
      (place) => context.api.write("queue/remove/", { queue: place.queue, interface: place.interface }),
    ),
  done: (target, _result, { queue }) =>
    t("Removed %(name)s from %(where)s", {
      name: target.name,
      where: queue && queue !== EVERYWHERE ? queue : whereText(target, HERE),
    }),
}));

/**
 * Adding somebody: to the queue that is looked at (`{queue}`), or a person (`agentTarget`) to one of all queues.
 */
export const addMember = Object.freeze(/** @type {ActionSpec} */ ({
  id: "add-member",
  label: () => t("Add member …"),
  icon: "user-plus",
  key: "a",
  permission: "queues.manage",
  needs: ["QueueAdd"],
  name: (target) => target.name ?? target.queue,
  identity: (target) => `add:${target.queue ?? ""}:${target.interface ?? ""}`,
  look: lookAt,
  fields: (target, context) => [
    ...(target.queue ? [] : [queueField(otherQueues(target, context))]),
    {
      name: "interface",
      label: t("Phone"),
      kind: "suggest",
      value: target.interface ?? "",
      required: true,
      placeholder: "PJSIP/100",
      help: t("What the queue dials."),
      suggest: newPhones(context, target.queue),
    },
    { name: "member_name", label: t("Name"), kind: "text", value: target.places ? target.name : "" },
    { name: "penalty", label: t("Penalty"), kind: "number", value: 0, min: 0, help: t("Members with a higher penalty are called later.") },
    { name: "paused", label: t("Begins paused"), kind: "switch", value: false },
    {
      name: "reason",
      label: t("Reason"),
      kind: "chips",
      options: pauseReasons(readTopic(context, "queues")).map((reason) => ({ value: reason, label: reason })),
      own: t("Another reason"),
      when: (values) => Boolean(values.paused),
    },
    {
      name: "state_interface",
      label: t("Device whose state counts"),
      kind: "text",
      value: "",
      help: t("Only where it is another one than the phone, as for Local channels."),
    },
  ],
  path: "queue/add/",
  body: (target, values) => ({
    queue: target.queue ?? values.queue,
    interface: values.interface.trim(),
    ...ifGiven("member_name", values.member_name),
    penalty: Number(values.penalty || 0),
    paused: Boolean(values.paused),
    ...(values.paused ? ifGiven("reason", values.reason) : {}),
    ...ifGiven("state_interface", values.state_interface),
  }),
  done: (target, _result, values) =>
    t("Added %(name)s to %(queue)s", { name: values.member_name?.trim() || values.interface, queue: target.queue ?? values.queue }),
}));

/**
 * Phones that could answer: those of people who are no members yet, then all endpoints.
 *
 * @param {import("../shell/context.js").Context} context
 * @param {string | null} queue whose members are left out
 * @returns {import("../components/suggestions.js").Suggest}
 */
export function newPhones(context, queue) {
  const people = fromTopic(context, "agents", (agent) =>
    agent.queues.some((/** @type {Place} */ place) => place.queue === queue)
      ? []
      : agent.interfaces.map((/** @type {string} */ phone) => ({ value: phone, label: phone, hint: agent.name ?? "" })),
  );
  const all = phones(context);
  return async (text, signal, values) => {
    const found = [...(await people(text, signal, values)), ...(await all(text, signal, values))];
    const members = new Set(readTopic(context, "queues").find((one) => one.queue === queue)?.members.map((/** @type {Place} */ member) => member.interface));
    return found.filter((phone, index) => !members.has(phone.value) && found.findIndex((one) => one.value === phone.value) === index);
  };
}

/** All that can be done to a member, in the order of a menu. */
export const MEMBER_ACTIONS = Object.freeze([pauseMember, unpauseMember, setPenalty, setRingInUse, removeMember]);

/**
 * The page where it can be seen whether something was done.
 *
 * @param {{queue: string | null}} target
 * @param {import("../shell/context.js").Context} context
 */
function lookAt({ queue }, context) {
  return queue === null ? context.href("agents") : context.href("queues", queue);
}

/** @param {MemberTarget} target */
function placesOf(target) {
  return target.queue === null ? target.places : target.places.filter((place) => place.queue === target.queue && place.interface === target.interface);
}

/** @param {MemberTarget} target */
function removable(target) {
  return placesOf(target).filter((place) => place.membership !== "static");
}

/** @param {MemberTarget} target */
function withoutPlace(target) {
  return placesOf(target).length ? null : t("%(name)s is a member no more.", { name: target.name });
}

/**
 * Ask whether the other queues of the person are meant, too; in bulk, only the queue that is looked at is.
 *
 * @param {MemberTarget} target
 * @param {boolean} bulk
 * @param {(place: Place) => boolean} concerns
 * @returns {FieldSpec[]}
 */
function reachFields(target, bulk, concerns) {
  const others = target.places.filter((place) => place.queue !== target.queue && place.interface === target.interface && concerns(place));
  if (target.queue === null || (!bulk && others.length === 0)) {
    return [];
  }
  const everywhere = bulk
    ? t("All queues of each")
    : t("All queues: also %(queues)s", { queues: others.map((place) => place.queue).join(", ") });
  return [
    {
      name: "reach",
      label: t("Where"),
      kind: "select",
      required: true,
      value: HERE,
      options: [
        { value: HERE, label: t("%(queue)s only", { queue: target.queue }) },
        { value: EVERYWHERE, label: everywhere },
      ],
    },
  ];
}

/**
 * @param {string[]} queues
 * @returns {FieldSpec}
 */
function queueField(queues) {
  return {
    name: "queue",
    label: t("Queue"),
    kind: "select",
    required: true,
    value: queues[0],
    options: queues.map((queue) => ({ value: queue, label: queue })),
  };
}

/**
 * @param {MemberTarget} target
 * @param {any} context
 */
function otherQueues(target, context) {
  const own = new Set((target.places ?? []).map((place) => place.queue));
  return [...readTopic(context, "queues")].map(({ queue }) => queue).filter((queue) => !own.has(queue)).sort(collator.compare);
}

/**
 * Send one request for a queue, or one for each of the person's phones: without a queue, it goes to all of its queues.
 *
 * @param {any} context
 * @param {string} path
 * @param {MemberTarget} target
 * @param {string | undefined} reach
 * @param {Values} body
 */
function sendEach(context, path, target, reach, body) {
  if (target.queue !== null && reach !== EVERYWHERE) {
    return context.api.write(path, { interface: target.interface, queue: target.queue, ...body });
  }
  const devices = target.queue === null ? [...new Set(target.places.map((place) => place.interface))] : [target.interface];
  return inTurn(devices, (phone) => context.api.write(path, { interface: phone, ...body }));
}

/**
 * @template One
 * @param {One[]} all
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

/**
 * @param {MemberTarget} target
 * @param {string | undefined} reach
 */
function whereText(target, reach) {
  return target.queue === null || reach === EVERYWHERE ? t("all queues") : target.queue;
}

/**
 * @param {string} name
 * @param {string | undefined} value
 */
function ifGiven(name, value) {
  return value?.trim() ? { [name]: value.trim() } : {};
}

/**
 * What is known of a topic now; nothing of one that nobody shows.
 *
 * @param {any} context
 * @param {string} name
 * @returns {any[]}
 */
function readTopic(context, name) {
  const lease = context.lease(name);
  lease.release();
  return [...lease.topic.items.values()];
}

/** @param {Place} a @param {Place} b */
function byQueue(a, b) {
  return collator.compare(a.queue, b.queue);
}
