/** What can be done to one channel: end it, move it, silence it; supervision_actions.js has listening and recording. */

import { contexts, extensions } from "../components/suggestions.js";
import { t, tn } from "../words.js";
import { itself, ofChannels, unlessTalking } from "./channel_target.js";
import {
  barge, chooseOwnPhone, listen, muteRecording, startRecording, stopRecording, unmuteRecording, whisper,
} from "./supervision_actions.js";
import { setVariable } from "./variable_actions.js";

/**
 * @typedef {import("../components/action_spec.js").ActionSpec} ActionSpec
 * @typedef {import("../components/action_spec.js").FieldSpec} FieldSpec
 * @typedef {import("../components/action_spec.js").Values} Values
 * @typedef {import("../shell/context.js").Context} Context
 * @typedef {import("./channel_target.js").ChannelTarget} ChannelTarget
 */

const LONGEST_CALL = 86_400;
const USUAL_LIMIT = 600;
const LONGEST_DIGITS = 32;

export const hangUp = Object.freeze(/** @type {ActionSpec} */ ({
  ...ofChannels,
  id: "hangup",
  label: () => t("Hang up"),
  icon: "phone-off",
  tone: "danger",
  key: "h",
  needs: ["Hangup"],
  confirm: (target) => ({
    title: t("Hang up %(name)s?", { name: target.name }),
    text: target.bridge_id ? t("%(name)s talks now; the talk ends at once.", { name: target.name }) : "",
    button: t("Hang up"),
  }),
  confirmBulk: (targets) => ({
    title: tn("Hang up %(count)s channel?", "Hang up %(count)s channels?", targets.length),
    text: targets.map((target) => target.name).join(", "),
    button: t("Hang up"),
  }),
  path: "hangup/",
  body: itself,
  done: (target) => t("Hung up %(name)s", { name: target.name }),
}));

export const transferBlind = Object.freeze(/** @type {ActionSpec} */ ({
  ...ofChannels,
  id: "transfer-blind",
  label: () => t("Transfer …"),
  icon: "arrow-forward-up",
  key: "t",
  needs: ["BlindTransfer"],
  unless: unlessTalking,
  fields: (target, context) => placeFields(target, context, t("Whoever %(name)s talks with goes there; %(name)s is out of the call.", { name: target.name })),
  path: "transfer/blind/",
  body: (target, values) => ({ ...itself(target), ...placeOf(values) }),
  done: (target, _result, { exten }) => t("%(name)s transferred the call to %(exten)s", { name: target.name, exten }),
}));

export const transferAttended = Object.freeze(/** @type {ActionSpec} */ ({
  ...ofChannels,
  id: "transfer-attended",
  label: () => t("Ask, then transfer …"),
  icon: "phone-outgoing",
  needs: ["Atxfer"],
  unless: unlessTalking,
  fields: (target, context) =>
    placeFields(
      target,
      context,
      t("%(name)s calls this number while the other party waits on hold, and hangs up to hand the call over. The call must allow transfers.", { name: target.name }),
    ),
  path: "transfer/attended/",
  body: (target, values) => ({ ...itself(target), ...placeOf(values) }),
  done: (target, _result, { exten }) => t("%(name)s asks %(exten)s", { name: target.name, exten }),
}));

export const cancelTransfer = Object.freeze(/** @type {ActionSpec} */ ({
  ...ofChannels,
  id: "transfer-cancel",
  label: () => t("Cancel the transfer"),
  icon: "arrow-back-up",
  needs: ["CancelAtxfer"],
  unless: unlessTalking,
  path: "transfer/cancel/",
  body: itself,
  done: (target) => t("%(name)s is back with who waited", { name: target.name }),
}));

