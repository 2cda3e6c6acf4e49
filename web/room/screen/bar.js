/** The one bar: always in the same place, always the same order. */

import { answer } from "./dialogs.js";
import { changeIcon, element, say } from "./page.js";
import { showSwitch, wireSwitch } from "./switches.js";

export class Bar {
  #share = element("share", HTMLButtonElement);
  #leave = element("leave", HTMLButtonElement);
  #sharing = false;

  /**
   * @param {import("../call/call.js").Call} call
   * @param {{tell: (text: string) => void}} notices
   */
  constructor(call, notices) {
    this.call = call;
    this.notices = notices;
    wireSwitch(call.devices, "microphone", "microphone", (on) =>
      notices.tell(say(on ? "microphone_open" : call.devices.microphone.fault ? this.#fault("microphone") : "microphone_muted")),
    );
    wireSwitch(call.devices, "camera", "camera", (on) =>
      notices.tell(say(on ? "camera_open" : call.devices.camera.fault ? this.#fault("camera") : "camera_shut")),
    );
    this.#share.hidden = !call.share.possible;
    this.#share.addEventListener("click", () => void this.#toggleShare());
    call.share.on("changed", () => this.#drawShare());
    this.#drawShare();
    const settings = element("settings-dialog", HTMLDialogElement);
    element("settings", HTMLButtonElement).addEventListener("click", () => void answer(settings));
    this.#leave.addEventListener("click", () => void this.#out());
  }

  /** @param {"microphone" | "camera"} kind */
  #fault(kind) {
    return `${kind}_${this.call.devices[kind].fault}`;
  }

  async #toggleShare() {
    const { share } = this.call;
    if (share.video) return share.stop();
    await share.start();
  }

  #drawShare() {
    const on = this.call.share.video !== null;
    showSwitch(this.#share, on, say(on ? "share_on" : "share_off"));
    changeIcon(this.#share, on ? "screen-share-off" : "screen-share");
    this.#share.classList.toggle("active", on);
    if (on !== this.#sharing) this.notices.tell(say(on ? "you_share" : "you_stopped"));
    this.#sharing = on;
  }

  async #out() {
    if (this.call.role !== "host") return this.call.leave();
    const choice = await answer(element("leave-dialog", HTMLDialogElement));
    if (choice === "leave") return this.call.leave();
    if (choice !== "end") return undefined;
    try {
      await this.call.end();
    } catch {
      this.notices.tell(say("failed"));
    }
    return undefined;
  }
}
