/** Asterisk's device states of queue members, in words for people. */

/** Device states by the words of the queues' payloads, which stand for Asterisk's ast_device_state (devicestate.h). */
const STATES = Object.freeze({
  unknown: { label: "Unknown", tone: "neutral" },
  "not in use": { label: "Not in use", tone: "good", free: true },
  "in use": { label: "In use", tone: "info", busy: true },
  busy: { label: "Busy", tone: "bad", busy: true },
  invalid: { label: "Invalid", tone: "neutral" },
  unavailable: { label: "Unavailable", tone: "neutral" },
  ringing: { label: "Ringing", tone: "warn", busy: true },
  "ring+in use": { label: "Ringing, in use", tone: "warn", busy: true },
  "on hold": { label: "On hold", tone: "info", busy: true },
});

/**
 * Tell a member's device state, or the call of the queue that the device does not show: a device is busy also by
 * do-not-disturb, and one behind a Local channel may look free.
 *
 * One that is free may rest after a call: then no caller is given to it.
 *
 * @param {{status: string | null, in_call?: boolean, wrapup_until?: string | null, after_call_until?: string | null}} member
 * @param {import("../../live/clock.js").PictureClock} clock
 * @returns {{label: string, tone: string, free?: boolean, busy?: boolean}}
 */
export function memberState(member, clock) {
  const state = Object.hasOwn(STATES, member.status) ? STATES[member.status] : STATES.unknown;
  const hidden = state.free || member.status === "busy";
  if (hidden && member.in_call) {
    return { label: "In call", tone: "info", busy: true };
  }
  if (state.free && clock.secondsUntil(member.wrapup_until) > 0) {
    return { label: "Wrap-up", tone: "warn", busy: true };
  }
  if (state.free && clock.secondsUntil(member.after_call_until) > 0) {
    return { label: "After a call", tone: "neutral" };
  }
  return state;
}