export const redirect = Object.freeze(/** @type {ActionSpec} */ ({
  ...ofChannels,
  id: "redirect",
  label: () => t("Send elsewhere …"),
  icon: "arrow-guide",
  key: "e",
  needs: ["Redirect"],
  fields: (target, context, { bulk }) => [
    ...placeFields(target, context, t("The channel goes on there in the dialplan; a party that is left alone is hung up.")),
    { name: "priority", label: t("Priority"), kind: "number", value: 1, min: 1, size: "half" },
    ...(bulk || target.others.length !== 1
      ? []
      : [{ name: "both", label: t("Also %(name)s, who talks with it", { name: target.others[0].name }), kind: /** @type {const} */ ("switch"), value: false }]),
  ],
  path: "redirect/",
  body: (target, values) => ({
    ...itself(target),
    context: target.context,
    ...placeOf(values),
    priority: Number(values.priority) || 1,
    ...(values.both ? { extra_channel: target.others[0].unique_id } : {}),
  }),
  done: (target, _result, { exten }) => t("Sent %(name)s to %(exten)s", { name: target.name, exten }),
}));

export const park = Object.freeze(/** @type {ActionSpec} */ ({
  ...ofChannels,
  id: "park",
  label: () => t("Park …"),
  icon: "parking",
  key: "k",
  needs: ["Park"],
  fields: (target, context) => [
    { name: "parking_lot", label: t("Parking lot"), kind: "suggest", help: t("The channel's own when left out."), suggest: lots(context) },
    { name: "seconds", label: t("Comes back after"), kind: "number", unit: t("s"), min: 1, max: LONGEST_CALL, size: "half" },
    {
      name: "timeout_channel",
      label: t("Comes back to"),
      kind: "select",
      size: "half",
      value: "",
      options: [
        { value: "", label: t("As the lot says") },
        ...target.others.map((/** @type {any} */ other) => ({ value: other.unique_id, label: other.name })),
      ],
    },
  ],
  path: "park/",
  body: (target, { parking_lot: lot, seconds, timeout_channel: back }) => ({
    ...itself(target),
    ...(lot?.trim() ? { parking_lot: lot.trim() } : {}),
    ...(seconds ? { timeout: Number(seconds) * 1000 } : {}),
    ...(back ? { timeout_channel: back } : {}),
  }),
  done: (target, result) =>
    result?.space
      ? t("Parked %(name)s at %(space)s", { name: target.name, space: result.space })
      : t("Parked %(name)s", { name: target.name }),
}));

export const mute = Object.freeze(/** @type {ActionSpec} */ ({
  ...ofChannels,
  id: "mute",
  label: () => t("Mute …"),
  icon: "microphone-off",
  needs: ["MuteAudio"],
  fields: () => [
    {
      name: "direction",
      label: t("What is silenced"),
      kind: "select",
      value: "in",
      options: [
        { value: "in", label: t("What this party says") },
        { value: "out", label: t("What this party hears") },
        { value: "all", label: t("Both") },
      ],
    },
  ],
  path: "mute/",
  body: (target, { direction }) => ({ ...itself(target), direction, state: "on" }),
  done: (target) => t("Muted %(name)s", { name: target.name }),
}));

export const unmute = Object.freeze(/** @type {ActionSpec} */ ({
  ...ofChannels,
  id: "unmute",
  label: () => t("Unmute"),
  icon: "microphone",
  needs: ["MuteAudio"],
  path: "mute/",
  body: (target) => ({ ...itself(target), direction: "all", state: "off" }),
  done: (target) => t("%(name)s is heard and hears again", { name: target.name }),
}));

export const sendDigits = Object.freeze(/** @type {ActionSpec} */ ({
  ...ofChannels,
  id: "dtmf",
  label: () => t("Send digits …"),
  icon: "dialpad",
  needs: ["PlayDTMF"],
  fields: () => [
    { name: "digits", label: t("Digits"), kind: "text", required: true, help: t("0 to 9, *, # and A to D, one after the other.") },
    { name: "receive", label: t("As if this party had pressed them"), kind: "switch", value: false },
  ],
  check: ({ digits }) => ({
    ...(new RegExp(`^[0-9A-Da-d*#]{1,${LONGEST_DIGITS}}$`).test(String(digits).trim())
      ? {}
      : { digits: t("Use 1 to %(most)s of 0-9, *, # and A to D.", { most: LONGEST_DIGITS }) }),
  }),
  path: "dtmf/",
  body: (target, { digits, receive }) => ({ ...itself(target), digits: digits.trim(), receive: Boolean(receive) }),
  done: (target, result) => tn("Sent %(count)s digit to %(name)s", "Sent %(count)s digits to %(name)s", result?.digits_sent ?? 0, { name: target.name }),
}));

