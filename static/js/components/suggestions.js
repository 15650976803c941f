/** What comboboxes offer: phones, channels, queues, contexts and extensions of this PBX, found by a part of any word. */

import { Problem } from "../api.js";
import { partyText } from "../format.js";
import { t, tn } from "../words.js";
import { matchChoices } from "./choices.js";

/**
 * @typedef {import("./action_spec.js").Choice} Choice
 * @typedef {import("./action_spec.js").Values} Values
 * @typedef {{context: string, extensions: number, includes: string[]}} ContextFound
 * @typedef {(text: string, signal: AbortSignal, values: Values) => Promise<readonly Choice[]>} Suggest
 */

/** Milliseconds to wait for a topic's first picture. */
const PICTURE_MS = 3_000;

/**
 * Offer what a topic holds.
 *
 * @param {import("../shell/context.js").Context} context
 * @param {string} name of the topic
 * @param {(value: any, key: string) => Choice | Choice[]} choose what it offers for a value
 * @returns {Suggest}
 */
export function fromTopic(context, name, choose) {
  return async (text, signal) => {
    if (!context.can("live.read")) {
      return [];
    }
    const lease = context.lease(name);
    const topic = /** @type {import("../live/store.js").TableTopic} */ (lease.topic);
    try {
      await known(topic, signal);
      return matchChoices([...topic.items].flatMap(([key, value]) => choose(value, key)), text);
    } finally {
      lease.release();
    }
  };
}

/**
 * Phones that can be called, by the endpoints: `PJSIP/100`.
 *
 * @param {import("../shell/context.js").Context} context
 */
export function phones(context) {
  return fromTopic(context, "endpoints", (endpoint) => ({
    value: endpoint.endpoint,
    label: endpoint.endpoint,
    hint: endpoint.registered === false ? t("not registered") : "",
  }));
}

/**
 * The devices of queue members, by the people's names.
 *
 * @param {import("../shell/context.js").Context} context
 */
export function agentsPhones(context) {
  return fromTopic(context, "agents", (agent) =>
    agent.interfaces.map((/** @type {string} */ device) => ({ value: device, label: device, hint: agent.name ?? "" })));
}

/**
 * Channels that are there now.
 *
 * @param {import("../shell/context.js").Context} context
 */
export function channels(context) {
  return fromTopic(context, "channels", (channel) => {
    const { name, number } = partyText(channel.caller_id_name, channel.caller_id_num);
    return { value: channel.channel, label: channel.channel, hint: [name, number].filter(Boolean).join(" ") };
  });
}

/**
 * Queues by name.
 *
 * @param {import("../shell/context.js").Context} context
 */
export function queues(context) {
  return fromTopic(context, "queues", (queue) => ({ value: queue.queue, label: queue.queue }));
}

/**
 * Contexts of the dialplan.
 *
 * @param {import("../shell/context.js").Context} context
 * @returns {Suggest}
 */
export function contexts(context) {
  return async (text, signal) => {
    const found = await ask(context, "dialplan/contexts/", {}, signal);
    const choices = (found?.contexts ?? []).map((/** @type {ContextFound} */ { context: value, extensions: count, includes }) => ({
      value, label: value,
      hint: count || !includes.length ? tn("%(count)s extension", "%(count)s extensions", count) : t("includes %(contexts)s", { contexts: includes.join(", ") }),
    }));
    return matchChoices(choices, text);
  };
}

/**
 * Extensions of the dialplan, in the context that stands in another field.
 *
 * @param {import("../shell/context.js").Context} context
 * @param {(values: Values) => string} place the context that is meant
 * @returns {Suggest}
 */
export function extensions(context, place = (values) => values.context ?? "") {
  return async (text, signal, values) => {
    const name = place(values).trim();
    const found = name ? await ask(context, "dialplan/extensions/", { context: name, text }, signal) : null;
    return (found?.extensions ?? []).map((/** @type {any} */ { exten, hint, application }) => ({
      value: exten, label: exten, hint: hint ?? application ?? "",
    }));
  };
}

/**
 * @param {import("../shell/context.js").Context} context
 * @param {string} path
 * @param {Record<string, string>} query
 * @param {AbortSignal} signal
 * @returns {Promise<any>} null where it may not be asked, or does not answer
 */
async function ask(context, path, query, signal) {
  if (!context.can("utilities.read") || context.user.limited) {
    return null;
  }
  try {
    return await context.api.read(path, query, { signal });
  } catch (problem) {
    if (problem instanceof Problem) {
      return null;
    }
    throw problem;
  }
}

/**
 * Wait for a topic's first picture, but not for ever.
 *
 * @param {any} topic
 * @param {AbortSignal} signal
 */
function known(topic, signal) {
  if (topic.known) {
    return undefined;
  }
  return new Promise((/** @type {(nothing: void) => void} */ resolve) => {
    const done = () => {
      stop();
      clearTimeout(timer);
      resolve();
    };
    const stop = topic.listen(() => topic.known && done());
    const timer = setTimeout(done, PICTURE_MS);
    signal.addEventListener("abort", done, { once: true });
  });
}
