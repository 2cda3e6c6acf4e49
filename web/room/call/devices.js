/** One's own microphone and camera: opened, chosen, switched, lost and found again. */

import { Emitter } from "../emitter.js";

/**
 * @typedef {"microphone" | "camera"} Kind
 * @typedef {"denied" | "system" | "missing" | "busy"} Fault `system`: the system forbids it to the browser itself
 *
 * @typedef {object} Device
 * @property {boolean} on what the person wants
 * @property {MediaStreamTrack | null} track live, or null
 * @property {Fault | null} fault why there is no track
 * @property {boolean} held the system keeps it silent or dark for now: a call on the telephone, a closed lid
 * @property {string} chosen device id, empty for the system's choice
 * @property {number} turn grows with every change of mind: an answer to an older request is thrown away
 *
 * @typedef {object} DeviceEvents
 * @property {Kind} changed
 * @property {void} listed
 */

/** @type {Record<Kind, MediaTrackConstraints>} */
const WISHES = {
  microphone: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  camera: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } },
};

/** @type {Record<string, Fault>} Names from Media Capture and Streams, section 10.2. */
const FAULTS = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
};

/** @type {readonly Kind[]} */
export const KINDS = ["microphone", "camera"];

/** @extends {Emitter<DeviceEvents>} */
export class Devices extends Emitter {
  /** @type {Record<Kind, Device>} */
  #devices = { microphone: fresh(), camera: fresh() };
  /** @type {{microphones: MediaDeviceInfo[], cameras: MediaDeviceInfo[], speakers: MediaDeviceInfo[]}} */
  lists = { microphones: [], cameras: [], speakers: [] };
  /** Which way the camera of a telephone looks; empty: the browser's choice. */
  #facing = "";
  /** Device id of the loudspeaker, empty for the system's choice. */
  speaker = "";

