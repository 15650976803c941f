/** Calls that were ordered: what is asked for one, what is sent, and what became of it in words. Pure. */

import { t } from "../../words.js";

/**
 * @typedef {import("../../components/action_spec.js").Values} Values
 *
 * @typedef {object} Order a value of the topic `actions`
 * @property {string} action_id
 * @property {string} channel_id
 * @property {string} channel
 * @property {string | null} exten
 * @property {string | null} context
 * @property {string | null} application
 * @property {string} requested_by
 * @property {string} requested_at
 * @property {string} state
 * @property {string | null} detail
 *
 * @typedef {object} Standing
 * @property {"neutral" | "info" | "good" | "warn" | "bad"} tone
 * @property {string} icon
 * @property {string} label
 * @property {string | null} since ISO 8601, on the clock of the rows; null: no clock
 */

/** What ended is said once and for all by its state. */
const ENDED = Object.freeze({
  busy: { tone: "bad", icon: "phone-off", label: () => t("Busy") },
  no_answer: { tone: "bad", icon: "phone-off", label: () => t("No answer") },
  congestion: { tone: "bad", icon: "phone-off", label: () => t("Congestion") },
  failed: { tone: "bad", icon: "alert-circle", label: () => t("Failed") },
  link_lost: { tone: "warn", icon: "help-circle", label: () => t("Outcome unknown") },
  timed_out: { tone: "warn", icon: "help-circle", label: () => t("Outcome unknown") },
});

/**
 * What became of an order, as far as is known.
 *
 * @param {Order} order
 * @param {any} channel the live channel that it made, undefined when there is none
 * @returns {Standing}
 */
export function standingOf(order, channel) {
  if (order.state in ENDED) {
    const { tone, icon, label } = ENDED[/** @type {keyof typeof ENDED} */ (order.state)];
    return /** @type {Standing} */ ({ tone, icon, label: label(), since: null });
  }
  if (order.state === "answered") {
    return channel
      ? { tone: "good", icon: "phone", label: t("Answered"), since: channel.answered_at ?? null }
      : { tone: "neutral", icon: "circle-check", label: t("Answered, and ended since"), since: null };
  }
  if (channel?.state === "Ringing") {
    return { tone: "info", icon: "phone-outgoing", label: t("Ringing"), since: channel.state_since ?? null };
  }
  return { tone: "info", icon: "phone-outgoing", label: t("Calling"), since: channel?.created_at ?? null };
}

/**
 * Whether something may still change.
 *
 * @param {Order} order
 */
export function isPending({ state }) {
  return state === "pending";
}

/**
 * Where a call leads: an extension in its context, or an application.
 *
 * @param {Order} order
 */
export function targetOf({ application, exten, context }) {
  return application ?? `${exten}@${context}`;
}

/**
 * Somebody's orders, the newest first.
 *
 * @param {Iterable<Order>} orders
 * @param {string} username
 * @param {number} most
 * @returns {Order[]}
 */
export function latestOf(orders, username, most) {
  const own = [...orders].filter(({ requested_by: by }) => by === username);
  return own.sort((a, b) => (a.requested_at < b.requested_at ? 1 : -1)).slice(0, most);
}

/**
 * What cannot be right of a call to start; the server checks again.
 *
 * @param {Values} values
 * @returns {Record<string, string>} by field
 */
export function checkCall({ channel }) {
  return /^[A-Za-z]\w*\/\S/.test(channel) ? {} : { channel: t("Write it as technology/resource, for example PJSIP/100.") };
}

/**
 * The body of POST originate/.
 *
 * @param {Values} values what the form holds, `timeout` in seconds
 */
export function requestOf({ target: _target, timeout, early_media: early, ...values }) {
  return { ...values, ...(early ? { early_media: true } : {}), timeout: timeout * 1000 };
}
