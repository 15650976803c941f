/** Whether an action is there for somebody, and if it cannot be done now, why. */

/**
 * @typedef {import("./action_spec.js").ActionSpec} ActionSpec
 * @typedef {import("../shell/context.js").Context} Context
 */

/**
 * Whether the role may do it at all; what it may not is absent.
 *
 * @param {ActionSpec} spec
 * @param {Context} context
 */
export function isAllowed(spec, context) {
  return [spec.permission].flat().every((permission) => context.can(permission));
}

/**
 * Why an action cannot be done now, as a sentence; null when it can.
 *
 * @param {ActionSpec} spec
 * @param {object} target
 * @param {Context} context
 * @returns {string | null}
 */
export function whyNot(spec, target, context) {
  return (
    context.notLive?.() ??
    context.capabilities.missing(spec.needs) ??
    spec.unless?.(target, context) ??
    null
  );
}

const IDENTITIES = ["unique_id", "linked_id", "channel", "conference", "queue", "interface", "agent", "endpoint", "action_id"];

/**
 * One name for an action on a target, the same while both are.
 *
 * @param {ActionSpec} spec
 * @param {Record<string, any>} target
 */
export function identify(spec, target) {
  const parts = spec.identity
    ? [spec.identity(target)]
    : IDENTITIES.map((name) => (typeof target?.[name] === "string" ? target[name] : ""));
  return [spec.id, ...parts].join("\n");
}
