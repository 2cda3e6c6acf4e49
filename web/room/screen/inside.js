/** What is seen inside the meeting: the stage, the bar, the panels. */

import { tilesAtMost } from "../call/strength.js";
import { keepAwake } from "./awake.js";
import { Bar } from "./bar.js";
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
 */
export function showInside(call, data, notices) {
  const stage = new Stage(call);
  const record = document.getElementById("record");
  record?.addEventListener("click", async () => {
    const { recordingScreen } = await import("./recording_screen.js");
    await recordingScreen(call, notices).toggle();
  });
  new Bar(call, notices);
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
