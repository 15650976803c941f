/** Which choices fit what was typed, the best first. Pure. */

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** @typedef {import("./action_spec.js").Choice} Choice */

/**
 * The choices that have every typed word in them; those whose value begins with the text come first, then by value.
 *
 * @param {readonly Choice[]} choices
 * @param {string} text
 * @returns {Choice[]}
 */
export function matchChoices(choices, text) {
  const whole = text.trim().toLowerCase();
  const words = whole.split(/\s+/).filter(Boolean);
  const found = [];
  for (const choice of choices) {
    const said = `${choice.value} ${choice.label} ${choice.hint ?? ""}`.toLowerCase();
    if (words.every((word) => said.includes(word))) {
      found.push({ choice, rank: rankOf(choice.value.toLowerCase(), whole) });
    }
  }
  found.sort((a, b) => a.rank - b.rank || collator.compare(a.choice.value, b.choice.value));
  return found.map(({ choice }) => choice);
}

/**
 * How well a value fits: as a whole, from its start, from a part's start (`100` of `PJSIP/100`), or anywhere.
 *
 * @param {string} value
 * @param {string} text
 */
function rankOf(value, text) {
  if (value === text) {
    return 0;
  }
  const at = value.indexOf(text);
  return at === 0 ? 1 : at > 0 && /[^a-z0-9]/.test(value[at - 1]) ? 2 : 3;
}
