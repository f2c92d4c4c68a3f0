// A visit: one device of a school with its cameras, as it is entered and sent.

import { showDevice } from "./device.js";
import * as kept from "./kept.js";
import { owner } from "./page.js";
import { alone } from "./send.js";
import { go, now } from "./steps.js";
import { showWaiting } from "./waiting.js";

export const RECORDERS = ["nvr", "dvr", "encoder"];

function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((value) => value.toString(16).padStart(2, "0")).join("");
}

export function nextCode(kind) {
  const prefix = RECORDERS.includes(kind) ? "DG" : "CAM";
  const used = new Set([...now.school.devices.map((each) => each.cells["device.code"]), ...now.begunCodes]);
  for (let number = 1; ; number += 1) {
    const code = `${prefix}-${String(number).padStart(2, "0")}`;
    if (!used.has(code)) return code;
  }
}

export function newVisit(kind, cells = {}) {
  const device = { cells: { kind, "device.code": nextCode(kind), ...cells }, seen: null };
  return { id: newId(), school: now.school.code, name: now.school.name, owner, state: "draft", device, channels: [], photos: [] };
}

export function visitOf(device) {
  const made = newVisit(device.cells.kind);
  const channels = device.channels.map((row) => ({ cells: row.cells, seen: row.found ? null : row.version }));
  return { ...made, device: { cells: { ...device.cells }, seen: device.version }, channels, username: device.cells.username };
}

// What waits is taken out of the queue first, so that it is not sent while it is changed; what was sent meanwhile is not
// there any more.
export async function resume(found) {
  if (found.state !== "draft") {
    found = await alone(async () => {
      const stands = await kept.get(found.id);
      if (!stands || stands.state === "sent") return null;
      const { taken, conflicts, ...rest } = stands;
      await kept.put({ ...rest, state: "draft" });
      return { ...rest, state: "draft" };
    });
    await showWaiting();
    if (!found) return;
  }
  now.visit = found;
  if (!now.school || now.school.code !== now.visit.school) now.school = (await kept.school(now.visit.school)) ?? { code: now.visit.school, name: now.visit.name, sites: [], devices: [], photos: false };
  showDevice();
  go("device");
}

// The visit as it is sent; a password that could not be sealed goes along, and stays nowhere.
export function whole(changes) {
  const made = { ...now.visit, ...changes };
  if (made.login && !made.login.sealed) made.login = now.typed ? { username: made.login.username, password: now.typed } : undefined;
  return made;
}
