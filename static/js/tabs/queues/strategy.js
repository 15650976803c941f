/** How a queue chooses the member to ring, in words for people. */

import { t } from "../../words.js";

/** Asterisk's strategies (app_queue.c). */
const WORDS = new Map(
  Object.entries({
    ringall: () => t("Rings all who are free"),
    leastrecent: () => t("Longest without a call first"),
    fewestcalls: () => t("Fewest calls first"),
    random: () => t("In random order"),
    wrandom: () => t("In random order, lower penalties more often"),
    rrmemory: () => t("In turn"),
    rrordered: () => t("In turn, in the order of the list"),
    linear: () => t("In the order of the list"),
  }),
);

/**
 * Tell a queue's strategy; one that is not known here by Asterisk's own word.
 *
 * @param {string | null} strategy
 */
export function strategyText(strategy) {
  return WORDS.get(strategy ?? "")?.() ?? strategy ?? "";
}
