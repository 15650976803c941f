/** The page of the API: finds routes as one types, opens the one that the address names, copies commands. */

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

async function copyCommand(button) {
  const label = button.lastChild;
  try {
    await navigator.clipboard.writeText(button.parentElement.querySelector("code").textContent);
    label.textContent = " Copied";
  } catch {
    label.textContent = " Not allowed here";
  }
  setTimeout(() => { label.textContent = " Copy"; }, 2000);
}

document.getElementById("find").addEventListener("input", (event) => showMatches(event.target.value));
addEventListener("hashchange", openNamed);
for (const operation of operations) {
  operation.addEventListener("toggle", () => {
    if (operation.open) history.replaceState(null, "", `#${operation.id}`);
  });
}
if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => copyCommand(button));
  }
}
openNamed();
