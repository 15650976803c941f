/** The page of the API: finds routes as one types, opens the one that the address names, copies commands. */

import { offerCopies } from "./copy.js";

const operations = [.../** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll(".operation"))];
const finder = /** @type {HTMLInputElement} */ (document.getElementById("find"));
const nothingFound = /** @type {HTMLElement} */ (document.getElementById("nothing-found"));
const groups = [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".group"))];

/** @param {string} text what somebody looks for */
function showMatches(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  for (const operation of operations) {
    operation.hidden = !words.every((word) => operation.dataset.words?.includes(word));
  }
  for (const group of groups) {
    group.hidden = operations.every((operation) => operation.hidden || !group.contains(operation));
  }
  nothingFound.hidden = groups.some((group) => !group.hidden);
}

function openNamed() {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named instanceof HTMLDetailsElement && named.matches(".operation")) {
    named.open = true;
    named.scrollIntoView();
  }
}

finder.addEventListener("input", () => showMatches(finder.value));
addEventListener("hashchange", openNamed);
for (const operation of operations) {
  operation.addEventListener("toggle", () => {
    if (operation.open) {
      history.replaceState(null, "", `#${operation.id}`);
    }
  });
}
offerCopies();
openNamed();
