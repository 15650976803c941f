/** The page that connects an Asterisk: the stanza follows the fields, and findings come while the test runs. */

import { offerCopies } from "./copy.js";
import { cloneTemplate, partsOf, setIcon, setPending, setShown, setText, setTone } from "./dom.js";
import { countVerdicts, describeOutcome, readLines } from "./findings.js";

const ICONS = { good: "circle-check", warn: "alert-triangle", bad: "alert-circle", neutral: "help-circle" };

const form = document.getElementById("connect");
const { stanza, outcome } = partsOf(form);
const rows = new Map([...form.querySelectorAll("[data-check]")].map((row) => [row.dataset.check, row]));

function showStanza() {
  const secret = form.elements.secret.value || stanza.dataset.mark;
  setText(stanza, stanza.dataset.marked.replace(stanza.dataset.mark, () => secret));
}

async function askForStanza() {
  const fields = new FormData();
  for (const name of ["csrf_token", "username", "host", "port"]) {
    fields.set(name, form.elements[name].value);
  }
  try {
    const response = await fetch(form.dataset.stanzaUrl, { method: "POST", body: fields });
    if (response.ok) {
      stanza.dataset.marked = (await response.json()).stanza;
      showStanza();
    }
  } catch {
    // The stanza stays as it is; the test tells the address, too.
  }
}

function resetRow(row) {
  const parts = partsOf(row);
  setTone(row, "neutral");
  setIcon(parts.icon, "clock");
  setText(parts.verdict, "testing…");
  setText(parts.seen, "");
  parts.remedies.replaceChildren();
}

function showFinding(finding) {
  const row = rows.get(finding.check);
  const parts = partsOf(row);
  setTone(row, finding.tone);
  setIcon(parts.icon, ICONS[finding.tone]);
  setText(parts.verdict, finding.verdict_label);
  setText(parts.seen, finding.seen);
  parts.remedies.replaceChildren(
    ...finding.remedies.map((remedy) => {
      const { element, parts: blocks } = cloneTemplate("remedy-template");
      setText(blocks.place, remedy.place);
      setText(blocks.lines.firstElementChild, remedy.lines.join("\n"));
      return element;
    }),
  );
}

function clearErrors() {
  form.querySelector('[role="alert"]')?.remove();
  for (const error of form.querySelectorAll(".invalid-feedback")) {
    error.remove();
  }
  for (const input of form.querySelectorAll("[aria-invalid]")) {
    input.removeAttribute("aria-invalid");
    input.classList.remove("is-invalid");
  }
}

function showErrors({ fields, notice }) {
  for (const row of rows.values()) {
    setText(partsOf(row).verdict, "not tested");
  }
  for (const [name, detail] of Object.entries(fields)) {
    const input = form.elements[name];
    const error = document.createElement("div");
    error.className = "invalid-feedback d-block";
    error.id = `${name}-error`;
    error.textContent = detail;
    input.after(error);
    input.classList.add("is-invalid");
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby") ?? ""} ${error.id}`.trim());
  }
  const first = form.querySelector("[aria-invalid]");
  first?.closest("details")?.setAttribute("open", "");
  first?.focus();
  setText(outcome, notice || "Nothing was tested: mend the marked fields.");
}

async function run(fields) {
  const deed = fields.get("do");
  const where = `${form.elements.host.value}:${form.elements.port.value}`;
  clearErrors();
  rows.forEach(resetRow);
  setText(outcome, `Looking at ${where} …`);
  const verdicts = [];
  const response = await fetch(form.action, {
    method: "POST",
    body: fields,
    headers: { Accept: "application/x-ndjson" },
    redirect: "error",
  });
  if (response.status === 422) {
    showErrors(await response.json());
    return;
  }
  if (!response.ok) {
    throw new Error(`amictl answered ${response.status}.`);
  }
  let end = null;
  for await (const step of readLines(response.body)) {
    if (step.check) {
      verdicts.push(step.verdict);
      showFinding(step);
      if (verdicts.length === rows.size && deed === "connect") {
        setText(outcome, "Waiting for the link …");
      }
    } else {
      end = step;
    }
  }
  setText(outcome, describeOutcome(countVerdicts(verdicts), deed, end));
  if (end?.up) {
    location.assign(end.console);
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = event.submitter ?? form.querySelector('[value="test"]');
  const buttons = form.querySelectorAll('button[name="do"]');
  const fields = new FormData(form, button); // before the button is disabled: it is left out then
  buttons.forEach((each) => { each.disabled = true; });
  setPending(button, true);
  try {
    await run(fields);
  } catch (error) {
    setText(outcome, `The test was broken off (${error.message}). Try again, or load the page anew where you are signed out.`);
  } finally {
    setPending(button, false);
    buttons.forEach((each) => { each.disabled = false; });
  }
});
form.elements.tls.addEventListener("change", () => {
  const { plainPort, tlsPort } = form.dataset;
  const { tls, port } = form.elements;
  const [from, to] = tls.checked ? [plainPort, tlsPort] : [tlsPort, plainPort];
  if (port.value === from) {
    port.value = to;
  }
});
form.elements.secret.addEventListener("input", showStanza);
for (const name of ["host", "port", "username"]) {
  form.elements[name].addEventListener("change", askForStanza);
}
offerCopies();
