/** Doing what an action describes: one write, and a message about what became of it. */

import { Problem } from "../api.js";
import { showProblem, showToast } from "./toasts.js";

/**
 * Run an action on a target.
 *
 * @param {import("../shell/context.js").Context} context
 * @param {any} spec an ActionSpec with `path` and `body`
 * @param {any} target
 */
export async function runAction(context, spec, target) {
  try {
    const result = /** @type {any} */ (await context.api.write(spec.path, spec.body(target, {})));
    showToast("good", spec.done?.(target, result, {}) ?? spec.label(), result.message);
  } catch (problem) {
    if (!(problem instanceof Problem)) {
      throw problem;
    }
    showProblem(spec.label(), problem);
  }
}
