/** What states are called, and how they look: once, for all of the console. A colour never stands alone. */

import { t } from "./words.js";

/**
 * @typedef {"neutral" | "info" | "good" | "warn" | "bad"} Tone
 *
 * @typedef {object} State
 * @property {string} label
 * @property {Tone} tone warn and bad only where somebody should do something
 * @property {string} icon of the sprite
 */

const make = (/** @type {string} */ label, /** @type {Tone} */ tone, /** @type {string} */ icon) => ({ label, tone, icon });

/** Where a call stands, by `CallState` of the topic `calls`. */
const CALLS = {
  ringing: () => make(t("Ringing"), "info", "bell-ringing"),
  ivr: () => make(t("In a menu"), "neutral", "list-numbers"),
  queued: () => make(t("Waiting"), "warn", "hourglass"),
  talking: () => make(t("Talking"), "good", "message-circle"),
  held: () => make(t("On hold"), "info", "player-pause"),
  parked: () => make(t("Parked"), "info", "parking"),
  conference: () => make(t("In a conference"), "good", "users-group"),
};

/** What a person does, by `AgentState` of the topic `agents`. */
const AGENTS = {
  in_call: () => make(t("In call"), "info", "message-circle"),
  ringing: () => make(t("Ringing"), "warn", "bell-ringing"),
  paused: () => make(t("Paused"), "warn", "player-pause"),
  busy: () => make(t("Busy"), "info", "phone-off"),
  unavailable: () => make(t("Unavailable"), "neutral", "plug-connected-x"),
  wrapup: () => make(t("Wrap-up"), "neutral", "pencil"),
  after_call: () => make(t("After a call"), "neutral", "pencil"),
  ready: () => make(t("Ready"), "good", "circle-check"),
  unknown: () => make(t("Unknown"), "neutral", "help-circle"),
};

/** What a device does, by the words of `DEVICE_STATES`, which stand for Asterisk's ast_device_state (devicestate.h). */
const DEVICES = {
  "not in use": () => make(t("Free"), "good", "circle-check"),
  "in use": () => make(t("In use"), "info", "message-circle"),
  busy: () => make(t("Busy"), "info", "phone-off"),
  invalid: () => make(t("No such device"), "bad", "alert-circle"),
  unavailable: () => make(t("Unavailable"), "neutral", "plug-connected-x"),
  ringing: () => make(t("Ringing"), "warn", "bell-ringing"),
  "ring+in use": () => make(t("Ringing, in use"), "warn", "bell-ringing"),
  "on hold": () => make(t("On hold"), "info", "player-pause"),
  unknown: () => make(t("Unknown"), "neutral", "help-circle"),
};

/**
 * What a channel that is up and in no bridge does, by its application. Asterisk's names are written in any case in
 * dialplans, and told as the application registered itself.
 */
const APPLICATIONS = {
  Queue: () => make(t("Waiting"), "warn", "hourglass"),
  AppQueue: () => make(t("Connecting"), "info", "arrows-exchange"),
  Dial: () => make(t("Calling"), "info", "phone-outgoing"),
  ChanSpy: () => make(t("Listening in"), "neutral", "ear"),
  ExtenSpy: () => make(t("Listening in"), "neutral", "ear"),
  Park: () => make(t("Parked"), "info", "parking"),
  ParkedCall: () => make(t("Picking up"), "info", "parking"),
  VoiceMail: () => make(t("Voicemail"), "neutral", "record-mail"),
  VoiceMailMain: () => make(t("Voicemail"), "neutral", "record-mail"),
  ConfBridge: () => make(t("Joining"), "info", "users-group"),
  MusicOnHold: () => make(t("Music"), "neutral", "music"),
  BackGround: () => make(t("In a menu"), "neutral", "list-numbers"),
  Read: () => make(t("In a menu"), "neutral", "list-numbers"),
  WaitExten: () => make(t("In a menu"), "neutral", "list-numbers"),
  Playback: () => make(t("Prompt"), "neutral", "volume"),
};

/** What a channel that is not up does, by Asterisk's words (channel.c, ast_state2str). */
const CHANNELS = {
  Down: () => make(t("Starting"), "neutral", "phone"),
  Rsrvd: () => make(t("Starting"), "neutral", "phone"),
  OffHook: () => make(t("Off hook"), "neutral", "phone"),
  Dialing: () => make(t("Calling"), "info", "phone-outgoing"),
  "Dialing Offhook": () => make(t("Calling"), "info", "phone-outgoing"),
  Ring: () => make(t("Calling"), "info", "phone-outgoing"),
  Ringing: () => make(t("Ringing"), "info", "bell-ringing"),
  Busy: () => make(t("Busy"), "neutral", "phone-off"),
  "Pre-ring": () => make(t("Starting"), "neutral", "phone"),
};

/**
 * Where a call stands.
 *
 * @param {string} state a `CallState`
 * @returns {State}
 */
export function callState(state) {
  return find(CALLS, state);
}

/**
 * What a person does.
 *
 * @param {string} state an `AgentState`
 * @returns {State}
 */
export function agentState(state) {
  return find(AGENTS, state);
}

/**
 * What a phone or another device does.
 *
 * @param {string | null} state one of Asterisk's words for it
 * @returns {State}
 */
export function deviceState(state) {
  return find(DEVICES, state ?? "unknown");
}

/**
 * What a channel does, for people: one that is up may wait, talk, hold or hear something.
 *
 * @param {{state: string | null, application: string | null, bridge_id: string | null, on_hold?: boolean | null, waiting_since?: string | null}} channel
 * @returns {State}
 */
export function channelState(channel) {
  if (channel.state !== "Up") {
    return find(CHANNELS, channel.state ?? "");
  }
  if (channel.on_hold) {
    return make(t("On hold"), "info", "player-pause");
  }
  if (channel.waiting_since) {
    return make(t("Waiting"), "warn", "hourglass");
  }
  const { application } = channel;
  if (channel.bridge_id && application !== "Park") {
    return application === "ConfBridge" ? CALLS.conference() : CALLS.talking();
  }
  return application && Object.hasOwn(APPLICATIONS, application) ? find(APPLICATIONS, application) : make(t("Answered"), "neutral", "phone");
}

/**
 * @param {Record<string, () => State>} states
 * @param {string} name an unknown one is told as it is
 * @returns {State}
 */
function find(states, name) {
  return Object.hasOwn(states, name) ? states[name]() : make(name || t("Unknown"), "neutral", "help-circle");
}
