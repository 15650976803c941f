/** Channels in words for people; the raw names stay in the details. */

import { t } from "./words.js";

/**
 * @typedef {object} Channel a value of the topic `channels`; docs/fields.md has all its fields
 * @property {string} unique_id
 * @property {string} channel
 * @property {string | null} linked_id
 * @property {string | null} state
 * @property {string | null} caller_id_num
 * @property {string | null} caller_id_name
 * @property {string | null} connected_line_num
 * @property {string | null} connected_line_name
 * @property {string | null} context
 * @property {string | null} exten
 * @property {number | null} priority
 * @property {string | null} application
 * @property {string | null} application_data
 * @property {string | null} account_code
 * @property {string | null} language
 * @property {string | null} bridge_id
 * @property {string} created_at
 * @property {string | null} state_since
 * @property {string | null} answered_at
 * @property {string | null} bridged_at
 * @property {boolean | null} on_hold
 * @property {string | null} held_since
 * @property {string | null} waiting_since
 */

/**
 * What runs on a channel, by the application's name as Asterisk tells it.
 *
 * @type {Record<string, (data: string) => string>}
 */
const DOINGS = {
  Queue: (data) => named(firstOf(data), t("Queue"), (queue) => t("Queue %(queue)s", { queue })),
  AppQueue: () => t("Called by a queue"),
  AppDial: () => t("Called"),
  AppDial2: () => t("Called by an action"),
  Dial: (data) => named(deviceName(firstOf(data)), t("Calls somebody"), (device) => t("Calls %(device)s", { device })),
  ChanSpy: (data) => named(deviceName(firstOf(data)), t("Listens in"), (device) => t("Listens to %(device)s", { device })),
  ConfBridge: (data) => named(firstOf(data), t("Conference"), (room) => t("Conference %(room)s", { room })),
  MeetMe: (data) => named(firstOf(data), t("Conference"), (room) => t("Conference %(room)s", { room })),
  Park: () => t("Parked"),
  ParkedCall: () => t("Takes back a parked call"),
  VoiceMail: () => t("Leaves a message"),
  VoiceMailMain: () => t("Hears messages"),
  Playback: () => t("Hears a prompt"),
  BackGround: () => t("In a menu"),
  Read: () => t("Enters digits"),
  WaitExten: () => t("In a menu"),
  MusicOnHold: () => t("Hears music"),
  Wait: () => t("Waits"),
  Echo: () => t("Echo test"),
  Record: () => t("Records"),
  Bridge: () => t("Bridged"),
};

/**
 * The name of a device or line: `PJSIP/1012-0000101b` is 1012.
 *
 * @param {string | null} channel a channel's name or what Dial was given
 */
export function deviceName(channel) {
  const [technology, ...rest] = (channel ?? "").split("/");
  const resource = rest.join("/").replace(/-[0-9a-f]+(;[12])?$/i, "").replace(/\/n$/, "");
  if (!resource) {
    return technology;
  }
  return technology === "Local" ? t("Inside: %(extension)s", { extension: resource.split("@")[0] }) : resource;
}

/**
 * What a channel does, in plain words.
 *
 * @param {Channel} channel
 */
export function channelDoing({ application, application_data: data }) {
  if (!application) {
    return "";
  }
  return Object.hasOwn(DOINGS, application) ? DOINGS[application](data ?? "") : application;
}

/** @param {string} data */
function firstOf(data) {
  return data.split(",")[0].trim();
}

/**
 * @param {string} name
 * @param {string} without
 * @param {(name: string) => string} make
 */
function named(name, without, make) {
  return name ? make(name) : without;
}
