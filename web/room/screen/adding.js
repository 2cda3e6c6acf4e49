/** Adding people in mid-meeting: by e-mail, or by a link to be copied. Loaded when a host opens the form. */

import { element, say } from "./page.js";

/** @param {import("../wire/api.js").Api} api */
export function startAdding(api) {
  const form = element("adding-form", HTMLFormElement);
  const addresses = element("adding-addresses", HTMLTextAreaElement);
  const link = element("adding-link", HTMLButtonElement);
  const said = element("adding-said", HTMLElement);
  const text = element("adding-text", HTMLTextAreaElement);

  /** @param {() => Promise<string>} act says what came of it */
  async function run(act) {
    said.textContent = "";
    try {
      said.textContent = await act();
    } catch (fault) {
      said.textContent = (fault instanceof Error && fault.name === "ApiError" && fault.message) || say("not_added");
    }
  }

  async function invite() {
    const count = await api.invite(addresses.value);
    addresses.value = "";
    return count === 1 ? say("added_one") : say("added_many", { count });
  }

  async function copy() {
    const shared = await api.sharedLink();
    text.value = shared.text;
    try {
      await navigator.clipboard.writeText(shared.text);
    } catch {
      text.hidden = false; // the browser keeps its clipboard to itself: the person copies
      text.select();
      return say("link_shown");
    }
    text.hidden = true;
    return say("link_copied");
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void run(invite);
  });
  link.addEventListener("click", () => void run(copy));
}
