/**
 * A call as lanes: a row for each party, and bands of what it did, from when until when, on one axis of time.
 *
 * Made of a call's journey alone, with what its legs and clocks tell of now. Pure: no page, no words for people;
 * `lane_words.js` has those.
 */

import { Story } from "./story.js";

/**
 * @typedef {"ring" | "ivr" | "wait" | "talk" | "hold" | "park" | "conference"} BandKind
 *
 * @typedef {"answered" | "no_answer" | "busy" | "declined" | "congestion" | "unavailable" | "elsewhere" | "gave_up"
 *   | "left" | "hung_up" | "other_left" | "ordered" | "transferred" | "parked" | "ended" | "unknown"} EdgeCode
 *   Why a band ended
 *
 * @typedef {object} Edge
 * @property {EdgeCode} code
 * @property {string} [to] where a transfer went
 * @property {string | null} [cause] the PBX's words
 *
 * @typedef {object} Band
 * @property {BandKind} kind
 * @property {number} from milliseconds since 1970, on the PBX's clock
 * @property {number | null} to null while it lasts
 * @property {boolean} sure whether its beginning was seen
 * @property {Lane | null} with the other party
 * @property {boolean} holds of a hold, whether this party holds the other
 * @property {string | null} place a queue, parking lot or conference
 * @property {string | null} space the space in a lot, or the place in a queue
 * @property {Edge | null} edge why it ended; null while it lasts, and where the next band alone tells
 *
 * @typedef {object} Lane
 * @property {string} key
 * @property {"caller" | "party" | "member" | "queue"} kind
 * @property {string | null} name
 * @property {string | null} number
 * @property {string | null} device what is dialled, PJSIP/100
 * @property {string | null} channel the channel of the party, of several the last
 * @property {boolean} alive whether the party is in the call, or a queue has the caller
 * @property {Band[]} bands oldest first
 *
 * @typedef {object} Note
 * @property {"joined_late" | "events_missed" | "merged" | "transferred"} code
 * @property {number} at
 * @property {Lane | null} by
 * @property {string | null} to where a transfer went, or the call that became one with this
 * @property {string | null} how of a transfer: blind, attended
 *
 * @typedef {object} CallEnd
 * @property {number} at
 * @property {EdgeCode} code
 * @property {Lane | null} by who hung up
 * @property {string | null} cause the PBX's words
 *
 * @typedef {object} CallLanes
 * @property {number} from when the call began
 * @property {number | null} knownFrom since when it is known what happened; null: from the beginning
 * @property {number | null} to when it ended; null while it lives
 * @property {CallEnd | null} end
 * @property {Lane[]} lanes
 * @property {Note[]} notes
 * @property {boolean} shortened whether the journey may have lost early rings: it keeps 50 steps
 *
 * @typedef {Record<string, any>} JourneyStep as docs/fields.md has it
 * @typedef {Record<string, any>} LiveCall as docs/fields.md has it
 */

const MOST_STEPS = 50; // amictl/pbx/topics/calls/journey.py
const LAST_MOMENT_MS = 3000;

/**
 * Make the lanes of a call.
 *
 * @param {LiveCall} call a value of the topic `calls`, or one that ended
 * @returns {CallLanes}
 */
export function makeLanes(call) {
  const story = new Story(call);
  call.journey.forEach((/** @type {JourneyStep} */ step) => story.take(step));
  story.settle();
  const late = call.journey.find((/** @type {JourneyStep} */ step) => step.kind === "joined_late");
  return {
    from: Date.parse(call.started_at),
    knownFrom: late ? Date.parse(late.at) : null,
    to: call.ended_at ? Date.parse(call.ended_at) : null,
    end: call.ended_at ? findEnd(call, story) : null,
    lanes: story.lanes(),
    notes: story.notes,
    shortened: call.journey.length >= MOST_STEPS,
  };
}

/**
 * Tell why a call ended: the first of its last legs that somebody ended.
 *
 * @param {LiveCall} call
 * @param {Story} story
 * @returns {CallEnd}
 */
function findEnd(call, story) {
  const at = Date.parse(call.ended_at);
  const last = call.journey.filter(
    (/** @type {JourneyStep} */ step) => step.kind === "leg_ended" && at - Date.parse(step.at) <= LAST_MOMENT_MS,
  );
  const ended = last.find((/** @type {JourneyStep} */ step) => step.how) ?? last.at(-1);
  if (!ended) {
    return { at, code: "unknown", by: null, cause: null };
  }
  return { at, code: ended.how ?? "ended", by: story.laneOfChannel(ended.channel), cause: ended.cause ?? null };
}

/** Distances between marks of an axis, in seconds. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400];

/**
 * Choose where an axis has its marks.
 *
 * @param {number} seconds how long it is
 * @param {number} most how many marks there may be
 * @returns {number[]} seconds from its beginning, the first being 0
 */
export function axisMarks(seconds, most) {
  const step = STEPS.find((each) => seconds / each <= most) ?? Math.ceil(seconds / most / 3600) * 3600;
  return Array.from({ length: Math.floor(seconds / step) + 1 }, (_, index) => index * step);
}
