// Sending visits: one after the other, the oldest first; what the registry says of each is kept with it.

import * as kept from "./kept.js";
import { base64 } from "./photo.js";

const API = "/api/v1";
let going = null;

export class NoSignal extends Error {}
export class SignedOut extends Error {}

// The answer of the API as {status, body}. Raises NoSignal, SignedOut.
export async function ask(path, body) {
  let answer;
  try {
    const how = body === undefined ? {} : { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
    answer = await fetch(API + path, { ...how, cache: "no-store" });
  } catch {
    throw new NoSignal();
  }
  if (answer.status === 401) throw new SignedOut();
  if (answer.status >= 502 && answer.status !== 503) throw new NoSignal();
  const type = answer.headers.get("Content-Type") ?? "";
  return { status: answer.status, body: type.includes("json") ? await answer.json() : {} };
}

// Every visit that waits is sent; those that come while this goes on, too. Raises NoSignal, SignedOut.
export function sendAll(owner) {
  going ??= (async () => {
    try {
      const sent = [];
      const waiting = async () => (await kept.unsent(owner)).filter((visit) => visit.state === "waiting");
      for (let visit; (visit = (await waiting()).at(-1)); ) sent.push(await send(visit));
      return sent;
    } finally {
      going = null;
    }
  })();
  return going;
}

// The visit with what became of it: sent, wrong or conflict; of one that is still being filled in (`draft`) the device
// and its login alone. Raises NoSignal, SignedOut.
export async function send(visit) {
  const { status, body } = await ask("/visits", {
    id: visit.id,
    school: visit.school,
    device: visit.device,
    channels: visit.draft ? [] : visit.channels,
    ...(visit.login ? { login: visit.login } : {}),
  });
  if (status === 409) return keep(visit, { state: "conflict", conflicts: body.conflicts });
  if (status !== 200) return keep(visit, { state: "wrong", mistakes: body.mistakes ?? [], login_wrong: body.login ?? "", detail: body.detail ?? [String(status)] });
  const { login, conflicts, mistakes, detail, ...rest } = visit;
  const done = await keep(rest, {
    state: visit.draft ? "draft" : "sent",
    device: { cells: { ...visit.device.cells, "device.code": body.code }, seen: body.version },
    channels: visit.channels.map((row) => ({ ...row, seen: body.channels[row.cells.index ?? "1"] ?? row.seen })),
    notices: body.notices,
    held: body.held,
    username: login?.username ?? visit.username,
  });
  if (visit.draft) return done;
  const whole = await sendPhotos(done);
  if (whole.check) await ask(`/devices/${encodeURIComponent(visit.school)}/${encodeURIComponent(body.code)}/look`, {});
  return keep(whole, { check: false });
}

async function sendPhotos(visit) {
  const left = [];
  for (const photo of visit.photos ?? []) {
    if (photo.sent) {
      left.push(photo);
      continue;
    }
    const { status, body } = await ask("/visits/photos", {
      school: visit.school,
      device: visit.device.cells["device.code"],
      index: photo.index,
      jpeg: await base64(photo.blob),
    });
    left.push(status === 201 ? { index: photo.index, sent: true } : { ...photo, refused: body.photo ?? String(status) });
  }
  return keep(visit, { photos: left });
}

async function keep(visit, changes) {
  const made = { ...visit, ...changes };
  await kept.put(made);
  return made;
}
