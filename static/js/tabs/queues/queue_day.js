/** What the figures of a queue's day leave out, in words. Pure. */

import { timeText } from "../../format.js";

/**
 * A few words; nothing where every event was heard.
 *
 * @param {{complete: boolean, missed: {to: string, reason: string}[]} | null} today
 */
export function missedText(today) {
  if (!today) {
    return "not known";
  }
  if (today.complete) {
    return "";
  }
  const started = today.missed.find((period) => period.reason === "not_started");
  const later = today.missed.some((period) => period.reason !== "not_started");
  return [
    ...(started ? [`counted since ${timeText(started.to).slice(0, 5)}`] : []),
    ...(later ? ["some waits unknown"] : []),
  ].join(" · ");
}
