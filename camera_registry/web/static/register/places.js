// The step of the positions: where each camera hangs, and a photo of the place.

import { grid } from "./cameras.js";
import * as kept from "./kept.js";
import { block, el, say, W } from "./page.js";
import { small } from "./photo.js";
import { go, keepDraft, now, tell } from "./steps.js";

function showPlaces() {
  el("photo-note").hidden = !now.school.photos;
  const rows = now.visit.channels.map((row) => {
    const made = el("place-row").content.cloneNode(true).firstElementChild;
    const index = Number(row.cells.index);
    made.dataset.index = index;
    made.querySelector(".title").textContent = `${index}. ${row.cells.name}`;
    made.querySelector("[name=note]").value = row.cells.note ?? "";
    made.querySelector("[data-here]").setAttribute("aria-label", `${made.querySelector("[data-here]").textContent}: ${row.cells.name}`);
    showPosition(made, row.cells);
    const photo = made.querySelector(".photo");
    photo.hidden = !now.school.photos;
    photo.querySelector("input").setAttribute("aria-label", `${photo.textContent.trim()}: ${row.cells.name}`);
    const blob = now.visit.photos.find((each) => each.index === index && each.blob)?.blob;
    if (blob) thumb(made, blob);
    return made;
  });
  el("places").replaceChildren(...rows);
  if (!now.school.photos) el("places").prepend(block(W.photo_no, "text-secondary small mb-2"));
}

function showPosition(row, cells) {
  row.querySelector(".where").textContent = cells.lat ? say("position", { lat: cells.lat, lon: cells.lon, m: cells.metres ?? "?" }) : W.no_position;
}

async function thumb(row, blob) {
  const image = row.querySelector(".thumb");
  image.src = await new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.readAsDataURL(blob);
  });
  image.alt = row.querySelector(".title").textContent;
  image.hidden = false;
}

function whereAmI() {
  return new Promise((done, failed) => {
    if (!navigator.geolocation) failed(new Error("no position"));
    navigator.geolocation.getCurrentPosition(done, failed, { enableHighAccuracy: true, timeout: 20_000, maximumAge: 10_000 });
  });
}

export async function here(indices) {
  try {
    const { coords } = await whereAmI();
    const [lat, lon] = [coords.latitude, coords.longitude].map((value) => value.toFixed(6).replace(".", ","));
    for (const row of now.visit.channels) if (indices.includes(Number(row.cells.index))) row.cells = { ...row.cells, lat, lon };
    for (const row of document.querySelectorAll(".place-row")) {
      const at = now.visit.channels.find((each) => each.cells.index === row.dataset.index);
      if (indices.includes(Number(row.dataset.index))) showPosition(row, { ...at.cells, metres: Math.round(coords.accuracy) });
    }
    await kept.put({ ...now.visit, state: "draft" });
  } catch {
    tell(W.position_failed, "warning");
  }
}

export async function photo(index, file, row) {
  try {
    const blob = await small(file);
    now.visit.photos = [...now.visit.photos.filter((each) => each.index !== index || each.sent), { index, blob }];
    await kept.put({ ...now.visit, state: "draft" });
    await thumb(row, blob);
  } catch {
    tell(W.photo_unreadable, "warning");
  }
}

export function takeNotes() {
  for (const row of document.querySelectorAll(".place-row")) {
    const at = now.visit.channels.find((each) => each.cells.index === row.dataset.index);
    const note = row.querySelector("[name=note]").value.trim();
    if (at && (note || at.cells.note)) at.cells = { ...at.cells, note };
  }
}

export async function toPlaces() {
  keepDraft();
  const lacking = grid.incomplete();
  if (lacking) return tell(say("incomplete", { n: lacking }), "danger");
  if (!now.visit.channels.length) return tell(W.none_used, "danger");
  delete now.visit.mistakes;
  await kept.put({ ...now.visit, state: "draft" });
  showPlaces();
  go("places");
}
