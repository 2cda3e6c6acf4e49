/** How tiles fill a room of pixels. Pure. */

/** Between a square and a cinema: a face is still whole. */
const NARROWEST = 1;
const WIDEST = 16 / 9;

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
