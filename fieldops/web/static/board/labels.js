// Which labels are written on the map and where: none over another.

const CELL = 64;

// `wanted` comes by importance: each has a key, the middle from which it is written, its width and
// height, and the ways from there to the middle of the label, the best first. Answers with the way
// of each label that found room.
export function place(wanted) {
  const taken = new Map();
  const found = new Map();
  for (const { key, x, y, width, height, ways } of wanted) {
    const way = ways.find(([dx, dy]) => {
      const box = [x + dx - width / 2, y + dy - height / 2, x + dx + width / 2, y + dy + height / 2];
      const cells = over(box);
      if (cells.some((cell) => taken.get(cell)?.some((other) => meet(box, other)))) return false;
      for (const cell of cells) {
        if (!taken.has(cell)) taken.set(cell, []);
        taken.get(cell).push(box);
      }
      return true;
    });
    if (way) found.set(key, way);
  }
  return found;
}

const meet = ([west, north, east, south], other) => west < other[2] && east > other[0] && north < other[3] && south > other[1];

function over([west, north, east, south]) {
  const cells = [];
  for (let x = Math.floor(west / CELL); x <= Math.floor(east / CELL); x += 1) {
    for (let y = Math.floor(north / CELL); y <= Math.floor(south / CELL); y += 1) cells.push(`${x}|${y}`);
  }
  return cells;
}
