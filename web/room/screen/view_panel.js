/** How one looks at the meeting, and at oneself. */

import { element, say } from "./page.js";
import { SmallWindow } from "./small_window.js";

export class ViewPanel {
  #body = element("view-panel", HTMLElement);
  #blur = element("view-blur", HTMLInputElement);
  #opener = element("small-window", HTMLButtonElement);

  /**
   * @param {import("../call/call.js").Call} call
   * @param {import("./stage.js").Stage} stage
   * @param {import("./notices.js").Notices} notices
   */
  constructor(call, stage, notices) {
    this.call = call;
    this.notices = notices;
    this.window = new SmallWindow(call, stage, () => this.#drawOpener());
    for (const name of /** @type {const} */ (["self", "mirrored"])) {
      const box = element(`view-${name}`, HTMLInputElement);
      box.addEventListener("change", () => stage.view.choose({ [name]: box.checked }));
    }
    for (const radio of this.#body.querySelectorAll("input[name=view-mode]")) {
      const input = /** @type {HTMLInputElement} */ (radio);
      input.addEventListener("change", () => {
        stage.view.choose({ mode: /** @type {import("../call/view.js").Mode} */ (input.value) });
      });
    }
    const sound = element("view-sound-only", HTMLInputElement);
    sound.addEventListener("change", () => void call.listen(sound.checked));
    this.#blur.addEventListener("change", () => void this.#toggleBlur());
    this.#opener.addEventListener("click", () => void this.#toggleWindow());
    call.devices.on("changed", (kind) => kind === "camera" && this.#drawBlur());
    this.#drawBlur();
  }

  get title() {
    return this.#body.dataset.title ?? "";
  }

  shown() {
    const first = this.#body.querySelector("input:checked");
    if (first instanceof HTMLElement) first.focus();
  }

  async #toggleWindow() {
    const fault = await this.window.toggle();
    if (fault) this.notices.tell(say(fault));
  }

  #drawOpener() {
    this.#opener.setAttribute("aria-pressed", String(this.window.open));
  }

  /** Only where camera and system do it themselves: it costs nothing and no picture goes anywhere. */
  #drawBlur() {
    const track = this.call.devices.camera.track;
    const able = /** @type {{backgroundBlur?: boolean[]} | undefined} */ (track?.getCapabilities?.())?.backgroundBlur;
    element("view-blur-choice", HTMLElement).hidden = !(able?.includes(true) && able.includes(false));
    this.#blur.checked = Boolean(/** @type {{backgroundBlur?: boolean}} */ (track?.getSettings() ?? {}).backgroundBlur);
  }

  async #toggleBlur() {
    const wish = /** @type {MediaTrackConstraints} */ ({ backgroundBlur: this.#blur.checked });
    try {
      await this.call.devices.camera.track?.applyConstraints(wish);
    } catch {
      this.notices.tell(say("failed"));
    }
    this.#drawBlur();
  }
}
