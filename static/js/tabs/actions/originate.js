/** The originate form as data: what the fields mean, and which of them cannot be right. Pure. */

const CONTROL = /[\r\n\0]/;

/**
 * Check the fields of the form before anything is sent; the server checks again.
 *
 * @param {object} fields the form's texts: channel, target ("exten" or "application"), exten, context, priority,
 *   application, data, caller_id, account, timeout (in seconds), and `variables` as [name, value] pairs
 * @returns {Map<string, string>} what is wrong, by field
 */
export function findProblems(fields) {
  const problems = new Map();
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === "string" && CONTROL.test(value)) {
      problems.set(name, "Line breaks are not possible here.");
    }
  }
  if (!/^[^/\s]+\/\S/.test(fields.channel)) {
    problems.set("channel", "Write it as technology/resource, for example PJSIP/100.");
  }
  if (fields.target === "exten") {
    checkExtension(fields, problems);
  } else if (!fields.application) {
    problems.set("application", "Name the application that the channel runs when it answers.");
  }
  const timeout = Number(fields.timeout);
  if (!Number.isFinite(timeout) || timeout < 1 || timeout > 600) {
    problems.set("timeout", "Between 1 and 600 seconds.");
  }
  checkVariables(fields.variables, problems);
  return problems;
}

/**
 * Make the request body out of checked fields.
 *
 * @param {object} fields as for findProblems
 * @returns {object} the body of POST originate/, `timeout` in milliseconds
 */
export function makeRequest(fields) {
  const request = { channel: fields.channel, timeout: Math.round(Number(fields.timeout) * 1000) };
  if (fields.target === "exten") {
    Object.assign(request, { exten: fields.exten, context: fields.context, priority: Number(fields.priority) });
  } else {
    request.application = fields.application;
    addFilled(request, "data", fields.data);
  }
  addFilled(request, "caller_id", fields.caller_id);
  addFilled(request, "account", fields.account);
  if (fields.variables.length) {
    request.variables = Object.fromEntries(fields.variables);
  }
  return request;
}

function checkExtension(fields, problems) {
  if (!fields.exten) {
    problems.set("exten", "Name the extension to connect to.");
  }
  if (!fields.context) {
    problems.set("context", "Name the dialplan context of the extension.");
  }
  if (!/^[1-9]\d*$/.test(fields.priority)) {
    problems.set("priority", "A whole number from 1.");
  }
}

function checkVariables(variables, problems) {
  const names = variables.map(([name]) => name);
  if (names.some((name) => !name)) {
    problems.set("variables", "Each variable needs a name.");
  } else if (new Set(names).size < names.length) {
    problems.set("variables", "Each variable can be given once.");
  } else if (variables.flat().some((part) => CONTROL.test(part))) {
    problems.set("variables", "Line breaks are not possible here.");
  }
}

function addFilled(request, name, value) {
  if (value) {
    request[name] = value;
  }
}
