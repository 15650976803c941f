/** The console's tabs: ARIA tabs with arrow keys, addressable by `#name`, one shown at a time. */

export class Tabs {
  #tabs;
  #views;
  #shown = null;

  /**
   * @param {HTMLElement} list the element with role tablist
   * @param {Record<string, {show: () => void, hide: () => void}>} views by tab name
   */
  constructor(list, views) {
    this.#tabs = [...list.querySelectorAll('[role="tab"]')];
    this.#views = views;
    list.addEventListener("click", (event) => this.#clicked(event));
    list.addEventListener("keydown", (event) => this.#pressed(event));
    addEventListener("hashchange", () => this.#select(this.#named()));
    this.#select(this.#named());
  }

  /** Write a tab's count; null hides it. */
  count(name, number) {
    const badge = this.#tabs.find((tab) => tab.dataset.tab === name)?.querySelector("[data-count]");
    if (badge) {
      badge.hidden = number === null;
      badge.textContent = number === null ? "" : String(number);
    }
  }

  #named() {
    const names = [location.hash.slice(1), new URLSearchParams(location.search).get("tab")];
    return this.#tabs.find((tab) => names.includes(tab.dataset.tab)) ?? this.#tabs[0];
  }

  #clicked(event) {
    const tab = event.target.closest('[role="tab"]');
    if (tab) {
      this.#go(tab);
    }
  }

  #pressed(event) {
    const index = this.#tabs.indexOf(document.activeElement);
    const last = this.#tabs.length - 1;
    const target = {
      ArrowRight: index === last ? 0 : index + 1,
      ArrowLeft: index === 0 ? last : index - 1,
      Home: 0,
      End: last,
    }[event.key];
    if (index >= 0 && target !== undefined) {
      event.preventDefault();
      this.#tabs[target].focus();
      this.#go(this.#tabs[target]);
    }
  }

  #go(tab) {
    if (location.hash.slice(1) === tab.dataset.tab) {
      this.#select(tab);
    } else {
      location.hash = tab.dataset.tab;
    }
  }

  #select(tab) {
    const name = tab.dataset.tab;
    if (name === this.#shown) {
      return;
    }
    for (const other of this.#tabs) {
      const selected = other === tab;
      other.setAttribute("aria-selected", String(selected));
      other.tabIndex = selected ? 0 : -1;
      document.getElementById(other.getAttribute("aria-controls")).hidden = !selected;
    }
    this.#views[this.#shown]?.hide();
    this.#shown = name;
    this.#views[name]?.show();
  }
}
