/** A channel as the target of actions. */

import { partyText } from "../format.js";
import { t } from "../words.js";

/**
 * @typedef {object} ChannelTarget
 * @property {string} unique_id
 * @property {string} channel its name
 * @property {string | null} linked_id
 * @property {string} name what people call its party
 * @property {string | null} state Asterisk's words
 * @property {string | null} bridge_id
 * @property {string | null} context where it is in the dialplan; null where that is not known
 * @property {{unique_id: string, name: string}[]} others the other parties of its call
 */

/**
 * A channel as the target of an action.
 *
 * @param {Record<string, any>} value of the topic `channels`, or a leg of a call
 * @param {{unique_id: string, name: string}[]} others the other parties of its call
 * @returns {ChannelTarget}
 */
export function channelTarget(value, others = []) {
  const { unique_id, channel, linked_id = null, state = null, bridge_id = null, context = null } = value;
  return { unique_id, channel, linked_id, state, bridge_id, context, others, name: channelName(value) };
}

/**
 * What people call the party of a channel: its name, number, or its phone.
 *
 * @param {Record<string, any>} value of the topic `channels`, or a leg of a call
 * @returns {string}
 */
export function channelName({ caller_id_name: name, caller_id_num: number, channel }) {
  return partyText(name, number).name || channel.replace(/^[^/]+\//, "").replace(/(@[^-]*)?-[0-9a-f]+(;[12])?$/, "");
}

/** What all actions on channels have in common. */
export const ofChannels = Object.freeze({
  permission: "calls.control",
  name: (/** @type {ChannelTarget} */ target) => target.name,
  identity: (/** @type {ChannelTarget} */ target) => target.unique_id,
  look: (/** @type {ChannelTarget} */ target, /** @type {import("../shell/context.js").Context} */ context) =>
    context.href("events", { follow: target.linked_id }),
});

/** The part of a request that names the channel. */
export const itself = (/** @type {ChannelTarget} */ { unique_id: channel }) => ({ channel });

/**
 * Why what needs a talk cannot be done.
 *
 * @param {ChannelTarget} target
 * @returns {string | null}
 */
export function unlessTalking(target) {
  return target.bridge_id ? null : t("%(name)s talks with nobody now.", { name: target.name });
}
