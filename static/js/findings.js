/** What the checks of a link found, as data: lines of JSON, and the words that sum them up. Pure. */

/**
 * Read the JSON values of a body, one a line, as they come.
 *
 * @param {ReadableStream<Uint8Array>} body
 * @returns {AsyncGenerator<object>}
 */
export async function* readLines(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const lines = (rest + read.value).split("\n");
    rest = lines.pop();
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
 * @param {?{error?: string, up?: boolean, connected?: string, detail?: string}} end the last line, when it is no finding
 * @returns {string}
 */
export function describeOutcome(counts, deed, end) {
  if (end?.error) {
    return `That was broken off: ${end.error}`;
  }
  if (end?.up) {
    return `${end.connected} is connected. Opening the console …`;
  }
  if (end?.connected) {
    return `${end.connected} is stored, but its link is not up yet. ${end.detail}`.trim();
  }
  const parts = [
    [counts.wrong, "wrong"],
    [counts.warning, counts.warning === 1 ? "warning" : "warnings"],
    [counts.unknown, "not looked at"],
  ].filter(([count]) => count).map(([count, word]) => `${count} ${word}`);
  const found = parts.length ? `${parts.join(", ")}; ${counts.fine} fine.` : `All ${counts.fine} checks are fine.`;
  if (deed === "connect") {
    return `Nothing was stored, since the login does not work: ${found}`;
  }
  return found;
}
