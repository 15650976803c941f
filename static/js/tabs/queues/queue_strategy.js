/** How a queue chooses the member to ring, in words for people. */

/** Asterisk's strategies (app_queue.c). */
const WORDS = new Map(
  Object.entries({
    ringall: "Rings all who are free",
    leastrecent: "Longest without a call first",
    fewestcalls: "Fewest calls first",
    random: "In random order",
    wrandom: "In random order, lower penalties more often",
    rrmemory: "In turn",
    rrordered: "In turn, in the order of the list",
    linear: "In the order of the list",
  }),
);

/**
 * Tell a queue's strategy; one that is not known here by Asterisk's own word.
 *
 * @param {string | null} strategy
 */
export function strategyText(strategy) {
  return WORDS.get(strategy) ?? strategy ?? "";
}
