import assert from "node:assert/strict";
import { test } from "node:test";
import { Order } from "../../../web/room/call/order.js";
import { View } from "../../../web/room/call/view.js";
import { capacity, divide, pack, spread } from "../../../web/room/screen/packing.js";

/** @typedef {import("../../../web/room/call/view.js").Shown} Shown */

/** @param {number} count */
function crowd(count) {
  return Array.from({ length: count }, (_, at) => `p${at}`);
}

/** @param {Shown} shown */
function who({ main, rest }) {
  const words = (/** @type {any} */ face) => (face.source === "screen" ? `${face.participant}*` : face.participant);
  return [main ? `[${words(main)}]` : "", rest.map(words).join(" ")].join("");
}

const all = () => 49;
const three = () => 3;

test("faces stand in the order of arrival, one's own last", () => {
  const view = new View();
  assert.equal(who(view.look({ you: "me", people: ["a", "me", "b"], screens: [] }, all)), "a b me");
  assert.equal(who(view.look({ you: "me", people: ["a", "b", "me", "c"], screens: [] }, all)), "a b c me");
});

test("one's own face can be left out, unless nobody else is there", () => {
  const view = new View();
  view.choose({ self: false });
  assert.equal(who(view.look({ you: "me", people: ["me", "a"], screens: [] }, all)), "a");
  assert.equal(who(view.look({ you: "me", people: ["me"], screens: [] }, all)), "me");
});

test("a shared screen is large, a second one stands among the others", () => {
  const view = new View();
  const present = { you: "me", people: ["me", "a", "b"], screens: ["a", "b"] };
  assert.equal(who(view.look(present, all)), "[b*]a* a b me");
});

test("who is pinned is large, whoever shares, until let go or gone", () => {
  const view = new View();
  const present = { you: "me", people: ["me", "a", "b"], screens: ["b"] };
  view.pin({ participant: "a", source: "camera" });
  assert.equal(who(view.look(present, all)), "[a]b* b me");
  assert.equal(who(view.look({ ...present, people: ["me", "b"] }, all)), "[b*]b me");
  view.pin({ participant: "a", source: "camera" });
  assert.equal(who(view.look(present, all)), "[b*]b a me", "let go; who came back stands last");
});

test("the large one is who spoke last, never oneself", () => {
  const view = new View();
  const present = { you: "me", people: ["me", "a", "b"], screens: [] };
  view.choose({ mode: "speaker" });
  assert.equal(who(view.look(present, all)), "[a]b me");
  view.follow("b", "me");
  assert.equal(who(view.look(present, all)), "[b]a me");
  view.follow("me", "me");
  view.follow(null, "me");
  assert.equal(who(view.look(present, all)), "[b]a me");
});

test("more faces than there is room for stand on further pages, one's own on the first", () => {
  const view = new View();
  const present = { you: "me", people: ["me", ...crowd(4)], screens: [] };
  const first = view.look(present, three);
  assert.deepEqual([who(first), first.page, first.pages], ["p0 p1 me", 0, 2]);
  view.turn(1);
  assert.equal(who(view.look(present, three)), "p2 p3");
  view.turn(1);
  assert.equal(who(view.look(present, three)), "p2 p3", "there is no third page");
  assert.equal(view.look({ ...present, people: ["me", "p0"] }, three).page, 0);
});

test("who speaks comes to the first page, in the place of who was silent longest, and nobody else moves", () => {
  const view = new View();
  const present = { you: "me", people: ["me", ...crowd(6)], screens: [] };
  view.look(present, () => 4);
  view.follow("p2", "me");
  view.follow("p5", "me");
  assert.equal(who(view.look(present, () => 4)), "p0 p5 p2 me");
  view.follow("p0", "me");
  view.follow("p1", "me");
  assert.equal(who(view.look(present, () => 4)), "p0 p5 p1 me");
});

test("who goes is forgotten, who comes stands last", () => {
  const order = new Order();
  assert.deepEqual(order.keep(["a", "b", "c"]), ["a", "b", "c"]);
  assert.deepEqual(order.keep(["c", "a", "d"]), ["a", "c", "d"]);
});

for (const [width, height] of [
  [320, 480],
  [390, 700],
  [1264, 650],
  [3800, 1900],
]) {
  test(`from 1 to 49 faces fill ${width} × ${height} without touching each other or the edge`, () => {
    for (let count = 1; count <= 49; count += 1) {
      const room = { x: 0, y: 0, width, height };
      const fits = capacity(count, room, 8, false);
      const boxes = spread(fits, room, 8);
      assert.equal(boxes.length, fits);
      for (const [at, box] of boxes.entries()) {
        assert.ok(box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height);
        for (const other of boxes.slice(at + 1)) {
          const beside = box.x + box.width + 7 <= other.x || other.x + other.width + 7 <= box.x;
          assert.ok(beside || box.y + box.height + 7 <= other.y, `${count}: ${JSON.stringify([box, other])}`);
        }
      }
      const tile = pack(fits, width, height, 8);
      assert.ok(fits === count || tile.width * tile.height >= 12_000, "nobody is made a stamp");
    }
  });
}

test("a usual window shows 49 faces at once, a phone eight", () => {
  assert.equal(capacity(49, { width: 1264, height: 690 }, 8, false), 49);
  assert.equal(capacity(49, { width: 374, height: 690 }, 8, false), 8);
});

test("the large picture has most of the room, beside the others in a wide window, above them in a high one", () => {
  const wide = divide(1264, 690, 8, true);
  assert.ok(wide.main.width > 3 * wide.rest.width && wide.rest.height === 690);
  const high = divide(374, 690, 8, true);
  assert.ok(high.main.height > 2 * high.rest.height && high.rest.width === 374);
  assert.equal(divide(1264, 690, 8, false).main.width, 1264);
});
