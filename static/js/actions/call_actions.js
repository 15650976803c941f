/** What can be done to a call: to all of it, or to the party that is meant, as its menu names it. */

import { t, tn } from "../words.js";
import { cancelTransfer, limitTime, mute, park, sendDigits, transferAttended, transferBlind, unmute } from "./channel_actions.js";
import { channelName, channelTarget } from "./channel_target.js";
import { callerTarget, moveCaller, raisePriority, setPriority, withdrawCaller } from "./queue_actions.js";
import {
  barge, chooseOwnPhone, listen, muteRecording, startRecording, stopRecording, unmuteRecording, whisper,
} from "./supervision_actions.js";

/**
 * @typedef {import("../components/action_spec.js").ActionSpec} ActionSpec
 * @typedef {import("./channel_target.js").ChannelTarget} ChannelTarget
 * @typedef {Record<string, any>} LiveCall a value of the topic `calls`
 */

/**
 * What people call a call: its parties.
 *
 * @param {LiveCall} call
 */
export function callName(call) {
  const [from, to] = [nameOf(call.caller), nameOf(call.callee)];
  if (from && to) {
    return t("%(from)s with %(to)s", { from, to });
  }
  return from || to || call.linked_id;
}

/** @param {{name: string | null, number: string | null, channel: string} | null} party */
function nameOf(party) {
  return party ? channelName({ caller_id_name: party.name, caller_id_num: party.number, channel: party.channel }) : "";
}

/**
 * The legs of a call as targets, each with the others of it; of a call without any, as when the dialplan talks to
 * itself, its parties.
 *
 * @param {LiveCall} call
 * @returns {ChannelTarget[]}
 */
export function legTargets(call) {
  /** @type {Record<string, any>[]} */
  const legs = call.legs.length ? call.legs : partiesOf(call);
  const named = legs.map((leg) => ({ unique_id: leg.unique_id, name: channelName(/** @type {any} */ (leg)) }));
  return legs.map((leg) => channelTarget({ ...leg, linked_id: call.linked_id }, named.filter((other) => other.unique_id !== leg.unique_id)));
}

/**
 * Caller and callee as legs; whether they talk is what the call says.
 *
 * @param {LiveCall} call
 */
function partiesOf(call) {
  const talks = ["talking", "held", "conference"].includes(call.state);
  return [call.caller, call.callee].filter(Boolean).map(({ name, number, channel, unique_id }) => ({
    channel, unique_id, caller_id_name: name, caller_id_num: number, bridge_id: talks ? call.linked_id : null,
  }));
}

/** Who began the call. @param {LiveCall} call */
function callerOf(call) {
  return legTargets(call).find((leg) => leg.unique_id === call.caller?.unique_id) ?? null;
}

/** Who was called and talks: the agent of a queue's call. @param {LiveCall} call */
function calleeOf(call) {
  return legTargets(call).find((leg) => leg.unique_id === call.callee?.unique_id) ?? null;
}

/** Whoever waits in a queue. @param {LiveCall} call */
function waitingOf(call) {
  const caller = callerOf(call);
  if (!caller || call.state !== "queued" || !call.queue) {
    return null;
  }
  const party = { channel: caller.channel, unique_id: caller.unique_id, caller_id_name: caller.name, caller_id_num: null };
  return callerTarget(call.queue, /** @type {any} */ ({ ...party, priority: null }));
}

const ofCalls = Object.freeze({
  name: callName,
  identity: (/** @type {LiveCall} */ call) => call.linked_id,
  look: (/** @type {LiveCall} */ call, /** @type {import("../shell/context.js").Context} */ context) => context.href("calls", call.linked_id),
});

/**
 * An action on a party, as one on its call.
 *
 * @param {ActionSpec} spec
 * @param {(call: LiveCall) => any} choose the party; null where there is none now
 * @param {() => string} nobody says so
 * @param {Partial<ActionSpec>} changed
 * @returns {ActionSpec}
 */
function onParty(spec, choose, nobody, changed = {}) {
  /** @param {keyof ActionSpec} name */
  const passed = (name) => {
    const does = /** @type {any} */ (spec[name]);
    return typeof does === "function" ? (/** @type {LiveCall} */ call, /** @type {any[]} */ ...rest) => does(choose(call), ...rest) : does;
  };
  const taken = /** @type {(keyof ActionSpec)[]} */ (["fields", "confirm", "path", "body", "act", "done"]);
  return Object.freeze(/** @type {ActionSpec} */ ({
    ...spec,
    ...Object.fromEntries(taken.filter((name) => spec[name] !== undefined).map((name) => [name, passed(name)])),
    ...ofCalls,
    unless: (call, context) => {
      const party = choose(call);
      return party ? (spec.unless?.(party, context) ?? null) : nobody();
    },
    ...changed,
  }));
}

