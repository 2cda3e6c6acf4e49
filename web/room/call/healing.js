/** Gets a device back without the person having to do anything here: freed by another program, permitted, plugged in. */

import { KINDS } from "./devices.js";

/** Milliseconds between two tries for a device another program holds: freeing it tells nobody. */
const BUSY = 3000;

export class Healing {
  /** @type {Map<import("./devices.js").Kind, () => void>} */
  #waiting = new Map();

  /**
   * @param {import("./devices.js").Devices} devices
   * @param {import("../clock.js").Clock} clock
   * @param {Pick<Permissions, "query"> | undefined} permissions absent in older browsers
   */
  constructor(devices, clock, permissions) {
    this.devices = devices;
    this.clock = clock;
    devices.on("changed", (kind) => this.#look(kind));
    for (const kind of KINDS) {
      this.#look(kind);
      void this.#follow(kind, permissions);
    }
  }

  /**
   * Tries again when the person comes back to the page: from the system's settings, from the other program.
   *
   * @param {Pick<EventTarget, "addEventListener"> & {hidden: boolean}} page
   */
  watch(page) {
    page.addEventListener("visibilitychange", () => {
      if (page.hidden) return;
      // Who refused is not asked again each time they come back.
      for (const kind of KINDS) {
        const { fault } = this.devices[kind];
        if (fault && fault !== "denied") void this.devices.again(kind);
      }
    });
  }

  /** @param {import("./devices.js").Kind} kind */
  #look(kind) {
    this.#waiting.get(kind)?.();
    this.#waiting.delete(kind);
    const { fault, on } = this.devices[kind];
    if (fault !== "busy" || !on) return;
    this.#waiting.set(kind, this.clock.after(BUSY, () => void this.devices.again(kind)));
  }

  /**
   * @param {import("./devices.js").Kind} kind
   * @param {Pick<Permissions, "query"> | undefined} permissions
   */
  async #follow(kind, permissions) {
    try {
      const status = await permissions?.query({ name: /** @type {PermissionName} */ (kind) });
      if (status) status.onchange = () => status.state === "granted" && void this.devices.again(kind);
    } catch {
      // A browser that doesn't know the question (Firefox until 2024) is answered by the person's click.
    }
  }
}
