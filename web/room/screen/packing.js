/** How faces fill a room of pixels. Pure. */

/** Between a square and a cinema: a face is still whole. */
const NARROWEST = 1;
const WIDEST = 16 / 9;

/** Pixels: in a smaller tile nobody is known again. */
const SMALLEST = 12_000;

/** The same beside a large picture in a wide window, where few faces must not be lost beside it. */
const SMALLEST_BESIDE = 20_000;

/** Of a phone's width: more faces at once are stamps, and more work than it can do. */
const PHONE = { width: 600, most: 8 };

/** Part of the room, and pixels, of the faces beside a large picture. */
const BESIDE = { part: 0.18, least: 160, most: 256, below: 0.26 };

/** Beside a large picture more faces would only distract. */
const BESIDE_MOST = 8;

const MOST = 49;

/** @typedef {{x: number, y: number, width: number, height: number}} Box whole pixels */

/**
 * The largest equal tiles that fit.
 *
 * @param {number} count how many tiles, at least 1
 * @param {number} width pixels
 * @param {number} height pixels
 * @param {number} gap pixels between tiles
 * @returns {{columns: number, width: number, height: number}} of one tile, in whole pixels
 */
export function pack(count, width, height, gap) {
  let best = { columns: 1, width: 0, height: 0 };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const cell = { width: (width - gap * (columns - 1)) / columns, height: (height - gap * (rows - 1)) / rows };
    const tile = {
      columns,
      width: Math.max(0, Math.floor(Math.min(cell.width, cell.height * WIDEST))),
      height: Math.max(0, Math.floor(Math.min(cell.height, cell.width / NARROWEST))),
    };
    if (tile.width * tile.height > best.width * best.height) best = tile;
  }
  return best;
}

/**
 * Where the large picture goes, and where the others.
 *
 * @param {number} width pixels
 * @param {number} height pixels
 * @param {number} gap pixels
 * @param {boolean} others whether there are any
 * @returns {{main: Box, rest: Box}}
 */
export function divide(width, height, gap, others) {
  if (!others) return { main: { x: 0, y: 0, width, height }, rest: { x: width, y: 0, width: 0, height } };
  if (height > width) {
    const low = Math.round(height * BESIDE.below);
    const main = { x: 0, y: 0, width, height: height - low - gap };
    return { main, rest: { x: 0, y: height - low, width, height: low } };
  }
  const side = Math.round(Math.min(BESIDE.most, Math.max(BESIDE.least, width * BESIDE.part)));
  const main = { x: 0, y: 0, width: width - side - gap, height };
  return { main, rest: { x: width - side, y: 0, width: side, height } };
}

/**
 * How many of so many faces stand in a room at once.
 *
 * @param {number} count at least 1
 * @param {{width: number, height: number}} room pixels
 * @param {number} gap pixels
 * @param {boolean} beside whether a large picture has the best of it
 */
export function capacity(count, { width, height }, gap, beside) {
  const most = beside ? BESIDE_MOST : width < PHONE.width ? PHONE.most : MOST;
  const smallest = beside && height > width ? SMALLEST_BESIDE : SMALLEST;
  for (let fits = Math.min(count, most); fits > 1; fits -= 1) {
    const tile = pack(fits, width, height, gap);
    if (tile.width * tile.height >= smallest) return fits;
  }
  return 1;
}

/**
 * The boxes of so many tiles, in rows, the last one in the middle.
 *
 * @param {number} count
 * @param {Box} room
 * @param {number} gap pixels
 * @returns {Box[]}
 */
export function spread(count, room, gap) {
  const tile = pack(count, room.width, room.height, gap);
  const rows = Math.ceil(count / tile.columns);
  const top = room.y + (room.height - rows * tile.height - (rows - 1) * gap) / 2;
  return Array.from({ length: count }, (_, at) => {
    const row = Math.floor(at / tile.columns);
    const here = Math.min(tile.columns, count - row * tile.columns);
    const left = room.x + (room.width - here * tile.width - (here - 1) * gap) / 2;
    return {
      x: Math.round(left + (at % tile.columns) * (tile.width + gap)),
      y: Math.round(top + row * (tile.height + gap)),
      width: tile.width,
      height: tile.height,
    };
  });
}
