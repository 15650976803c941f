/**
 * Gathers what a page shows that went through no translation: texts, and the attributes that are read or shown,
 * as far as they stand outside of the pseudo-language's brackets. What is marked as no text of people's languages
 * (`translate="no"`, code) is left out. Returns `[where, text]` of each.
 */
() => {
  const ATTRIBUTES = ["title", "aria-label", "aria-description", "aria-roledescription", "placeholder", "alt", "label"];
  const SKIPPED = 'script, style, template, noscript, code, pre, kbd, samp, svg, textarea, [translate="no"]';
  const found = [];

  const outside = (text, depth = 0) => {
    let rest = "";
    let level = depth;
    for (const character of text) {
      if (character === "⟦") {
        level += 1;
        rest += " ";
      } else if (character === "⟧") {
        level -= 1;
      } else if (level === 0) {
        rest += character;
      }
    }
    return [rest.trim(), level];
  };

  const place = (element) => {
    const named = element.closest("[data-testid], [id], [class]") ?? element;
    return `${element.localName} in ${named.localName}#${named.id}.${named.getAttribute("class") ?? ""}[${named.dataset.testid ?? ""}]`;
  };

  const note = (element, text) => {
    if (/\p{L}/u.test(text)) {
      found.push([place(element), text]);
    }
  };

  let depth = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, {
    acceptNode: (node) => {
      if (node.nodeType === Node.TEXT_NODE) {
        return NodeFilter.FILTER_ACCEPT;
      }
      if (node.matches("option, optgroup")) {
        return NodeFilter.FILTER_ACCEPT; // checkVisibility() knows no options
      }
      const shown = node.checkVisibility() || getComputedStyle(node).display === "contents";
      return node.matches(SKIPPED) || !shown ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT;
    },
  });
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.nodeType === Node.TEXT_NODE) {
      const [rest, level] = outside(node.data, depth);
      depth = level;
      note(node.parentElement, rest);
    } else {
      for (const name of ATTRIBUTES.filter((each) => node.hasAttribute(each))) {
        note(node, outside(node.getAttribute(name))[0]);
      }
    }
  }
  note(document.documentElement, outside(document.title)[0]);
  return found;
};