export const limitTime = Object.freeze(/** @type {ActionSpec} */ ({
  ...ofChannels,
  id: "time-limit",
  label: () => t("Limit the time …"),
  icon: "hourglass",
  needs: ["AbsoluteTimeout"],
  fields: (target) => [
    {
      name: "timeout",
      label: t("Hang up after"),
      kind: "number",
      unit: t("s"),
      value: USUAL_LIMIT,
      required: true,
      min: 0,
      max: LONGEST_CALL,
      help: t("From now on; %(name)s is hung up then. 0 takes the limit away.", { name: target.name }),
    },
  ],
  path: "timeout/",
  body: (target, { timeout }) => ({ ...itself(target), timeout: Number(timeout) }),
  done: (target, _result, { timeout }) =>
    Number(timeout)
      ? tn("%(name)s is hung up in %(count)s second", "%(name)s is hung up in %(count)s seconds", Number(timeout), { name: target.name })
      : t("%(name)s has no time limit any more", { name: target.name }),
}));

/** All that can be done to a channel, in the order of a menu. */
export const CHANNEL_ACTIONS = Object.freeze([
  listen, whisper, barge, chooseOwnPhone, transferBlind, transferAttended, cancelTransfer, redirect, park, startRecording,
  stopRecording, muteRecording, unmuteRecording, mute, unmute, sendDigits, limitTime, setVariable, hangUp,
]);

/**
 * Where in the dialplan: an extension, and its context where it is another one than the channel's.
 *
 * @param {ChannelTarget} target
 * @param {Context} context
 * @param {string} help what happens
 * @returns {FieldSpec[]}
 */
function placeFields(target, context, help) {
  const own = findContext(target, context); // at once: the channel may be gone when suggestions are asked for
  const suggest = extensions(context, (values) => values.place);
  return [
    {
      name: "exten",
      label: t("Extension or number"),
      kind: "suggest",
      required: true,
      help,
      suggest: async (text, signal, values) => suggest(text, signal, { ...values, place: values.context?.trim() || (await own) }),
    },
    { name: "context", label: t("Context"), kind: "suggest", help: t("The channel's own when left out."), suggest: contexts(context) },
  ];
}

/** @param {Values} values */
function placeOf({ exten, context }) {
  return { exten: exten.trim(), ...(context?.trim() ? { context: context.trim() } : {}) };
}

/**
 * Tell in which context a channel is.
 *
 * @param {ChannelTarget} target
 * @param {Context} context
 * @returns {Promise<string>} empty where nobody knows
 */
async function findContext(target, context) {
  if (target.context) {
    return target.context;
  }
  try {
    const found = await context.api.read(`channels/${encodeURIComponent(target.unique_id)}/`);
    return found.channel?.context ?? "";
  } catch {
    return ""; // only suggestions are missing then
  }
}

/**
 * The parking lots of the PBX.
 *
 * @param {Context} context
 * @returns {FieldSpec["suggest"]}
 */
function lots(context) {
  return async (text, signal) => {
    try {
      const { parking_lots: found } = await context.api.read("parkinglots/", {}, { signal });
      return found
        .filter((/** @type {{lot: string}} */ { lot }) => lot.toLowerCase().includes(text.trim().toLowerCase()))
        .map((/** @type {{lot: string}} */ { lot }) => ({ value: lot, label: lot }));
    } catch {
      return []; // what is typed counts as well
    }
  };
}
