// The register wizard: school, device, check, cameras, positions, done. What is entered is kept at every step, so that
// nothing is lost when the browser is closed; it is sent at once, or when the signal is back (send.js).

import { grid, showGrid, showRows, takeGrid } from "./cameras.js";
import { againLogin, check } from "./check.js";
import { saveDevice, showDevice, takeCells, takeDevice } from "./device.js";
import { save } from "./finish.js";
import * as kept from "./kept.js";
import { readLabel } from "./label.js";
import { el, owner, root, say, W } from "./page.js";
import { here, photo, takeNotes, toPlaces } from "./places.js";
import { hasCamera, scanLive, scanPhoto } from "./scan.js";
import { chooseSchool, loadSchools, showSchools } from "./schools.js";
import { NoSignal } from "./send.js";
import { go, keepSoon, now, signal, taken, tell, trouble } from "./steps.js";
import { newVisit, nextCode, resume } from "./visit.js";
import { flush, showWaiting } from "./waiting.js";

const AGAIN_MS = 20_000;

function takeLabel(text) {
  const found = text ? readLabel(text) : null;
  if (!found) return false;
  for (const [field, value] of Object.entries(found)) {
    const input = el(`f-${field}`);
    input.value = value;
    input.closest("details")?.setAttribute("open", "");
  }
  tell(say("label_read", { what: Object.values(found).join(", ") }), "success");
  return true;
}

async function live() {
  if (!hasCamera()) return tell(W.no_camera, "warning");
  el("scanning").hidden = false;
  try {
    now.stopScan = await scanLive(el("viewfinder"), (text) => {
      const done = takeLabel(text);
      if (done) el("scanning").hidden = true;
      return done;
    });
  } catch {
    el("scanning").hidden = true;
    tell(W.no_camera, "warning");
  }
}

function listen() {
  el("find").addEventListener("input", showSchools);
  root.addEventListener("click", (event) => {
    const to = event.target.closest("[data-go]")?.dataset.go;
    if (to === "device") showDevice();
    if (to === "channels") showGrid();
    if (to === "devices") now.visit = null;
    if (to) go(to);
    const kind = event.target.closest("[data-add]")?.dataset.add;
    if (kind) resume(newVisit(kind));
  });
  el("f-kind").addEventListener("change", () => {
    if (now.visit.device.seen === null) el("f-device-code").value = nextCode(el("f-kind").value);
  });
  el("device-form").addEventListener("submit", (event) => {
    event.preventDefault();
    (async () => {
      if (!(await takeDevice()) || !(await saveDevice())) return;
      await check();
    })().catch(async (error) => {
      if (!(error instanceof NoSignal)) return trouble(error);
      signal();
      await later();
    });
  });
  el("check-later").addEventListener("click", () => later().catch(trouble));
  el("again").addEventListener("click", () => check());
  el("again-login").addEventListener("click", () => againLogin().catch(trouble));
  el("to-channels").addEventListener("click", () => {
    showGrid();
    go("channels");
  });
  el("count").addEventListener("change", () => {
    takeGrid();
    const seen = new Map((now.visit.look?.channels ?? []).map((each) => [each.index, each]));
    showRows(Number(el("count").value), seen, new Map(now.visit.channels.map((row) => [Number(row.cells.index), row.cells])));
  });
  el("name-by-area").addEventListener("click", () => grid.nameByArea());
  el("grid").addEventListener("counted", ({ detail }) => {
    el("counted").textContent = say("counted", detail);
    if (now.step === "channels") keepSoon();
  });
  el("device-form").addEventListener("input", keepSoon);
  el("places").addEventListener("input", keepSoon);
  el("to-places").addEventListener("click", () => toPlaces().catch(trouble));
  el("here-all").addEventListener("click", () => here(now.visit.channels.filter((row) => !row.cells.lat).map((row) => Number(row.cells.index))));
  el("places").addEventListener("click", (event) => {
    if (event.target.closest("[data-here]")) here([Number(event.target.closest("[data-index]").dataset.index)]);
  });
  el("places").addEventListener("change", (event) => {
    const row = event.target.closest("[data-index]");
    if (event.target.files?.[0]) photo(Number(row.dataset.index), event.target.files[0], row);
  });
  el("save").addEventListener("click", () => save().catch(trouble));
  el("send-now").addEventListener("click", () => flush());
  el("scan-live").addEventListener("click", () => live());
  el("scan-stop").addEventListener("click", () => {
    now.stopScan?.();
    el("scanning").hidden = true;
  });
  el("scan-photo").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (file && !takeLabel(await scanPhoto(file).catch(() => null))) tell(W.label_unread, "warning");
    event.target.value = "";
  });
  el("forget").addEventListener("click", async () => {
    if (!window.confirm(W.forget_sure)) return;
    await kept.clear(owner);
    location.reload();
  });
  window.addEventListener("online", () => flush());
  window.addEventListener("offline", signal);
}

async function later() {
  if (!now.visit || !(await takeDevice())) return;
  now.visit.check = now.visit.device.cells.kind !== "cloud";
  await kept.put({ ...now.visit, state: "draft" });
  showGrid();
  go("channels");
  if (!navigator.onLine || !now.reached) tell(W.way_none, "warning");
}

async function start() {
  signal();
  el("no-https").hidden = window.isSecureContext;
  listen();
  await kept.belongTo(owner);
  if (window.isSecureContext && "serviceWorker" in navigator) {
    await navigator.serviceWorker.register("/sw.js");
    await kept.stay();
  }
  const others = await kept.ofOthers(owner);
  el("others").hidden = !others.length;
  if (others.length) el("others").textContent = say("others", { n: others.length, who: others[0].owner });
  now.named = (await kept.named()) ?? now.named;
  showSchools();
  await showWaiting();
  await loadSchools();
  showSchools();
  await flush();
  const asked = new URLSearchParams(location.search);
  if (asked.get("school")) {
    await chooseSchool(asked.get("school"));
    const told = ["site", "host", "onvif_port", "make", "model", "serial", "mac"].filter((name) => asked.get(name));
    history.replaceState(null, "", `/register?school=${encodeURIComponent(asked.get("school"))}`); // once is enough
    if (now.school && told.length) await resume(newVisit(asked.get("kind") || "ip_camera", Object.fromEntries(told.map((name) => [name, asked.get(name)]))));
  }
  setInterval(() => flush(), AGAIN_MS);
}

Object.assign(taken, { device: takeCells, channels: takeGrid, places: takeNotes });
go("school");
start().then(() => (root.dataset.ready = "yes"), trouble);
