/** What a call needs once others are there; loaded while the person still looks at the preview. */

export { Chat } from "./chat.js";
export { FleetingChat } from "./fleeting.js";
export { Floor } from "./floor.js";
export { Lobby } from "./lobby.js";
export { Sight } from "./sight.js";
export { Speakers } from "./speakers.js";
