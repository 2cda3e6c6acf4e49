/** The faces, as large as the window allows, and the screens people share. */

import { View, same } from "../call/view.js";
import { capacity, divide, spread } from "./packing.js";
import { element, say } from "./page.js";
import { Tile } from "./tile.js";

/** @typedef {import("../call/view.js").Face} Face */

const GAP = 8;

export class Stage {
  view = new View();
  #tiles = element("tiles", HTMLUListElement);
  #pages = element("pages", HTMLElement);
  #number = element("page-number", HTMLElement);
  #back = element("page-back", HTMLButtonElement);
  #on = element("page-on", HTMLButtonElement);
  /** @type {Map<string, Tile>} */
  #shown = new Map();
  #ownPicture = new MediaStream();
  /** @type {import("../call/sight.js").Place[]} pictures outside of the page, seen while it is hidden */
  elsewhere = [];

  /** @param {import("../call/call.js").Call} call */
  constructor(call) {
    this.call = call;
    const { view } = this;
    const draw = () => this.draw();
    for (const event of /** @type {const} */ (["streams", "up", "recording"])) call.on(event, draw);
    call.roster.on("changed", draw);
    view.on("changed", draw);
    call.speakers.on("changed", (speaking) => {
      view.follow(call.speakers.active, call.roster.you);
      this.#ring(speaking);
    });
    this.#back.addEventListener("click", () => view.turn(-1));
    this.#on.addEventListener("click", () => view.turn(1));
    new ResizeObserver(draw).observe(this.#tiles);
    document.addEventListener("visibilitychange", () => this.look());
    draw();
  }

  draw() {
    const { clientWidth: width, clientHeight: height } = this.#tiles;
    if (width === 0 || this.call.roster.people.size === 0) return;
    const { main, rest, page, pages } = this.view.look(this.#present(), (large, count) =>
      capacity(Math.max(1, count), large ? divide(width, height, GAP, true).rest : { width, height }, GAP, large),
    );
    const parts = divide(width, height, GAP, rest.length > 0);
    const room = main ? parts.rest : { x: 0, y: 0, width, height };
    const boxes = spread(rest.length, room, GAP);
    const faces = main ? [main, ...rest] : rest;
    this.#clear(faces);
    if (main) this.#tile(main).stand(parts.main, true);
    rest.forEach((face, at) => this.#tile(face).stand(boxes[at], false));
    this.#sort(faces);
    this.#drawPages(page, pages);
    this.look();
  }

  /** Says what is looked at. A hidden page looks at nothing, but a small window of its own may be open. */
  look() {
    const here = document.hidden ? [] : [...this.#shown.values()].map(({ face, element }) => place(face, element));
    this.call.sight.look([...here, ...this.elsewhere].filter(({ participant }) => participant !== this.call.roster.you));
  }

  /**
   * What a small window shows: the large picture, else who spoke last, else anybody.
   *
   * @returns {Tile | undefined}
   */
  get principal() {
    const { active } = this.call.speakers;
    const tiles = [...this.#shown.values()];
    const others = tiles.filter(({ face }) => face.participant !== this.call.roster.you);
    return (
      tiles.find((one) => one.element.classList.contains("main-face")) ??
      others.find(({ face }) => face.participant === active) ??
      others[0]
    );
  }

  /** @returns {import("../call/view.js").Present} */
  #present() {
    const { roster } = this.call;
    const screens = roster.sharing.filter((one) => this.call.picture(one.id, "screen") || this.#held(one.id, "screen"));
    return { you: roster.you, people: [...roster.people.keys()], screens: screens.map((one) => one.id) };
  }

  /** @param {Face[]} faces all that stay */
  #clear(faces) {
    const stay = new Set(faces.map(key));
    for (const [id, tile] of this.#shown) {
      if (stay.has(id)) continue;
      tile.element.remove();
      this.#shown.delete(id);
    }
  }

  /** @param {Face} face */
  #tile(face) {
    let tile = this.#shown.get(key(face));
    if (!tile) {
      tile = new Tile(face, () => this.view.pin(face));
      this.#shown.set(key(face), tile);
      this.#tiles.append(tile.element);
    }
    const person = this.call.roster.people.get(face.participant);
    const self = face.participant === this.call.roster.you;
    const up = self ? this.call.up : person?.up;
    tile.show({
      name: person?.name ?? "",
      self,
      mirrored: this.view.mirrored,
      pinned: same(this.view.pinned, face),
      microphone: up?.microphone ?? false,
      camera: face.source === "screen" || (up?.camera ?? false),
      picture: self ? this.#own() : this.call.picture(face.participant, face.source),
      network: this.call.roster.networks.get(face.participant),
      held: this.#held(face.participant, face.source),
      unrecorded: this.call.recorded?.state === "running" && !this.call.recorded.recorded.includes(face.participant),
    });
    return tile;
  }

  /** @param {Face[]} faces as they are to be read and walked through */
  #sort(faces) {
    const focused = document.activeElement;
    faces.forEach((face, at) => {
      const tile = this.#shown.get(key(face))?.element;
      // Only who is at the wrong place is moved: a moved picture starts anew.
      if (tile && this.#tiles.children[at] !== tile) this.#tiles.insertBefore(tile, this.#tiles.children[at]);
    });
    // Who is moved loses the keyboard.
    if (focused instanceof HTMLElement && this.#tiles.contains(focused)) focused.focus();
  }

  /**
   * @param {number} page from 0
   * @param {number} pages
   */
  #drawPages(page, pages) {
    this.#pages.hidden = pages < 2;
    this.#number.textContent = say("page_of", { page: page + 1, pages });
    this.#back.disabled = page === 0;
    this.#on.disabled = page === pages - 1;
  }

  #own() {
    const { track } = this.call.devices.camera;
    if (this.#ownPicture.getVideoTracks()[0] !== (track ?? undefined)) {
      this.#ownPicture = new MediaStream(track ? [track] : []);
    }
    return this.#ownPicture;
  }

  /**
   * Why a picture is held back, if it is.
   *
   * @param {string} participant
   * @param {"camera" | "screen"} source
   */
  #held(participant, source) {
    return this.call.roster.held.get(this.call.roster.seatOf(participant, source));
  }

  /** @param {Set<string>} speaking */
  #ring(speaking) {
    for (const tile of this.#shown.values()) {
      tile.ring(tile.face.source === "camera" && speaking.has(tile.face.participant));
    }
  }
}

/** @param {Face} face */
function key({ participant, source }) {
  return `${source} ${participant}`;
}

/**
 * @param {Face} face
 * @param {HTMLElement} box
 * @returns {import("../call/sight.js").Place}
 */
export function place(face, box) {
  const scale = devicePixelRatio;
  return { ...face, width: Math.round(box.clientWidth * scale), height: Math.round(box.clientHeight * scale) };
}
