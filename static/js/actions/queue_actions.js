/** What can be done to a queue and to those who wait in it. */

import { t } from "../words.js";
import { hangUp } from "./channel_actions.js";

/**
 * @typedef {import("../components/action_spec.js").ActionSpec} ActionSpec
 * @typedef {import("../tabs/queues/lane.js").Caller} Caller
 *
 * @typedef {object} CallerTarget
 * @property {string} queue where the caller waits
 * @property {string} channel
 * @property {string} unique_id
 * @property {number | null} priority
 * @property {string} name what people call the caller
 * @property {string | null} linked_id as actions on channels want it; no queue tells it
 * @property {null} bridge_id nobody talks to the caller
 *
 * @typedef {{queue: string}} QueueTarget
 */

/** Asterisk's numbers of 32 bits. */
const MAX_PRIORITY = 2 ** 31 - 1;
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/**
 * A waiting caller as the target of an action.
 *
 * @param {string} queue
 * @param {Caller} caller as the topic `queues` shows it
 * @returns {CallerTarget}
 */
export function callerTarget(queue, { channel, unique_id, priority, caller_id_name: name, caller_id_num: number }) {
  return { queue, channel, unique_id, priority, name: name || number || t("Unknown caller"), linked_id: null, bridge_id: null };
}

const ofCallers = Object.freeze({
  permission: "queues.manage",
  name: (/** @type {CallerTarget} */ target) => target.name,
  identity: (/** @type {CallerTarget} */ target) => `caller:${target.unique_id}`,
  look: lookAt,
});

const where = (/** @type {CallerTarget} */ { queue, channel }) => ({ queue, channel });

export const raisePriority = Object.freeze(/** @type {ActionSpec} */ ({
  ...ofCallers,
  id: "priority-up",
  label: () => t("Priority up"),
  icon: "arrow-big-up-line",
  key: "+",
  needs: ["QueueChangePriorityCaller"],
  path: "queue/caller/priority/",
  body: (target) => ({ ...where(target), priority: Math.min((target.priority ?? 0) + 1, MAX_PRIORITY) }),
  done: priorityDone,
}));

export const setPriority = Object.freeze(/** @type {ActionSpec} */ ({
  ...ofCallers,
  id: "priority",
  label: () => t("Set priority …"),
  icon: "sort-descending-numbers",
  needs: ["QueueChangePriorityCaller"],
  fields: (target) => [
    {
      name: "priority",
      label: t("Priority"),
      kind: "number",
      value: target.priority ?? 0,
      required: true,
      min: 0,
      max: MAX_PRIORITY,
      help: t("Callers with a higher priority are served first."),
    },
  ],
  path: "queue/caller/priority/",
  body: (target, { priority }) => ({ ...where(target), priority: Number(priority) }),
  done: priorityDone,
}));

export const moveCaller = Object.freeze(/** @type {ActionSpec} */ ({
  ...ofCallers,
  id: "move-caller",
  label: () => t("Move to a queue …"),
  icon: "arrows-right-left",
  key: "v",
  needs: ["Redirect"],
  fields: (target, context) => [
    queueField(otherQueues(target, context)),
    {
      name: "given",
      label: t("Say the place in the dialplan"),
      kind: "switch",
      value: false,
      help: t("Otherwise an extension that leads to the queue is looked for."),
    },
    { name: "exten", label: t("Extension"), kind: "text", required: true, when: (values) => Boolean(values.given) },
    { name: "context", label: t("Context"), kind: "text", required: true, when: (values) => Boolean(values.given) },
  ],
  path: "queue/caller/move/",
  body: (target, { to_queue, given, exten, context }) => ({ ...where(target), to_queue, ...(given ? { exten, context } : {}) }),
  done: (target, result, { to_queue: queue }) =>
    result?.joined === false
      ? t("%(name)s is on the way to %(queue)s", { name: target.name, queue })
      : t("Moved %(name)s to %(queue)s", { name: target.name, queue }),
}));

