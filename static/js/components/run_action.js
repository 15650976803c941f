/** The life of an action from the click on: form or question, pending, what the PBX said, and what to do when nobody knows. */

import { Problem, makeKey } from "../api.js";
import { t } from "../words.js";
import { identify, isAllowed, whyNot } from "./availability.js";
import { failureWords } from "./message_words.js";
import { alone, isPending } from "./pending.js";

/**
 * @typedef {import("./action_spec.js").ActionSpec} ActionSpec
 * @typedef {import("./action_spec.js").Values} Values
 */

/**
 * Do an action to a target, after its form or its question.
 *
 * @param {import("../shell/context.js").Context} context
 * @param {ActionSpec} spec
 * @param {any} target
 * @param {{anchor?: HTMLElement}} options `anchor` gets the focus back
 * @returns {Promise<void>} done when nothing of it is on the page any more but perhaps a toast
 */
export async function run(context, spec, target, { anchor } = {}) {
  if (!isAllowed(spec, context) || isPending(identify(spec, target))) {
    return;
  }
  const reason = whyNot(spec, target, context);
  if (reason) {
    context.toasts.show("info", t("%(label)s: not possible now", { label: spec.label() }), reason);
    return;
  }
  const question = askAbout(context, spec, target);
  if (question && spec.spread) {
    await askAndSpread(context, spec, target, question);
  } else if (question) {
    await askAndDo(context, spec, target, question);
  } else {
    await attempt(context, spec, target, {});
  }
  if (anchor?.isConnected && document.activeElement === document.body) {
    anchor.focus({ preventScroll: true });
  }
}

/**
 * Do an action to several targets after one question, with a result for each.
 *
 * @param {import("../shell/context.js").Context} context
 * @param {ActionSpec} spec
 * @param {readonly any[]} targets
 * @returns {Promise<void>} done when its dialog is closed
 */
export async function runBulk(context, spec, targets) {
  if (isAllowed(spec, context) && targets.length) {
    await openBulk(context, spec, targets);
  }
}

let loading = false;

/**
 * Load what a first paint does not need; a second click that comes meanwhile is none.
 *
 * @template Module
 * @param {() => Promise<Module>} load
 * @returns {Promise<Module | null>} null where another one is being loaded
 */
async function loadOnce(load) {
  if (loading) {
    return null;
  }
  loading = true;
  try {
    return await load();
  } finally {
    loading = false;
  }
}

/**
 * @param {import("./form_dialog.js").Question} question
 * @param {(values: Values, dialog: import("./form_dialog.js").FormDialog) => Promise<Problem | null>} submit
 */
async function openForm(question, submit) {
  const loaded = await loadOnce(() => import("./form_dialog.js"));
  if (loaded) {
    /** @type {import("./form_dialog.js").FormDialog} */
    const dialog = new loaded.FormDialog(question, (values) => submit(values, dialog));
    await dialog.open();
  }
}

/**
 * @param {import("../shell/context.js").Context} context
 * @param {ActionSpec} spec
 * @param {readonly any[]} targets
 * @param {Values} [values] those that a form asked for before
 */
async function openBulk(context, spec, targets, values) {
  const loaded = await loadOnce(() => import("./bulk_dialog.js"));
  if (loaded) {
    await new loaded.BulkDialog(context, spec, targets, values).open();
  }
}

/**
 * Send an action; the same key is never carried out twice.
 *
 * @param {import("../shell/context.js").Context} context
 * @param {ActionSpec} spec
 * @param {any} target
 * @param {Values} values
 * @param {string} key
 * @returns {Promise<any>} what the server answers
 * @throws {Problem}
 */
export function send(context, spec, target, values, key = makeKey()) {
  if (spec.act) {
    return spec.act(target, values, context);
  }
  const path = typeof spec.path === "function" ? spec.path(target) : /** @type {string} */ (spec.path);
  return context.api.write(path, spec.body?.(target, values) ?? {}, { key });
}

/**
 * @param {import("../shell/context.js").Context} context
 * @param {ActionSpec} spec
 * @param {any} target
 * @returns {import("./form_dialog.js").Question | null}
 */
function askAbout(context, spec, target) {
  const fields = spec.fields?.(target, context, { bulk: false }) ?? [];
  const confirm = spec.confirm?.(target);
  if (!fields.length && !confirm) {
    return null;
  }
  const label = spec.label();
  return {
    title: label,
    subject: confirm ? "" : spec.name?.(target),
    button: label,
    ...confirm,
    icon: spec.icon,
    tone: spec.tone,
    fields,
    check: (values) => spec.check?.(values, target) ?? {},
  };
}

/**
 * @param {import("../shell/context.js").Context} context
 * @param {ActionSpec} spec
 * @param {any} target
 * @param {import("./form_dialog.js").Question} question
 */
async function askAndDo(context, spec, target, question) {
  await openForm(question, (values, dialog) =>
    attempt(context, spec, target, values, {
      mayMend: (problem) => Boolean(question.fields?.length) && dialog.isOpen && !problem.unknown,
    }),
  );
}

/**
 * Ask for several targets, and do it to each of them.
 *
 * @param {import("../shell/context.js").Context} context
 * @param {ActionSpec} spec
 * @param {any} target
 * @param {import("./form_dialog.js").Question} question
 */
async function askAndSpread(context, spec, target, question) {
  /** @type {Values | null} */
  let chosen = null;
  await openForm(question, (values) => {
    chosen = values;
    return Promise.resolve(null);
  });
  const targets = chosen && spec.spread ? spec.spread(target, chosen) : [];
  if (chosen && targets.length === 1) {
    await attempt(context, spec, targets[0], chosen);
  } else if (chosen && targets.length) {
    await openBulk(context, spec, targets, chosen);
  }
}

/**
 * Send it, and tell what became of it.
 *
 * @param {import("../shell/context.js").Context} context
 * @param {ActionSpec} spec
 * @param {any} target
 * @param {Values} values
 * @param {{mayMend?: (problem: Problem) => boolean, key?: string, again?: boolean}} options `mayMend`: whether a form can
 *   show the problem; `again`: whether it was sent before under this key
 * @returns {Promise<Problem | null>} what the form must show
 */
async function attempt(context, spec, target, values, { mayMend = () => false, key = makeKey(), again = false } = {}) {
  /** @type {Problem | null} */
  let shown = null;
  await alone(identify(spec, target), async () => {
    try {
      const result = await send(context, spec, target, values, key);
      context.toasts.show("good", spec.done(target, result, values), result?.message ?? "");
    } catch (problem) {
      if (!(problem instanceof Problem)) {
        throw problem;
      }
      problem.unknown ||= again && problem.code === "conflict"; // the first one is still being carried out
      if (mayMend(problem)) {
        shown = problem;
      } else {
        tellFailure(context, spec, target, problem, () => attempt(context, spec, target, values, { key, again: true }));
      }
    }
  });
  return shown;
}

/**
 * @param {import("../shell/context.js").Context} context
 * @param {ActionSpec} spec
 * @param {any} target
 * @param {Problem} problem
 * @param {() => void} again sends the same once more, under the same key
 */
function tellFailure(context, spec, target, problem, again) {
  const { tone, title, detail } = failureWords(spec.label(), spec.name?.(target) ?? "", problem);
  const links = [];
  if (problem.unknown) {
    links.push({ label: t("Look"), href: spec.look?.(target, context) ?? context.href("events") });
    if (["no_answer", "conflict"].includes(problem.code) && !spec.act) {
      links.push({ label: t("Ask again, done once at most"), run: again });
    }
  }
  context.toasts.show(tone, title, detail, links);
}