const nobodyTalks = () => t("Nobody talks in this call now.");
const nobodyWaits = () => t("Nobody waits in a queue in this call.");
const callerIsGone = () => t("The caller is not in this call any more.");

/** @param {ActionSpec} spec @param {Partial<ActionSpec>} changed */
const onCallee = (spec, changed = {}) => onParty(spec, calleeOf, nobodyTalks, changed);
/** @param {ActionSpec} spec @param {Partial<ActionSpec>} changed */
const onCaller = (spec, changed = {}) => onParty(spec, callerOf, callerIsGone, changed);
/** @param {ActionSpec} spec @param {Partial<ActionSpec>} changed */
const onWaiting = (spec, changed = {}) => onParty(spec, waitingOf, nobodyWaits, changed);

export const hangUpCall = Object.freeze(/** @type {ActionSpec} */ ({
  ...ofCalls,
  id: "hangup-call",
  label: () => t("Hang up"),
  icon: "phone-off",
  tone: "danger",
  key: "h",
  permission: "calls.control",
  needs: ["Hangup"],
  confirm: (call) => ({
    title: t("Hang up the call of %(name)s?", { name: callName(call) }),
    text: call.legs.length > 1 ? t("All its parties are cut off at once.") : "",
    button: t("Hang up"),
  }),
  confirmBulk: (calls) => ({
    title: tn("Hang up %(count)s call?", "Hang up %(count)s calls?", calls.length),
    text: calls.map(callName).join("; "),
    button: t("Hang up"),
  }),
  path: "hangup/",
  body: (call) => ({ channels: legTargets(call).map((leg) => leg.unique_id) }),
  done: (call) => t("Hung up the call of %(name)s", { name: callName(call) }),
}));

export const listenToCall = onCallee(listen);
export const whisperToCall = onCallee(whisper, { label: () => t("Whisper to the agent") });
export const bargeIntoCall = onCallee(barge);
export const transferCall = onCallee(transferBlind, { label: () => t("Transfer the caller …") });
export const askAndTransferCall = onCallee(transferAttended);
export const cancelTransferOfCall = onCallee(cancelTransfer);
export const parkCall = onCaller(park, {
  label: () => t("Park the caller …"),
  unless: (call) => (call.state === "parked" ? t("The caller is parked already.") : callerOf(call) ? null : callerIsGone()),
});
export const recordCall = onCaller(startRecording);
export const stopRecordingCall = onCaller(stopRecording);
export const muteRecordingOfCall = onCaller(muteRecording);
export const unmuteRecordingOfCall = onCaller(unmuteRecording);
export const muteCaller = onCaller(mute, { label: () => t("Mute the caller …") });
export const unmuteCaller = onCaller(unmute, { label: () => t("Unmute the caller") });
export const sendDigitsToCaller = onCaller(sendDigits, { label: () => t("Send digits to the caller …") });
export const limitTimeOfCall = onCaller(limitTime);
export const moveWaiting = onWaiting(moveCaller);
export const raisePriorityOfWaiting = onWaiting(raisePriority);
export const setPriorityOfWaiting = onWaiting(setPriority);
export const withdrawWaiting = onWaiting(withdrawCaller);

/** All that can be done to a call, in the order of its menu. */
export const CALL_ACTIONS = Object.freeze([
  listenToCall, whisperToCall, bargeIntoCall, chooseOwnPhone, transferCall, askAndTransferCall, cancelTransferOfCall, parkCall, recordCall, stopRecordingCall,
  muteRecordingOfCall, unmuteRecordingOfCall, muteCaller, unmuteCaller, sendDigitsToCaller, limitTimeOfCall, moveWaiting, raisePriorityOfWaiting,
  setPriorityOfWaiting, withdrawWaiting, hangUpCall,
]);

/**
 * The actions of a call's menu that mean something for it now: who waits is moved, who talks is listened to.
 *
 * @param {LiveCall} call
 * @returns {readonly ActionSpec[]}
 */
export function actionsOf(call) {
  const ofWaiting = [moveWaiting, raisePriorityOfWaiting, setPriorityOfWaiting, withdrawWaiting];
  const ofTalking = [listenToCall, whisperToCall, bargeIntoCall, chooseOwnPhone, transferCall, askAndTransferCall, cancelTransferOfCall];
  const senseless = call.state === "queued" ? ofTalking : ofWaiting;
  return CALL_ACTIONS.filter((spec) => !senseless.includes(spec));
}
