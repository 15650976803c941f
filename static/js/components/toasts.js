/** Short messages about what really happened; spoken to screen readers by the live region that holds them. */

import { cloneTemplate, setIcon } from "../dom.js";
import { isolated } from "../words.js";

const LIFETIME_MS = { good: 6_000, info: 6_000, bad: 15_000 };
const ICONS = { good: "circle-check", info: "info-circle", bad: "alert-circle", warn: "help-circle" };
const MOST = 5;

/**
 * Show a message. Good and bad news go by themselves; a warning stays until it is closed.
 *
 * @param {"good" | "info" | "warn" | "bad"} tone
 * @param {string} title
 * @param {string} detail
 */
export function showToast(tone, title, detail = "") {
  const list = document.getElementById("toasts");
  const { element, parts } = cloneTemplate("toast-template");
  element.dataset.tone = tone;
  setIcon(parts.icon, ICONS[tone]);
  parts.title.textContent = title;
  parts.detail.textContent = detail;
  parts.detail.hidden = !detail;
  parts.close.addEventListener("click", () => element.remove());
  list.append(element);
  while (list.children.length > MOST) {
    list.firstElementChild.remove();
  }
  if (LIFETIME_MS[tone]) {
    expire(element, LIFETIME_MS[tone]);
  }
}

/**
 * Tell why something was not done, or that nobody knows whether it was.
 *
 * @param {string} what the attempt, as a sentence's beginning: "Hang up PJSIP/100-00000001"
 * @param {import("../api.js").Problem} problem
 */
export function showProblem(what, problem) {
  const words = problem.ami && !problem.message.includes(problem.ami) ? ` The PBX said: ${isolated(problem.ami)}` : "";
  if (problem.unknown) {
    const advice = "It may or may not have been done; it is not sent again. Look at the live rows first.";
    showToast("warn", `${what}: outcome unknown`, `${problem.message}${words} ${advice}`);
  } else {
    showToast("bad", `${what}: not done`, problem.message + words);
  }
}

function expire(element, lifetime) {
  let timer = setTimeout(() => element.remove(), lifetime);
  const hold = () => clearTimeout(timer);
  const release = () => {
    hold();
    timer = setTimeout(() => element.remove(), lifetime);
  };
  element.addEventListener("pointerenter", hold);
  element.addEventListener("pointerleave", release);
  element.addEventListener("focusin", hold);
  element.addEventListener("focusout", release);
}
