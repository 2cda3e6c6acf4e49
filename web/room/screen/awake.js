/** Keeps the screen of a telephone from going dark in the middle of a meeting. */

/**
 * @param {import("../call/call.js").Call} call
 * @param {{wakeLock?: {request(kind: "screen"): Promise<{release(): Promise<void>}>}}} system absent in older browsers
 * @param {Pick<EventTarget, "addEventListener"> & {hidden: boolean}} page
 */
export function keepAwake(call, system, page) {
  /** @type {{release(): Promise<void>} | null} */
  let lock = null;
  const look = async () => {
    const inside = call.state === "live" || call.state === "rejoining";
    if (!inside) {
      await lock?.release().catch(() => {});
      lock = null;
    } else if (!page.hidden) {
      // The system takes it back when the page is hidden, and with a weak battery gives none.
      lock = (await system.wakeLock?.request("screen").catch(() => null)) ?? null;
    }
  };
  call.on("state", () => void look());
  page.addEventListener("visibilitychange", () => void look());
}
