/** Buttons that copy the text of the `<code>` beside them. */

const SHOWN_MS = 2000;

async function copy(button) {
  const label = button.lastChild;
  try {
    await navigator.clipboard.writeText(button.parentElement.querySelector("code").textContent);
    label.textContent = " Copied";
  } catch {
    label.textContent = " Not allowed here";
  }
  setTimeout(() => { label.textContent = " Copy"; }, SHOWN_MS);
}

/** Show the page's copy buttons where the browser lets pages copy, which needs HTTPS or this machine. */
export function offerCopies() {
  if (!navigator.clipboard) {
    return;
  }
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
}
