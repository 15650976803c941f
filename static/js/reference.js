/** The page of the API: finds routes as one types, opens the one that the address names, copies commands. */

import { offerCopies } from "./copy.js";

const operations = [...document.querySelectorAll(".operation")];
const groups = [...document.querySelectorAll(".group")];

function showMatches(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  for (const operation of operations) {
    operation.hidden = !words.every((word) => operation.dataset.words.includes(word));
  }
  for (const group of groups) {
    group.hidden = [...group.querySelectorAll(".operation")].every((operation) => operation.hidden);
  }
  document.getElementById("nothing-found").hidden = groups.some((group) => !group.hidden);
}

function openNamed() {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named?.matches(".operation")) {
    named.open = true;
    named.scrollIntoView();
  }
}

document.getElementById("find").addEventListener("input", (event) => showMatches(event.target.value));
addEventListener("hashchange", openNamed);
for (const operation of operations) {
  operation.addEventListener("toggle", () => {
    if (operation.open) history.replaceState(null, "", `#${operation.id}`);
  });
}
offerCopies();
openNamed();
