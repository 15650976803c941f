/** JSON as coloured text nodes. */

const INDENT = "  ";

/**
 * Show a value as indented JSON.
 *
 * @param {HTMLElement} element emptied and filled
 * @param {unknown} value
 */
export function showJson(element, value) {
  const fragment = document.createDocumentFragment();
  write(fragment, value, "");
  element.replaceChildren(fragment);
}

function write(parent, value, indent) {
  if (Array.isArray(value)) {
    writeAll(parent, value.map((item) => [null, item]), "[]", indent);
  } else if (value !== null && typeof value === "object") {
    writeAll(parent, Object.entries(value), "{}", indent);
  } else {
    token(parent, JSON.stringify(value), typeof value === "string" ? "string" : "plain");
  }
}

function writeAll(parent, entries, brackets, indent) {
  if (!entries.length) {
    parent.append(brackets);
    return;
  }
  parent.append(`${brackets[0]}\n`);
  entries.forEach(([key, item], index) => {
    parent.append(indent + INDENT);
    if (key !== null) {
      token(parent, JSON.stringify(key), "key");
      parent.append(": ");
    }
    write(parent, item, indent + INDENT);
    parent.append(index < entries.length - 1 ? ",\n" : "\n");
  });
  parent.append(indent + brackets[1]);
}

function token(parent, text, kind) {
  const span = document.createElement("span");
  span.className = `json-${kind}`;
  span.textContent = text;
  parent.append(span);
}
