// The step of the cameras: the grid of their names, areas and scopes.

import { Grid } from "./grid.js";
import { el, lang, W } from "./page.js";
import { now } from "./steps.js";
import { RECORDERS } from "./visit.js";

export const grid = new Grid(el("grid"), el("grid-row"), W);

export function showGrid() {
  const recorder = RECORDERS.includes(now.visit.device.cells.kind);
  const seen = new Map((now.visit.look?.channels ?? []).map((each) => [each.index, each]));
  const said = new Map(now.visit.channels.map((row) => [Number(row.cells.index || 1), row.cells]));
  const last = Math.max(1, ...seen.keys(), ...said.keys());
  el("how-many").hidden = !recorder;
  const sizes = [...el("count").options].map((option) => Number(option.value));
  const wanted = recorder ? (sizes.find((size) => size >= Math.max(last, now.visit.rows ?? (seen.size ? 1 : 8))) ?? last) : last;
  el("count").value = String(wanted);
  showRows(wanted, seen, said);
}

export function showRows(count, seen, said) {
  const rows = Array.from({ length: count }, (_, place) => {
    const index = place + 1;
    const [found, cells] = [seen.get(index), said.get(index)];
    return {
      index,
      cells: cells ?? {},
      used: cells ? Boolean(cells.name || cells.area || found) : Boolean(found) || !(seen.size || said.size),
      hint: found?.said,
      stream: found ? [found.said, found.stream[lang]].filter(Boolean).join(" · ") : "",
    };
  });
  grid.show(rows);
  for (const mistake of now.visit.mistakes ?? []) if (mistake.file === "channels.csv") markChannel(mistake);
}

function markChannel(mistake) {
  const row = now.visit.channels[mistake.row - 2]; // the device is the first row that was sent
  if (row) grid.mark(Number(row.cells.index), mistake.field, `${mistake.what[lang]}; ${mistake.remedy[lang]}`);
}

// What the grid holds is taken into the visit.
export function takeGrid() {
  const before = new Map(now.visit.channels.map((row) => [Number(row.cells.index || 1), row]));
  now.visit.rows = grid.root.children.length;
  now.visit.channels = grid.rows().filter((row) => row.used || before.get(row.index)?.seen).map((row) => {
    const known = before.get(row.index);
    const { scope, ...rest } = row.cells;
    const stays = known?.cells.scope && !scope ? {} : scope ? { scope } : {};
    return { seen: known?.seen ?? null, cells: { ...known?.cells, ...rest, ...stays, index: String(row.index) } };
  });
}
