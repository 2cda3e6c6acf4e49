/** The page as a whole: which part shows in which state, and the lines said on the way. */

import { After } from "./after.js";
import { wireChoosers, wireFaults } from "./choosers.js";
import { Notices } from "./notices.js";
import { element, say } from "./page.js";
import { Preview } from "./preview.js";
import { Sound } from "./sound.js";

/**
 * @param {import("../call/call.js").Call} call
 * @param {import("./page.js").RoomData} data
 */
export function showRoom(call, data) {
  const notices = new Notices(call.parts.clock);
  const sound = new Sound(call, () =>
    notices.hold(say("listen_text"), {
      text: say("listen"),
      action: () => {
        sound.unlock();
        notices.hold("");
      },
    }),
  );
  const preview = new Preview(call, data.host, () => sound.unlock());
  void furnish(call, data, notices, sound);
  tellRecording(call, notices, sound);
  new After(call);
  wireChoosers(call.devices, "");
  wireFaults(call.devices, "settings-faults");
  tellComings(call, notices);
  showState(call, notices);
  void preview.start();
}

/**
 * What is seen inside is fetched while the person looks at the preview.
 *
 * @param {import("../call/call.js").Call} call
 * @param {import("./page.js").RoomData} data
 * @param {Notices} notices
 * @param {Sound} sound
 */
async function furnish(call, data, notices, sound) {
  try {
    const [{ showInside }] = await Promise.all([import("./inside.js"), call.ready()]);
    showInside(call, data, notices, sound);
  } catch {
    notices.hold(say("failed"));
  }
}

/**
 * The code for recordings is fetched when there is one.
 *
 * @param {import("../call/call.js").Call} call
 * @param {Notices} notices
 * @param {Sound} sound
 */
function tellRecording(call, notices, sound) {
  const screen = async () => (await import("./recording_screen.js")).recordingScreen(call, notices, () => sound.bell());
  call.on("recording", () => void screen().then((one) => one.draw()));
  call.on("question", () => void screen().then((one) => one.askAtTheDoor()));
}

/**
 * @param {import("../call/call.js").Call} call
 * @param {Notices} notices
 */
function showState(call, notices) {
  const live = element("live", HTMLElement);
  /** @type {import("../call/call.js").State} */
  let before = call.state;
  call.on("state", (state) => {
    document.body.dataset.state = state;
    const inside = state === "live" || state === "rejoining";
    live.hidden = !inside;
    if (state === "rejoining") notices.hold(say("rejoining"));
    if (state === "live") notices.hold("");
    if (state === "live" && before === "rejoining") notices.tell(say("back"));
    if (state === "live" && before !== "rejoining") {
      notices.whisper(say("in"));
      element("microphone", HTMLElement).focus();
    }
    if (state === "over") for (const dialog of document.querySelectorAll("dialog")) dialog.close();
    before = state;
  });
}

/**
 * @param {import("../call/call.js").Call} call
 * @param {Notices} notices
 */
function tellComings(call, notices) {
  call.roster.on("joined", ({ name }) => notices.tell(say("joined", { name })));
  call.on("saved", ({ what, by }) => notices.tell(say(`saved_${what === "minutes" ? what : "file"}`, { name: by })));
  call.roster.on("left", ({ name }) => notices.tell(say("gone", { name })));
  /** @type {Set<string>} */
  let sharing = new Set();
  call.roster.on("changed", () => {
    const now = call.roster.sharing.filter((one) => one.id !== call.roster.you);
    for (const { id, name } of now) if (!sharing.has(id)) notices.tell(say("shares", { name }));
    sharing = new Set(now.map((one) => one.id));
  });
}
