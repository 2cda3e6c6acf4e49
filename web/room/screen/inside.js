/** What is seen inside the meeting: the stage, the bar, the panels. */

import { tilesAtMost } from "../call/strength.js";
import { keepAwake } from "./awake.js";
import { Bar } from "./bar.js";
import { Hand } from "./hand.js";
import { tellHappenings } from "./happenings.js";
import { Keys } from "./keys.js";
import { tellMishaps } from "./mishaps.js";
import { element, say } from "./page.js";
import { Panel } from "./panel.js";
import { tellPath } from "./path.js";
import { explainPermission } from "./permission.js";
import { wireFlip } from "./phone.js";
import { Stage } from "./stage.js";

/**
 * @param {import("../call/call.js").Call} call
 * @param {import("./page.js").RoomData} data
 * @param {import("./notices.js").Notices} notices
 * @param {import("./sound.js").Sound} sound
 */
export function showInside(call, data, notices, sound) {
  const stage = new Stage(call);
  const record = document.getElementById("record");
  record?.addEventListener("click", async () => {
    const { recordingScreen } = await import("./recording_screen.js");
    await recordingScreen(call, notices).toggle();
  });
  new Bar(call, notices);
  new Hand(call, notices);
  tellHappenings(call, notices, stage.view);
  keepTheDoor(call, notices, sound);
  tellTheEnd(call, data.language).catch(() => {});
  const panel = new Panel(call, notices, {
    chat: async () => new (await import("./chat_panel.js")).ChatPanel(call, data.language),
    people: async () => new (await import("./people_panel.js")).PeoplePanel(call, notices),
    more: async () => new (await import("./more_panel.js")).MorePanel(),
    connection: async () => new (await import("./connection_panel.js")).ConnectionPanel(call, data.language),
    notes: () => openNotes(call, notices, data.language),
    view: async () => new (await import("./view_panel.js")).ViewPanel(call, stage, notices),
  });
  const stop = call.on("note", ({ type }) => {
    if (type !== "note") return;
    stop();
    if (panel.open !== "notes") notices.tell(say("notes_written"));
  });
  stage.view.most = tilesAtMost(navigator);
  new Keys(call);
  wireFlip(call.devices, "flip");
  explainPermission(call.devices, element("permission-help", HTMLElement));
  tellMishaps(call, notices);
  tellPath(call, notices);
  keepAwake(call, navigator, document);
}

/**
 * @param {import("../call/call.js").Call} call
 * @param {import("./notices.js").Notices} notices
 * @param {string} language
 */
async function openNotes(call, notices, language) {
  const [{ NotesPanel }, { Notes }, yjs] = await Promise.all([
    import("./notes_panel.js"),
    import("../call/notes.js"),
    import("../../vendor/yjs.js"),
  ]);
  const { api, clock } = call.parts;
  return new NotesPanel(call, new Notes(/** @type {any} */ (yjs), api, clock, (one) => call.say(one)), notices, language);
}

/**
 * @param {import("../call/call.js").Call} call
 * @param {import("./notices.js").Notices} notices
 * @param {import("./sound.js").Sound} sound
 */
function keepTheDoor(call, notices, sound) {
  let kept = false;
  const keep = async () => {
    if (kept || !call.floor.hosting) return;
    kept = true;
    const { Door } = await import("./door.js");
    new Door(call, notices, () => sound.bell());
  };
  // Who is a guest may become a co-host.
  call.floor.on("role", () => void keep());
  void keep();
}

/**
 * Its code is fetched before it is needed: at the end the network may be away.
 *
 * @param {import("../call/call.js").Call} call
 * @param {string} language
 */
async function tellTheEnd(call, language) {
  const { EndPage } = await import("./end_page.js");
  new EndPage(call, language);
}
