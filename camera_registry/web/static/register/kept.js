// What the browser keeps: visits that are not sent yet, schools taken along, and whose they are. One database.
//
// A visit: {id, school, owner, state, device: {cells, seen}, login: {username, sealed}, channels: [{cells, seen}],
// photos: [{index, blob, sent}], check, taken, at}. State: draft (being filled in), waiting (to be sent, or a part of it),
// wrong (the registry says what to mend), conflict (somebody was faster), refused (a photo was not taken), sent. A
// password is kept sealed, and never after it was sent.

import { openDB } from "/static/vendor/idb.js";

const UNSENT = new Set(["waiting", "wrong", "conflict", "refused"]);
const opened = openDB("camera-registry", 1, {
  upgrade(db) {
    db.createObjectStore("visits", { keyPath: "id" });
    db.createObjectStore("schools", { keyPath: "code" });
    db.createObjectStore("about");
  },
});

// Asks the browser not to drop what is kept; says whether it agreed.
export async function stay() {
  return Boolean(await navigator.storage?.persist?.());
}

export async function put(visit) {
  const { login, ...rest } = visit;
  const sealed = login ? { login: login.sealed ? login : { username: login.username } } : {}; // never one in clear
  await (await opened).put("visits", { ...rest, ...sealed, at: new Date().toISOString() });
  announce();
}

export async function get(id) {
  return (await opened).get("visits", id);
}

export async function drop(id) {
  await (await opened).delete("visits", id);
  announce();
}

// The visits of this person, the newest first.
export async function visits(owner) {
  const every = await (await opened).getAll("visits");
  return every.filter((visit) => visit.owner === owner).sort((a, b) => (a.at < b.at ? 1 : -1));
}

export async function unsent(owner) {
  return (await visits(owner)).filter((visit) => UNSENT.has(visit.state));
}

// How many visits of other people wait in this browser, by name.
export async function ofOthers(owner) {
  const every = await (await opened).getAll("visits");
  return every.filter((visit) => visit.owner !== owner && UNSENT.has(visit.state));
}

// What was taken along belongs to one person: of another nothing is left but what they have not sent.
export async function belongTo(owner) {
  const db = await opened;
  if ((await db.get("about", "owner")) === owner) return;
  await db.clear("schools");
  await db.delete("about", "named");
  await db.put("about", owner, "owner");
}

export async function putNamed(named) {
  await (await opened).put("about", { ...named, at: new Date().toISOString() }, "named");
}

export async function named() {
  return (await opened).get("about", "named");
}

export async function putSchool(school) {
  await (await opened).put("schools", { ...school, at: new Date().toISOString() });
}

export async function school(code) {
  return (await opened).get("schools", code);
}

export async function schoolCodes() {
  return (await opened).getAllKeys("schools");
}

// Everything of this person is gone from this browser; what others have not sent yet stays.
export async function clear(owner) {
  const db = await opened;
  for (const visit of await db.getAll("visits")) if (visit.owner === owner) await db.delete("visits", visit.id);
  await Promise.all(["schools", "about"].map((name) => db.clear(name)));
  announce();
}

function announce() {
  document.dispatchEvent(new CustomEvent("visits"));
}
