/** The page that connects an Asterisk: the stanza follows the fields, and findings come while the test runs. */

import { offerCopies } from "./copy.js";
import { cloneTemplate, partsOf, setIcon, setPending, setText, setTone } from "./dom.js";
import { countVerdicts, describeOutcome, readLines } from "./findings.js";
import { t } from "./words.js";

/** @type {Record<string, string>} by tone */
const ICONS = { good: "circle-check", warn: "alert-triangle", bad: "alert-circle", neutral: "help-circle" };

const form = /** @type {HTMLFormElement} */ (document.getElementById("connect"));
const { stanza, outcome } = partsOf(form);
const checks = [.../** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-check]"))];
const rows = new Map(checks.map((row) => [String(row.dataset.check), row]));
const buttons = /** @type {NodeListOf<HTMLButtonElement>} */ (form.querySelectorAll('button[name="do"]'));

/** @param {string} name of one of the form's fields */
const field = (name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));

function showStanza() {
  const { marked = "", mark = "" } = stanza.dataset;
  setText(stanza, marked.replace(mark, () => field("secret").value || mark));
}

let asked = 0;

async function askForStanza() {
  const number = ++asked;
  const fields = new FormData();
  for (const name of ["csrf_token", "username", "host", "port"]) {
    fields.set(name, field(name).value);
  }
  try {
    const response = await fetch(String(form.dataset.stanzaUrl), { method: "POST", body: fields });
    const text = response.ok ? (await response.json()).stanza : null;
    // An answer may be overtaken by that to a later question, and must not take its place then.
    if (text !== null && number === asked) {
      stanza.dataset.marked = text;
      showStanza();
    }
  } catch {
    // The stanza stays as it is; the test tells the address, too.
  }
}

/** @param {HTMLElement} row */
function resetRow(row) {
  const parts = partsOf(row);
  setTone(row, "neutral");
  setIcon(parts.icon, "clock");
  setText(parts.verdict, t("testing…"));
  setText(parts.seen, "");
  parts.remedies.replaceChildren();
}

/** @param {import("./findings.js").Finding} finding */
function showFinding(finding) {
  const row = rows.get(finding.check);
  if (!row) {
    return;
  }
  const parts = partsOf(row);
  setTone(row, finding.tone);
  setIcon(parts.icon, ICONS[finding.tone]);
  setText(parts.verdict, finding.verdict_label);
  setText(parts.seen, finding.seen);
  parts.remedies.replaceChildren(
    ...finding.remedies.map((remedy) => {
      const { element, parts: blocks } = cloneTemplate("remedy-template");
      setText(blocks.place, remedy.place);
      setText(/** @type {Element} */ (blocks.lines.firstElementChild), remedy.lines.join("\n"));
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

/** @param {{fields: Record<string, string>, notice: string}} problems by field, and of the whole form */
function showErrors({ fields, notice }) {
  for (const row of rows.values()) {
    setText(partsOf(row).verdict, t("not tested"));
  }
  for (const [name, detail] of Object.entries(fields)) {
    const input = field(name);
    const error = document.createElement("div");
    error.className = "invalid-feedback d-block";
    error.id = `${name}-error`;
    error.textContent = detail;
    input.after(error);
    input.classList.add("is-invalid");
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby") ?? ""} ${error.id}`.trim());
  }
  const first = /** @type {HTMLElement | null} */ (form.querySelector("[aria-invalid]"));
  first?.closest("details")?.setAttribute("open", "");
  first?.focus();
  setText(outcome, notice || t("Nothing was tested: mend the marked fields."));
}

/** @param {FormData} fields */
async function run(fields) {
  const deed = String(fields.get("do"));
  const where = `${field("host").value}:${field("port").value}`;
  clearErrors();
  rows.forEach(resetRow);
  setText(outcome, t("Looking at %(where)s …", { where }));
  /** @type {string[]} */
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
    throw new Error(t("amictl answered %(status)s.", { status: response.status }));
  }
  /** @type {import("./findings.js").End | null} */
  let end = null;
  for await (const step of readLines(/** @type {ReadableStream<Uint8Array>} */ (response.body))) {
    if ("check" in step) {
      verdicts.push(step.verdict);
      showFinding(step);
      if (verdicts.length === rows.size && deed === "connect") {
        setText(outcome, t("Waiting for the link …"));
      }
    } else {
      end = step;
    }
  }
  setText(outcome, describeOutcome(countVerdicts(verdicts), deed, end));
  if (end?.up && end.console) {
    location.assign(end.console);
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = /** @type {HTMLButtonElement} */ (event.submitter ?? form.querySelector('[value="test"]'));
  const fields = new FormData(form, button); // before the button is disabled: it is left out then
  buttons.forEach((each) => { each.disabled = true; });
  setPending(button, true);
  try {
    await run(fields);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    setText(outcome, t("The test was broken off (%(why)s). Try again, or load the page anew where you are signed out.", { why }));
  } finally {
    setPending(button, false);
    buttons.forEach((each) => { each.disabled = false; });
  }
});
field("tls").addEventListener("change", () => {
  const { plainPort = "", tlsPort = "" } = form.dataset;
  const port = field("port");
  const [from, to] = field("tls").checked ? [plainPort, tlsPort] : [tlsPort, plainPort];
  if (port.value === from) {
    port.value = to;
  }
});
field("secret").addEventListener("input", showStanza);
for (const name of ["host", "port", "username"]) {
  field(name).addEventListener("change", askForStanza);
}
offerCopies();
