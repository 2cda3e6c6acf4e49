/** Before the meeting: see oneself, hear that the microphone works, choose, go in or wait. */

import { Meter } from "../call/meter.js";
import { wireChoosers, wireFaults } from "./choosers.js";
import { element, play, say } from "./page.js";
import { wireSwitch } from "./switches.js";

export class Preview {
  #section = element("preview", HTMLElement);
  #mirror = element("mirror", HTMLVideoElement);
  #words = element("mirror-words", HTMLElement);
  #title = element("preview-title", HTMLElement);
  #lead = element("preview-lead", HTMLElement);
  #join = element("join", HTMLButtonElement);
  #giveUp = element("give-up", HTMLButtonElement);
  #level = element("level", HTMLMeterElement);
  #meter = new Meter((level) => (this.#level.value = level));

  /**
   * @param {import("../call/call.js").Call} call
   * @param {string} host name of the organiser
   * @param {() => void} onJoin called in the click itself
   */
  constructor(call, host, onJoin) {
    this.call = call;
    this.host = host;
    const { devices } = call;
    wireChoosers(devices, "preview-");
    wireFaults(devices, "preview-faults");
    wireSwitch(devices, "microphone", "preview-microphone");
    wireSwitch(devices, "camera", "preview-camera");
    devices.on("changed", (kind) => this.#show(kind));
    this.#join.addEventListener("click", () => {
      onJoin();
      void call.enter();
    });
    // What `room/gate.js` has kept.
    if (this.#join.hasAttribute("data-pressed")) queueMicrotask(() => this.#join.click());
    this.#giveUp.addEventListener("click", () => call.leave());
    call.on("state", () => this.#draw());
  }

  async start() {
    this.#words.textContent = say("asking");
    await this.call.devices.start();
    this.call.prepare();
    const [{ explainPermission }, { wireFlip }] = await Promise.all([import("./permission.js"), import("./phone.js")]);
    wireFlip(this.call.devices, "preview-flip");
    explainPermission(this.call.devices, element("preview-permission-help", HTMLElement));
    this.#show("camera");
    if (history.state?.waiting) void this.call.enter();
  }

  /** @param {import("../call/devices.js").Kind} kind */
  #show(kind) {
    if (this.#section.hidden) return;
    const { microphone, camera } = this.call.devices;
    if (kind === "microphone") return this.#meter.listen(microphone.on ? microphone.track : null);
    this.#words.textContent = camera.track ? "" : say("camera_is_off");
    this.#mirror.hidden = !camera.track;
    play(this.#mirror, camera.track ? new MediaStream([camera.track]) : null).catch(() => {});
  }

  /** @param {string} text where this person stands, as the functions know it */
  #wait(text) {
    // A reload finds the place again: who waits need not press the button a second time.
    if (!history.state?.waiting) history.replaceState({ waiting: true }, "");
    if (this.#section.dataset.state !== "waiting") this.#title.textContent = say("waiting_title");
    if (this.#lead.textContent !== text) this.#lead.textContent = text;
  }

  #draw() {
    const { state, message } = this.call;
    const here = state === "preview" || state === "joining" || state === "waiting";
    this.#section.hidden = !here;
    if (!here) {
      if (history.state?.waiting) history.replaceState(null, "");
      this.#meter.listen(null);
      this.#mirror.srcObject = null;
      return;
    }
    const waiting = state === "waiting";
    this.#join.hidden = waiting;
    this.#giveUp.hidden = !waiting;
    this.#join.setAttribute("aria-disabled", String(state === "joining"));
    this.#join.textContent = say(state === "joining" ? "joining" : "join");
    if (waiting) this.#wait(message || say("waiting_text", { host: this.host }));
    this.#section.dataset.state = state;
  }
}
