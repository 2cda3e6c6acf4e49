/** The one bar: always in the same place, always the same order. */

import { KINDS } from "../call/devices.js";
import { answer } from "./dialogs.js";
import { changeIcon, element, say } from "./page.js";
import { showSwitch, wireSwitch } from "./switches.js";

export class Bar {
  #share = element("share", HTMLButtonElement);
  #leave = element("leave", HTMLButtonElement);
  #sharing = false;

  /**
   * @param {import("../call/call.js").Call} call
   * @param {import("./notices.js").Notices} notices
   */
  constructor(call, notices) {
    this.call = call;
    this.notices = notices;
    for (const kind of KINDS) wireSwitch(call.devices, kind, kind, (on) => this.#tellSwitched(kind, on));
    this.#share.hidden = !call.share.possible;
    this.#share.addEventListener("click", () => void this.#toggleShare());
    call.share.on("changed", () => this.#drawShare());
    this.#drawShare();
    const settings = element("settings-dialog", HTMLDialogElement);
    element("settings", HTMLButtonElement).addEventListener("click", () => void answer(settings));
    this.#leave.addEventListener("click", () => void this.#out());
  }

  /**
   * @param {import("../call/devices.js").Kind} kind
   * @param {boolean} on
   */
  #tellSwitched(kind, on) {
    const { fault } = this.call.devices[kind];
    if (fault) this.notices.tell(say(`${kind}_${fault}`));
    else this.notices.whisper(say(`${kind}_now_${on ? "on" : "off"}`));
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
    const { floor, roster } = this.call;
    if (!floor.hosting && !this.call.organises) return this.call.leave();
    const hosted = [...roster.people.values()].some((one) => one.role === "host");
    element("leave-end", HTMLButtonElement).hidden = floor.role !== "host" && !this.call.organises && hosted;
    const choice = await answer(element("leave-dialog", HTMLDialogElement));
    if (choice === "leave") return this.call.leave();
    if (choice !== "end") return undefined;
    try {
      await this.call.end();
    } catch (fault) {
      this.notices.fail(fault);
    }
    return undefined;
  }
}
