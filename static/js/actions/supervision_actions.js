/** Listening to a channel that talks, and recording one. */

import { t } from "../words.js";
import { itself, ofChannels, unlessTalking } from "./channel_target.js";
import { OWN_PHONE, ownPhone, ownPhoneField } from "./own_phone.js";

/**
 * @typedef {import("../components/action_spec.js").ActionSpec} ActionSpec
 * @typedef {import("../components/action_spec.js").Values} Values
 * @typedef {import("../shell/context.js").Context} Context
 * @typedef {import("./channel_target.js").ChannelTarget} ChannelTarget
 */

const ofRecordings = Object.freeze({ ...ofChannels, permission: "calls.record" });

export const startRecording = Object.freeze(/** @type {ActionSpec} */ ({
  ...ofRecordings,
  id: "record",
  label: () => t("Record …"),
  icon: "player-record",
  key: "r",
  needs: ["MixMonitor"],
  fields: () => [
    { name: "file", label: t("File"), kind: "text", help: t("Below the PBX's folder for recordings, without ending; named by the PBX's channel when left out.") },
    {
      name: "format",
      label: t("Format"),
      kind: "select",
      value: "wav",
      size: "half",
      options: ["wav", "wav16", "gsm", "ulaw", "alaw", "g722", "sln", "sln16"].map((format) => ({ value: format, label: format })),
    },
    { name: "bridged_only", label: t("Only while it talks"), kind: "switch", value: false },
  ],
  path: "monitor/start/",
  body: (target, { file, format, bridged_only: only }) => ({
    ...itself(target),
    ...(file?.trim() ? { file: file.trim() } : {}),
    format,
    bridged_only: Boolean(only),
  }),
  done: (target, result) => {
    const [file = ""] = result?.files ?? [];
    return t("Recording %(name)s to %(file)s", { name: target.name, file });
  },
}));

export const stopRecording = Object.freeze(/** @type {ActionSpec} */ ({
  ...ofRecordings,
  id: "record-stop",
  label: () => t("Stop recording"),
  icon: "player-stop",
  needs: ["StopMixMonitor"],
  path: "monitor/stop/",
  body: itself,
  done: (target) => t("Stopped recording %(name)s", { name: target.name }),
}));

export const muteRecording = Object.freeze(/** @type {ActionSpec} */ ({
  ...ofRecordings,
  id: "record-mute",
  label: () => t("Silence the recording"),
  icon: "volume-off",
  needs: ["MixMonitorMute"],
  path: "monitor/mute/",
  body: (target) => ({ ...itself(target), muted: true }),
  done: (target) => t("The recording of %(name)s is silent", { name: target.name }),
}));

export const unmuteRecording = Object.freeze(/** @type {ActionSpec} */ ({
  ...ofRecordings,
  id: "record-unmute",
  label: () => t("Record sound again"),
  icon: "volume",
  needs: ["MixMonitorMute"],
  path: "monitor/mute/",
  body: (target) => ({ ...itself(target), muted: false }),
  done: (target) => t("The recording of %(name)s has sound again", { name: target.name }),
}));

const ofSupervision = Object.freeze({ ...ofChannels, permission: "calls.spy", needs: ["Originate"], unless: unlessTalking });

export const listen = Object.freeze(/** @type {ActionSpec} */ ({
  ...ofSupervision,
  id: "listen",
  label: () => t("Listen"),
  icon: "ear",
  key: "l",
  fields: ownPhoneFields,
  act: (target, values, context) => spy("listen", target, values, context),
  done: (target, result) => t("%(phone)s is called to listen to %(name)s", { name: target.name, phone: result.spyer }),
}));

export const whisper = Object.freeze(/** @type {ActionSpec} */ ({
  ...ofSupervision,
  id: "whisper",
  label: () => t("Whisper"),
  icon: "message-circle",
  fields: ownPhoneFields,
  act: (target, values, context) => spy("whisper", target, values, context),
  done: (target, result) => t("%(phone)s is called to whisper to %(name)s", { name: target.name, phone: result.spyer }),
}));

export const barge = Object.freeze(/** @type {ActionSpec} */ ({
  ...ofSupervision,
  id: "barge",
  label: () => t("Barge in"),
  icon: "users-plus",
  fields: ownPhoneFields,
  act: (target, values, context) => spy("barge", target, values, context),
  done: (target, result) => t("%(phone)s is called into the talk of %(name)s", { name: target.name, phone: result.spyer }),
}));

export const chooseOwnPhone = Object.freeze(/** @type {ActionSpec} */ ({
  id: "own-phone",
  label: () => t("My phone …"),
  icon: "device-landline-phone",
  permission: "calls.spy",
  identity: () => OWN_PHONE,
  fields: (_target, context) => [phoneField(context)],
  act: (_target, { spyer }, context) => {
    context.preferences.set(OWN_PHONE, spyer.trim());
    return Promise.resolve({});
  },
  done: (_target, _result, { spyer }) => t("You listen with %(phone)s", { phone: spyer }),
}));

/**
 * Ask for the supervisor's phone where it is not known yet.
 *
 * @param {ChannelTarget} _target
 * @param {Context} context
 */
function ownPhoneFields(_target, context) {
  return ownPhone(context) ? [] : [phoneField(context)];
}

/** @param {Context} context */
function phoneField(context) {
  return ownPhoneField(context, { name: "spyer", help: t("It is called, and hears the talk. This browser remembers it.") });
}

/**
 * @param {"listen" | "whisper" | "barge"} mode
 * @param {ChannelTarget} target
 * @param {Values} values
 * @param {Context} context
 */
async function spy(mode, target, values, context) {
  const spyer = (values.spyer ?? ownPhone(context)).trim();
  const result = await context.api.write("spy/", { channel: target.unique_id, spyer, mode });
  context.preferences.set(OWN_PHONE, spyer);
  return { ...result, spyer };
}