export const withdrawCaller = Object.freeze(/** @type {ActionSpec} */ ({
  ...ofCallers,
  id: "withdraw",
  label: () => t("Withdraw …"),
  icon: "logout",
  tone: "danger",
  key: "w",
  needs: ["QueueWithdrawCaller"],
  fields: () => [
    {
      name: "info",
      label: t("Word for the dialplan"),
      kind: "text",
      help: t("It finds this in QUEUE_WITHDRAW_INFO."),
    },
  ],
  confirm: (target) => ({
    title: t("Withdraw %(name)s from %(queue)s?", { name: target.name, queue: target.queue }),
    text: t("The caller leaves the queue, and the dialplan goes on after it."),
    button: t("Withdraw"),
  }),
  path: "queue/caller/withdraw/",
  body: (target, { info }) => ({ ...where(target), ...(info?.trim() ? { info: info.trim() } : {}) }),
  done: (target) => t("Withdrawing %(name)s from %(queue)s", { name: target.name, queue: target.queue }),
}));

const ofQueues = Object.freeze({
  permission: "queues.manage",
  name: (/** @type {QueueTarget} */ target) => target.queue,
  identity: (/** @type {QueueTarget} */ target) => `queue:${target.queue}`,
  look: lookAt,
});

export const resetCounters = Object.freeze(/** @type {ActionSpec} */ ({
  ...ofQueues,
  id: "reset-counters",
  label: () => t("Reset counters …"),
  icon: "rotate",
  tone: "danger",
  needs: ["QueueReset"],
  confirm: (target) => ({
    title: t("Reset Asterisk's counters of %(queue)s?", { queue: target.queue }),
    text: t("Completed and abandoned calls, averages and the calls of each member begin at zero. The figures of today stay."),
    button: t("Reset"),
  }),
  path: "queue/reset/",
  body: ({ queue }) => ({ queue }),
  done: ({ queue }) => t("Reset the counters of %(queue)s", { queue }),
}));

export const reloadQueue = Object.freeze(/** @type {ActionSpec} */ ({
  ...ofQueues,
  id: "reload-queue",
  label: () => t("Reload …"),
  icon: "refresh",
  needs: ["QueueReload"],
  fields: () => [
    {
      name: "part",
      label: t("What to read again"),
      kind: "select",
      required: true,
      value: "all",
      options: [
        { value: "all", label: t("Members and parameters") },
        { value: "members", label: t("Members") },
        { value: "parameters", label: t("Parameters") },
      ],
      help: t("From the PBX's configuration; calls go on."),
    },
  ],
  path: "queue/reload/",
  body: ({ queue }, { part }) => ({ queue, ...(part === "members" || part === "parameters" ? { [part]: true } : {}) }),
  done: ({ queue }) => t("Reloaded %(queue)s", { queue }),
}));

/** All that can be done to a waiting caller, and to a queue, in the order of a menu. */
export const CALLER_ACTIONS = Object.freeze([raisePriority, setPriority, moveCaller, withdrawCaller, hangUp]);
export const QUEUE_ACTIONS = Object.freeze([reloadQueue, resetCounters]);

/**
 * The page where it can be seen whether something was done.
 *
 * @param {{queue: string}} target
 * @param {import("../shell/context.js").Context} context
 */
function lookAt({ queue }, context) {
  return context.href("queues", queue);
}

/**
 * @param {CallerTarget} target
 * @param {any} result
 */
function priorityDone(target, result) {
  const told = { name: target.name, priority: result.priority };
  return result.position === null || result.position === undefined
    ? t("Priority of %(name)s is %(priority)s", told)
    : t("Priority of %(name)s is %(priority)s: place %(position)s", { ...told, position: result.position });
}

/**
 * @param {{value: string, label: string}[]} options
 * @returns {import("../components/action_spec.js").FieldSpec}
 */
function queueField(options) {
  return { name: "to_queue", label: t("Queue"), kind: "select", required: true, value: options[0]?.value, options };
}

/**
 * @param {CallerTarget} target
 * @param {any} context
 */
function otherQueues(target, context) {
  const lease = context.lease("queues");
  lease.release();
  return [...lease.topic.items.keys()]
    .filter((queue) => queue !== target.queue)
    .sort(collator.compare)
    .map((queue) => ({ value: queue, label: queue }));
}
