// Sending visits: one after the other, the oldest first; what the registry says of each is kept with it.

import * as kept from "./kept.js";
import { base64 } from "./photo.js";

const API = "/api/v1";
const LATER = new Set([403, 421, 429]);
let chain = Promise.resolve();

export class NoSignal extends Error {}
export class SignedOut extends Error {}
export class Later extends Error {} // the server could not take it now: it is sent again
export class OtherAccount extends Error {} // somebody else is signed in at this browser

// One after the other, in all windows of this browser: nothing is sent twice at a time, or changed while it is sent.
export function alone(work) {
  if (navigator.locks) return navigator.locks.request("camera-registry", work);
  chain = chain.then(work, work);
  return chain;
}

// The answer of the API as {status, body}. Raises NoSignal, SignedOut, Later, OtherAccount.
export async function ask(path, body) {
  let answer;
  try {
    const how = body === undefined ? {} : { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
    answer = await fetch(API + path, { ...how, cache: "no-store" });
  } catch {
    throw new NoSignal();
  }
  const type = answer.headers.get("Content-Type") ?? "";
  const said = type.includes("json") ? await answer.json().catch(() => ({})) : {};
  if (answer.status === 401) throw new SignedOut();
  if (said.account === "other") throw new OtherAccount();
  if (answer.status >= 500 || LATER.has(answer.status)) throw new Later();
  return { status: answer.status, body: said };
}

// Every visit that waits is sent; what became of each. Raises as `ask`.
export function sendAll(owner) {
  return alone(async () => {
    const done = [];
    for (const { id } of (await kept.unsent(owner)).reverse()) {
      const visit = await kept.get(id);
      if (visit?.state === "waiting") done.push(await sendNow(visit));
    }
    return done;
  });
}

// The same of one visit.
export function send(visit) {
  return alone(() => sendNow(visit));
}

// The visit with what became of it: sent, wrong, conflict, or refused (all but a photo was taken). Of one that is still
// being filled in (`draft`) the device and its login alone are sent. It waits until the last of it was taken.
async function sendNow(visit) {
  const taken = visit.taken && !visit.draft ? visit : await sendRows(visit);
  if (!taken.taken || visit.draft) return taken;
  const photos = await sendPhotos(taken);
  const place = [taken.school, taken.device.cells["device.code"]].map(encodeURIComponent);
  if (photos.check) await ask(`/devices/${place.join("/")}/look`, {});
  return keep(photos, { check: false, state: photos.photos.some((each) => each.refused) ? "refused" : "sent" });
}

async function sendRows(visit) {
  const { status, body } = await ask("/visits", {
    id: visit.id,
    by: visit.owner,
    school: visit.school,
    device: visit.device,
    channels: visit.draft ? [] : visit.channels,
    ...(visit.login ? { login: visit.login } : {}),
  });
  if (status === 409) return keep(visit, { state: "conflict", conflicts: body.conflicts });
  if (status !== 200) return keep(visit, { state: "wrong", mistakes: body.mistakes ?? [], login_wrong: body.login ?? "", detail: body.detail ?? [String(status)] });
  const { login, conflicts, mistakes, detail, ...rest } = visit;
  return keep(rest, {
    state: visit.draft ? "draft" : "waiting",
    taken: true,
    device: { cells: { ...visit.device.cells, "device.code": body.code }, seen: body.version },
    channels: visit.channels.map((row) => ({ ...row, seen: body.channels[row.cells.index ?? "1"] ?? row.seen })),
    notices: body.notices,
    held: body.held,
    username: login?.username ?? visit.username,
  });
}

async function sendPhotos(visit) {
  let made = { ...visit, photos: visit.photos ?? [] };
  for (const [place, photo] of made.photos.entries()) {
    if (photo.sent || photo.refused) continue;
    const { status, body } = await ask("/visits/photos", {
      by: visit.owner,
      school: visit.school,
      device: visit.device.cells["device.code"],
      index: photo.index,
      jpeg: await base64(photo.blob),
    });
    const told = status === 201 ? { index: photo.index, sent: true } : { ...photo, refused: body.photo ?? String(status) };
    made = await keep(made, { photos: made.photos.map((each, at) => (at === place ? told : each)) });
  }
  return made;
}

async function keep(visit, changes) {
  const made = { ...visit, ...changes };
  await kept.put(made);
  return made;
}
