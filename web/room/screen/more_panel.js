/** What is wanted less often: each entry opens something of its own. */

import { element } from "./page.js";

export class MorePanel {
  #body = element("more-panel", HTMLElement);

  get title() {
    return this.#body.dataset.title ?? "";
  }

  shown() {
    this.#body.querySelector("button")?.focus();
  }
}