  /** @param {MediaDevices | undefined} media absent where the browser gives none (no secure context) */
  constructor(media) {
    super();
    this.media = media;
    media?.addEventListener("devicechange", () => void this.#replugged());
  }

  get microphone() {
    return this.#devices.microphone;
  }

  get camera() {
    return this.#devices.camera;
  }

  /** @param {Kind} kind whether others receive something */
  live(kind) {
    const device = this.#devices[kind];
    return device.on && device.track !== null && !device.held;
  }

  /** Asks for both at once (one question to the person); if that fails, for each alone. */
  async start() {
    try {
      const stream = await this.#ask({ audio: this.#wish("microphone"), video: this.#wish("camera") });
      this.#take("microphone", stream.getAudioTracks()[0] ?? null, null);
      this.#take("camera", stream.getVideoTracks()[0] ?? null, null);
    } catch {
      for (const kind of KINDS) await this.#open(kind);
    }
    await this.list();
  }

  /**
   * The microphone only falls silent: it must answer at once. The camera is really let go, its light goes out.
   *
   * @param {Kind} kind
   * @param {boolean} on
   */
  async turn(kind, on) {
    const device = this.#devices[kind];
    device.on = on;
    if (!on && kind === "camera") return this.#take(kind, null, null);
    if (on && !device.track) return this.#open(kind);
    if (device.track) device.track.enabled = on;
    return this.emit("changed", kind);
  }

  /**
   * @param {Kind} kind
   * @param {string} id
   */
  async choose(kind, id) {
    this.#devices[kind].chosen = id;
    if (this.#devices[kind].on || kind === "microphone") await this.#open(kind);
    else this.emit("changed", kind);
  }

  /** Turns to the camera at the other side of a telephone. Only one of them may be open at a time. */
  async flip() {
    const facing = this.#devices.camera.track?.getSettings().facingMode;
    this.#facing = facing === "environment" ? "user" : "environment";
    this.#devices.camera.chosen = "";
    if (!this.#devices.camera.on) return;
    this.#take("camera", null, null);
    await this.#open("camera");
  }

  /** @param {string} id of the loudspeaker */
  hearThrough(id) {
    this.speaker = id;
    this.emit("listed", undefined);
  }

  /** Names appear once the person has allowed a device. */
  async list() {
    const all = (await this.media?.enumerateDevices().catch(() => [])) ?? [];
    const of = (/** @type {string} */ kind) => all.filter((one) => one.kind === kind && one.deviceId !== "");
    this.lists = { microphones: of("audioinput"), cameras: of("videoinput"), speakers: of("audiooutput") };
    this.emit("listed", undefined);
  }

  /** Lets everything go. */
  stop() {
    for (const kind of KINDS) this.#take(kind, null, null);
  }

  /**
   * @param {Kind} kind
   * @returns {Promise<void>}
   */
  async #open(kind) {
    const device = this.#devices[kind];
    const turn = ++device.turn;
    try {
      const stream = await this.#ask({ [kind === "camera" ? "video" : "audio"]: this.#wish(kind) });
      const [track] = stream.getTracks();
      if (turn !== device.turn) return track.stop();
      this.#take(kind, track, null);
    } catch (fault) {
      if (turn !== device.turn) return undefined;
      if (device.chosen && faultOf(fault) === "missing") {
        device.chosen = "";
        return this.#open(kind);
      }
      this.#take(kind, null, faultOf(fault));
    }
    return undefined;
  }

  /**
   * @param {Kind} kind
   * @param {MediaStreamTrack | null} given
   * @param {Fault | null} fault
   */
  #take(kind, given, fault) {
    const device = this.#devices[kind];
    // The person may have switched the camera off while it was starting.
    const unwanted = kind === "camera" && !device.on;
    const track = unwanted ? null : given;
    if (unwanted) given?.stop();
    device.turn += 1;
    if (device.track && device.track !== track) {
      device.track.onended = device.track.onmute = device.track.onunmute = null;
      device.track.stop();
    }
    Object.assign(device, { track, fault, held: track?.muted ?? false });
    if (track) {
      track.enabled = device.on;
      if (kind === "camera") track.contentHint = "motion";
      track.onended = () => void this.#unplugged(kind);
      track.onmute = track.onunmute = () => this.#hold(kind, track.muted);
    }
    this.emit("changed", kind);
  }

  /**
   * Tries again to get what is wanted and failed.
   *
   * @param {Kind} kind
   */
  async again(kind) {
    const device = this.#devices[kind];
    if (device.on && !device.track) await this.#open(kind);
  }

  /**
   * @param {Kind} kind
   * @param {boolean} held
   */
  #hold(kind, held) {
    this.#devices[kind].held = held;
    this.emit("changed", kind);
  }

  /** @param {Kind} kind */
  async #unplugged(kind) {
    this.#take(kind, null, "missing");
    await this.list();
    if (this.#devices[kind].on) await this.#open(kind);
  }

  async #replugged() {
    await this.list();
    for (const kind of KINDS) {
      if (this.#devices[kind].fault === "missing" && this.#devices[kind].on) await this.#open(kind);
    }
  }

  /**
   * @param {MediaStreamConstraints} constraints
   * @returns {Promise<MediaStream>}
   */
  #ask(constraints) {
    if (!this.media) return Promise.reject(new DOMException("no devices in this context", "NotFoundError"));
    return this.media.getUserMedia(constraints);
  }

  /** @param {Kind} kind */
  #wish(kind) {
    const { chosen } = this.#devices[kind];
    if (chosen) return { ...WISHES[kind], deviceId: { exact: chosen } };
    return kind === "camera" && this.#facing ? { ...WISHES.camera, facingMode: this.#facing } : WISHES[kind];
  }
}

/** @returns {Device} */
function fresh() {
  return { on: true, track: null, fault: null, held: false, chosen: "", turn: 0 };
}

/**
 * @param {unknown} fault
 * @returns {Fault}
 */
function faultOf(fault) {
  const { name, message } = /** @type {{name?: string, message?: string}} */ (fault) ?? {};
  // Chromium says "Permission denied by system"; other browsers don't tell the two apart.
  if (name === "NotAllowedError" && /system/i.test(message ?? "")) return "system";
  return FAULTS[/** @type {{name?: string}} */ (fault)?.name ?? ""] ?? "missing";
}
