/** What the checks of a link found, as data: lines of JSON, and the words that sum them up. Pure. */

import { t, tn } from "./words.js";

/** @typedef {{check: string, verdict: string, verdict_label: string, tone: string, seen: string, remedies: {place: string, lines: string[]}[]}} Finding */
/** @typedef {{error?: string, up?: boolean, connected?: string, detail?: string, console?: string}} End the last line, when it is no finding */

/**
 * Read the JSON values of a body, one a line, as they come.
 *
 * @param {ReadableStream<Uint8Array>} body
 * @returns {AsyncGenerator<Finding | End>}
 */
export async function* readLines(body) {
  const decoder = /** @type {TransformStream<Uint8Array, string>} */ (/** @type {unknown} */ (new TextDecoderStream()));
  const reader = body.pipeThrough(decoder).getReader();
  let rest = "";
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const lines = (rest + read.value).split("\n");
    rest = lines.pop() ?? "";
    yield* lines.map((line) => JSON.parse(line));
  }
}

/**
 * Count verdicts.
 *
 * @param {string[]} verdicts
 * @returns {Record<string, number>} by verdict
 */
export function countVerdicts(verdicts) {
  /** @type {Record<string, number>} */
  const counts = { fine: 0, warning: 0, wrong: 0, unknown: 0 };
  for (const verdict of verdicts) {
    counts[verdict] += 1;
  }
  return counts;
}

/**
 * Say what a test or a connection came to.
 *
 * @param {Record<string, number>} counts from countVerdicts
 * @param {string} deed "test" or "connect"
 * @param {End | null} end
 * @returns {string}
 */
export function describeOutcome(counts, deed, end) {
  if (end?.error) {
    return t("That was broken off: %(why)s", { why: end.error });
  }
  if (end?.up) {
    return t("%(pbx)s is connected. Opening the console …", { pbx: end.connected ?? "" });
  }
  if (end?.connected) {
    return t("%(pbx)s is stored, but its link is not up yet. %(detail)s", { pbx: end.connected, detail: end.detail ?? "" }).trim();
  }
  const found = describeCounts(counts);
  return deed === "connect" ? t("Nothing was stored, since the login does not work: %(found)s", { found }) : found;
}

/**
 * @param {Record<string, number>} counts
 * @returns {string}
 */
function describeCounts(counts) {
  const parts = [
    counts.wrong && t("%(count)s wrong", { count: counts.wrong }),
    counts.warning && tn("%(count)s warning", "%(count)s warnings", counts.warning),
    counts.unknown && t("%(count)s not looked at", { count: counts.unknown }),
  ].filter(Boolean);
  if (!parts.length) {
    return tn("The check is fine.", "All %(count)s checks are fine.", counts.fine);
  }
  return t("%(others)s; %(fine)s fine.", { others: parts.join(", "), fine: counts.fine });
}
