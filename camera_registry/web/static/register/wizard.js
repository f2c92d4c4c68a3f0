// The register wizard: school, device, check, cameras, positions, done. What is entered is kept at every step, so that
// nothing is lost when the browser is closed; it is sent at once, or when the signal is back (send.js).

import { Grid } from "./grid.js";
import * as kept from "./kept.js";
import { readLabel } from "./label.js";
import { leave, look } from "./look.js";
import { small } from "./photo.js";
import { hasCamera, scanLive, scanPhoto } from "./scan.js";
import { canSeal, seal } from "./seal.js";
import { Later, NoSignal, OtherAccount, SignedOut, alone, ask, send, sendAll } from "./send.js";

const AGAIN_MS = 20_000;
const ALONG_AT_MOST = 40;
const SHOWN_AT_MOST = 30;
const SOON_MS = 400;
const RECORDERS = ["nvr", "dvr", "encoder"];
const ORDER = ["school", "device", "check", "channels", "places", "done"];
const root = document.getElementById("wizard");
const { owner, lang } = root.dataset;
const W = JSON.parse(document.getElementById("words").dataset.words);
const el = (id) => document.getElementById(id);
const say = (key, values = {}) => W[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("đ", "d");

let named = { schools: [], key: null };
let school = null;
let visit = null;
let reached = true; // the server answered when it was asked last
let typed = ""; // a password that cannot be sealed; it is kept nowhere but here
let stopScan = null;
let here_ = "school"; // the step that is shown
let soon = 0;
let begunCodes = []; // of devices of this school that wait in this browser
const grid = new Grid(el("grid"), el("grid-row"), W);

// ---- steps

function go(step) {
  if (here_ !== step) keepDraft();
  here_ = step;
  leave();
  stopScan?.();
  stopScan = null;
  el("scanning").hidden = true;
  for (const part of root.querySelectorAll("section[data-step], form[data-step]")) part.hidden = part.dataset.step !== step;
  const at = ORDER.indexOf(step === "devices" ? "school" : step);
  for (const mark of el("steps").children) {
    const place = ORDER.indexOf(mark.dataset.of);
    mark.className = place < at ? "past" : place === at ? "here" : "";
    if (place === at) mark.setAttribute("aria-current", "step");
    else mark.removeAttribute("aria-current");
  }
  tell("");
  const title = document.querySelector(`[data-step="${step}"] [tabindex="-1"]`);
  (step === "school" ? el("find") : title)?.focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

function tell(text, kind = "info", link) {
  const told = el("told");
  told.hidden = !text;
  told.className = `alert alert-${kind}`;
  told.textContent = text;
  if (link) told.append(" ", anchor(link.text, link.href));
}

function trouble(error) {
  reached = !(error instanceof NoSignal);
  if (error instanceof SignedOut) {
    const next = encodeURIComponent(location.pathname + location.search);
    tell(W.signed_out, "warning", { text: W.sign_in, href: `/login?next=${next}` });
  } else if (error instanceof NoSignal) {
    signal();
  } else if (error instanceof OtherAccount) {
    tell(say("other_account", { who: owner }), "warning");
  } else {
    tell(W.server_trouble, "danger");
    if (!(error instanceof Later)) throw error;
  }
}

// What stands in the step that is shown is taken into the visit, and kept: now, or when nothing was typed for a while.
function keepDraft() {
  clearTimeout(soon);
  if (!visit || !["device", "channels", "places"].includes(here_)) return;
  if (here_ === "device") takeCells();
  if (here_ === "channels") takeGrid();
  if (here_ === "places") takeNotes();
  visit.state = "draft";
  kept.put(visit).catch(trouble);
}

function keepSoon() {
  clearTimeout(soon);
  soon = setTimeout(keepDraft, SOON_MS);
}

function signal() {
  const there = navigator.onLine && reached;
  el("signal").textContent = there ? W.online : W.offline;
  el("signal").className = `badge ${there ? "bg-green-lt" : "bg-yellow-lt"} text-wrap`;
}

// ---- schools

async function loadSchools() {
  try {
    const { status, body } = await ask("/visits/schools");
    if (status !== 200) throw new NoSignal();
    if (body.login !== owner) throw new OtherAccount();
    named = body;
    if (!named.key && canSeal()) {
      const made = await ask("/visits/key", {});
      named.key = made.status === 200 ? made.body : null;
    }
    await kept.putNamed(named);
    reached = true;
    signal();
    if (named.schools.length <= ALONG_AT_MOST) for (const each of named.schools) await takeAlong(each.code);
  } catch (error) {
    named = (await kept.named()) ?? named;
    trouble(error);
  }
  el("along").textContent = canSeal() ? say("kept_along", { n: (await kept.schoolCodes()).length }) : "";
}

async function takeAlong(code) {
  const { status, body } = await ask(`/visits/schools/${encodeURIComponent(code)}`);
  if (status === 200) await kept.putSchool(body);
  return status === 200 ? body : null;
}

function showSchools() {
  const words = fold(el("find").value).split(/\s+/).filter(Boolean);
  const fits = named.schools.filter((each) => words.every((word) => fold(`${each.code} ${each.name} ${each.unit}`).includes(word)));
  const rows = fits.slice(0, SHOWN_AT_MOST).map((each) => {
    const row = button("list-group-item list-group-item-action", () => chooseSchool(each.code).catch(trouble));
    row.append(bold(each.name), block(`${each.code} · ${each.unit}`, "text-secondary small"));
    return row;
  });
  el("schools").replaceChildren(...(rows.length ? rows : [block(W.no_school, "list-group-item text-secondary")]));
}

async function chooseSchool(code) {
  try {
    school = await takeAlong(code);
  } catch (error) {
    if (!(error instanceof NoSignal)) throw error;
    trouble(error);
    school = null;
  }
  school ??= await kept.school(code);
  if (!school) return tell(W.not_along, "warning");
  visit = null;
  await showDevices();
  go("devices");
}

async function showDevices() {
  el("school-name").textContent = school.name;
  if (el("found")) el("found").href = `/found?school=${encodeURIComponent(school.code)}`;
  el("paper").href = el("done-paper").href = `/schools/${encodeURIComponent(school.code)}/survey`;
  const begun = (await kept.visits(owner)).filter((each) => each.school === school.code && each.state === "draft");
  const rows = begun.map((each) => {
    const row = button("list-group-item list-group-item-action", () => resume(each));
    row.append(bold(each.device.cells["device.code"]), badge(W.draft), block(each.device.cells.host ?? "", "text-secondary small"));
    return row;
  });
  const codes = begun.map((each) => each.device.cells["device.code"]);
  begunCodes = (await kept.visits(owner)).filter((each) => each.school === school.code).map((each) => each.device.cells["device.code"]);
  for (const device of school.devices.filter((each) => !codes.includes(each.cells["device.code"]))) {
    const row = button("list-group-item list-group-item-action", () => resume(visitOf(device)));
    const done = device.channels.filter((each) => each.cells.name && each.cells.area).length;
    row.append(bold(device.cells["device.code"]), block([kindWord(device.cells.kind), device.cells.host].filter(Boolean).join(" · "), "text-secondary small"));
    row.append(block(say("named_of", { done, of: device.channels.length }), done === device.channels.length && done ? "small text-success" : "small"));
    rows.push(row);
  }
  el("devices").replaceChildren(...(rows.length ? rows : [block(W.no_device, "list-group-item text-secondary")]));
}

// ---- the device

function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((value) => value.toString(16).padStart(2, "0")).join("");
}

function nextCode(kind) {
  const prefix = RECORDERS.includes(kind) ? "DG" : "CAM";
  const used = new Set([...school.devices.map((each) => each.cells["device.code"]), ...begunCodes]);
  for (let number = 1; ; number += 1) {
    const code = `${prefix}-${String(number).padStart(2, "0")}`;
    if (!used.has(code)) return code;
  }
}

function newVisit(kind, cells = {}) {
  const device = { cells: { kind, "device.code": nextCode(kind), ...cells }, seen: null };
  return { id: newId(), school: school.code, name: school.name, owner, state: "draft", device, channels: [], photos: [] };
}

function visitOf(device) {
  const made = newVisit(device.cells.kind);
  const channels = device.channels.map((row) => ({ cells: row.cells, seen: row.found ? null : row.version }));
  return { ...made, device: { cells: { ...device.cells }, seen: device.version }, channels, username: device.cells.username };
}

// What waits is taken out of the queue first, so that it is not sent while it is changed; what was sent meanwhile is not
// there any more.
async function resume(found) {
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
  visit = found;
  if (!school || school.code !== visit.school) school = (await kept.school(visit.school)) ?? { code: visit.school, name: visit.name, sites: [], devices: [], photos: false };
  showDevice();
  go("device");
}

function showDevice() {
  const { cells } = visit.device;
  const sites = school.sites.map((each) => each.name);
  el("site-field").hidden = sites.length < 2;
  el("f-site").replaceChildren(...(sites.length ? sites : [""]).map((name) => new Option(name || "–", name)));
  for (const input of document.querySelectorAll("#device-form [data-field]")) {
    input.value = cells[input.dataset.field] ?? "";
    input.classList.remove("is-invalid");
  }
  for (const wrong of document.querySelectorAll("#device-form .wrong")) wrong.textContent = "";
  el("f-device-code").readOnly = visit.device.seen !== null;
  el("f-username").value = visit.login?.username ?? visit.username ?? cells.username ?? "";
  el("f-password").value = "";
  const has = visit.login || visit.username;
  el("sealed-note").textContent = [has ? W.has_login : "", canSeal() ? W.sealed : W.unsealed].filter(Boolean).join(" ");
  const networks = school.sites.map((each) => each.networks).filter(Boolean).join("; ");
  el("networks").textContent = networks ? say("networks", { networks }) : "";
  for (const mistake of visit.mistakes ?? []) if (mistake.file === "devices.csv") markDevice(mistake.field, `${mistake.what[lang]}; ${mistake.remedy[lang]}`);
  if (visit.login_wrong) markDevice(visit.login_wrong === "username" ? "username" : "password", W.password_needed);
}

function markDevice(field, text) {
  const id = field.replaceAll(".", "-");
  const input = el(`f-${id}`);
  if (!input) return tell(text, "danger");
  input.classList.add("is-invalid");
  input.closest("details")?.setAttribute("open", "");
  el(`w-${id}`).textContent = text;
}

// What the form says of the device is taken into the visit.
function takeCells() {
  const cells = { ...visit.device.cells };
  for (const input of document.querySelectorAll("#device-form [data-field]")) {
    const value = input.value.trim();
    if (input.dataset.field !== "username" && (value || cells[input.dataset.field])) cells[input.dataset.field] = value;
  }
  visit.device = { ...visit.device, cells };
}

// The form is taken into the visit; false when something is missing.
async function takeDevice() {
  takeCells();
  const [username, password] = [el("f-username").value.trim(), el("f-password").value];
  if (!(await takeLogin(username, password))) return false;
  delete visit.mistakes;
  delete visit.login_wrong;
  await kept.put({ ...visit, state: "draft" });
  return true;
}

async function takeLogin(username, password) {
  if (!password) {
    const known = visit.login?.username ?? visit.username ?? "";
    if (username && username !== known) {
      markDevice("password", W.password_needed);
      return false;
    }
    return true;
  }
  typed = "";
  if (canSeal() && named.key) {
    const sealed = await seal(password, named.key, `camera-registry/visit/${visit.school}/${visit.id}`);
    visit.login = { username, sealed };
  } else {
    typed = password;
    visit.login = { username };
  }
  return true;
}

// The visit as it is sent; a password that could not be sealed goes along, and stays nowhere.
function whole(changes) {
  const made = { ...visit, ...changes };
  if (made.login && !made.login.sealed) made.login = typed ? { username: made.login.username, password: typed } : undefined;
  return made;
}

async function saveDevice() {
  clearTimeout(soon);
  visit = await send(whole({ draft: true, taken: false, state: "draft" }));
  typed = "";
  if (visit.state === "draft") return true;
  if (visit.state === "wrong") {
    visit.state = "draft";
    await kept.put(visit);
    showDevice();
    go("device");
    tell([W.wrong, ...(visit.mistakes?.length ? [] : visit.detail)].join(" "), "danger");
    return false;
  }
  [here_, visit] = ["", null]; // it stands in the queue as it is, with what is to be decided
  await showWaiting();
  go("devices");
  return false;
}

// ---- the check

async function check() {
  go("check");
  el("look-steps").replaceChildren();
  el("look-said").hidden = true;
  el("new-login").hidden = true;
  if (visit.device.cells.kind === "cloud") {
    el("way").textContent = W.way_cloud;
    return;
  }
  el("way").textContent = W.way_server;
  if (visit.held) return lookSaid("warning", W.held);
  try {
    const found = await look(visit.school, visit.device.cells["device.code"], el("look-steps"), W, lang, (body) => {
      if (body.lonely) el("way").textContent = W.lonely;
    });
    if (found) await looked(found);
  } catch (error) {
    if (error instanceof NoSignal) el("way").textContent = W.way_none;
    trouble(error);
  }
}

async function looked(found) {
  visit.look = { make: found.make, model: found.model, channels: found.channels };
  await kept.put(visit);
  const failed = found.steps.find((step) => step.state === "failed" && step.name !== "picture");
  if (found.state === "skipped") return lookSaid("warning", say("look_skipped", { why: found.reason[lang] }));
  if (failed?.name === "login") {
    lookSaid("danger", W.refused);
    el("new-login").hidden = false;
    el("again-username").value = visit.username ?? "";
    el("again-password").value = "";
    return;
  }
  const seen = say("look_done", { n: found.channels.length });
  if (!failed) return lookSaid("success", seen);
  if (failed.name === "stream" && found.channels.length) return lookSaid("warning", `${seen} ${say("look_failed", { why: failed.words[lang] })}`);
  lookSaid("danger", say("look_failed", { why: failed.words[lang] }));
  if (failed.name === "address") el("look-said").append(" ", W.laptop, " ", anchor(W.laptop_link, "/bundles"));
}

function lookSaid(kind, text) {
  el("look-said").hidden = false;
  el("look-said").className = `alert alert-${kind}`;
  el("look-said").textContent = text;
}

// ---- the cameras

function showGrid() {
  const recorder = RECORDERS.includes(visit.device.cells.kind);
  const seen = new Map((visit.look?.channels ?? []).map((each) => [each.index, each]));
  const said = new Map(visit.channels.map((row) => [Number(row.cells.index || 1), row.cells]));
  const last = Math.max(1, ...seen.keys(), ...said.keys());
  el("how-many").hidden = !recorder;
  const sizes = [...el("count").options].map((option) => Number(option.value));
  const wanted = recorder ? (sizes.find((size) => size >= Math.max(last, visit.rows ?? (seen.size ? 1 : 8))) ?? last) : last;
  el("count").value = String(wanted);
  showRows(wanted, seen, said);
}

function showRows(count, seen, said) {
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
  for (const mistake of visit.mistakes ?? []) if (mistake.file === "channels.csv") markChannel(mistake);
}

function markChannel(mistake) {
  const row = visit.channels[mistake.row - 2]; // the device is the first row that was sent
  if (row) grid.mark(Number(row.cells.index), mistake.field, `${mistake.what[lang]}; ${mistake.remedy[lang]}`);
}

// What the grid holds is taken into the visit.
function takeGrid() {
  const before = new Map(visit.channels.map((row) => [Number(row.cells.index || 1), row]));
  visit.rows = grid.root.children.length;
  visit.channels = grid.rows().filter((row) => row.used || before.get(row.index)?.seen).map((row) => {
    const known = before.get(row.index);
    const { scope, ...rest } = row.cells;
    const stays = known?.cells.scope && !scope ? {} : scope ? { scope } : {};
    return { seen: known?.seen ?? null, cells: { ...known?.cells, ...rest, ...stays, index: String(row.index) } };
  });
}

// ---- positions and photos

function showPlaces() {
  el("photo-note").hidden = !school.photos;
  const rows = visit.channels.map((row) => {
    const made = el("place-row").content.cloneNode(true).firstElementChild;
    const index = Number(row.cells.index);
    made.dataset.index = index;
    made.querySelector(".title").textContent = `${index}. ${row.cells.name}`;
    made.querySelector("[name=note]").value = row.cells.note ?? "";
    made.querySelector("[data-here]").setAttribute("aria-label", `${made.querySelector("[data-here]").textContent}: ${row.cells.name}`);
    showPosition(made, row.cells);
    const photo = made.querySelector(".photo");
    photo.hidden = !school.photos;
    photo.querySelector("input").setAttribute("aria-label", `${photo.textContent.trim()}: ${row.cells.name}`);
    const blob = visit.photos.find((each) => each.index === index && each.blob)?.blob;
    if (blob) thumb(made, blob);
    return made;
  });
  el("places").replaceChildren(...rows);
  if (!school.photos) el("places").prepend(block(W.photo_no, "text-secondary small mb-2"));
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

async function here(indices) {
  try {
    const { coords } = await whereAmI();
    const [lat, lon] = [coords.latitude, coords.longitude].map((value) => value.toFixed(6).replace(".", ","));
    for (const row of visit.channels) if (indices.includes(Number(row.cells.index))) row.cells = { ...row.cells, lat, lon };
    for (const row of document.querySelectorAll(".place-row")) {
      const at = visit.channels.find((each) => each.cells.index === row.dataset.index);
      if (indices.includes(Number(row.dataset.index))) showPosition(row, { ...at.cells, metres: Math.round(coords.accuracy) });
    }
    await kept.put({ ...visit, state: "draft" });
  } catch {
    tell(W.position_failed, "warning");
  }
}

async function photo(index, file, row) {
  try {
    const blob = await small(file);
    visit.photos = [...visit.photos.filter((each) => each.index !== index || each.sent), { index, blob }];
    await kept.put({ ...visit, state: "draft" });
    await thumb(row, blob);
  } catch {
    tell(W.photo_unreadable, "warning");
  }
}

// ---- the end

function takeNotes() {
  for (const row of document.querySelectorAll(".place-row")) {
    const at = visit.channels.find((each) => each.cells.index === row.dataset.index);
    const note = row.querySelector("[name=note]").value.trim();
    if (at && (note || at.cells.note)) at.cells = { ...at.cells, note };
  }
}

async function save() {
  takeNotes();
  clearTimeout(soon);
  here_ = "done";
  await finish({});
}

// The visit is sent, or kept until there is signal; and what became of it is said.
async function finish(changes) {
  const what = `${visit.device.cells["device.code"]}, ${school.name}`;
  visit = whole({ ...changes, draft: false, taken: false, state: "waiting" });
  await kept.put(visit);
  let state = "waiting";
  try {
    visit = await send(visit);
    typed = "";
    state = visit.state;
    if (["sent", "refused"].includes(state)) school = (await takeAlong(school.code)) ?? school;
  } catch (error) {
    trouble(error);
  }
  if (state === "sent") await kept.drop(visit.id);
  await showWaiting();
  await showDevices();
  go("done");
  const told = { sent: W.saved_sent, refused: W.saved_sent, waiting: W.saved_later }[state] ?? W.saved_trouble;
  const refused = (visit.photos ?? []).filter((each) => each.refused).length;
  el("done-title").textContent = W.saved;
  el("done-said").textContent = [told.replace("{what}", what), refused ? say("photo_refused", { n: refused }) : ""].filter(Boolean).join(" ");
  el("done-device").hidden = el("done-paper").hidden = !["sent", "refused"].includes(state);
  el("done-device").href = `/devices/${encodeURIComponent(school.code)}/${encodeURIComponent(visit.device.cells["device.code"])}`;
}

// ---- what is not sent yet

async function showWaiting() {
  const waiting = await kept.unsent(owner);
  el("waiting").hidden = !waiting.length;
  el("waiting-title").textContent = say("unsent", { n: waiting.length });
  el("waiting-list").replaceChildren(...waiting.map(waitingRow));
}

function waitingRow(found) {
  const row = document.createElement("li");
  row.className = "list-group-item";
  const what = `${found.device.cells["device.code"]} – ${found.name}`;
  row.append(bold(what), block(W[`state_${found.state}`], "text-secondary small"));
  if (found.state === "wrong") {
    const said = found.mistakes?.length ? found.mistakes.map((each) => `${mistakePlace(found, each)}${each.value ? ` “${each.value}”` : ""}: ${each.what[lang]}; ${each.remedy[lang]}`) : found.detail;
    row.append(...said.map((text) => block(text, "text-danger small")));
  }
  if (found.state === "conflict") row.append(conflictForm(found));
  if (found.state === "refused") row.append(block(say("photo_refused", { n: found.photos.filter((each) => each.refused).length }), "small"));
  const buttons = document.createElement("div");
  buttons.className = "d-flex flex-wrap gap-2 mt-2";
  if (!["conflict", "refused"].includes(found.state)) buttons.append(labelled(found.state === "wrong" ? W.mend : W.go_on, "btn btn-sm btn-primary", () => mend(found)));
  buttons.append(
    labelled(W.drop, "btn btn-sm", async () => {
      if (!window.confirm(say("drop_sure", { what }))) return;
      await kept.drop(found.id);
      await showWaiting();
    }),
  );
  row.append(buttons);
  return row;
}

function mistakePlace(found, mistake) {
  if (mistake.file === "devices.csv") return found.device.cells["device.code"];
  return say("row_channel", { n: found.channels[mistake.row - 2]?.cells.index ?? mistake.row });
}

async function mend(found) {
  await resume(found);
  const ofChannel = found.mistakes?.length && found.mistakes.every((each) => each.file === "channels.csv");
  if (!ofChannel) return;
  showGrid();
  go("channels");
}

// Each field that two people filled in differently, with both texts; nothing is chosen beforehand.
function conflictForm(found) {
  const form = document.createElement("form");
  form.className = "conflict";
  for (const conflict of found.conflicts) {
    const of = conflict.key[0] === "device" ? say("row_device", { code: conflict.key[2] }) : say("row_channel", { n: conflict.key[3] });
    form.append(bold(of));
    for (const each of conflict.differences) form.append(choice(conflict, each));
  }
  const all = document.createElement("div");
  all.className = "d-flex flex-wrap gap-2 my-2";
  for (const [value, words] of [["stands", W.keep_theirs], ["said", W.take_mine]]) {
    all.append(labelled(words, "btn btn-sm", () => form.querySelectorAll(`input[value=${value}]`).forEach((each) => (each.checked = true))));
  }
  form.append(all);
  if (found.device.seen === null && found.conflicts.some((each) => each.key[0] === "device")) form.append(otherDevice(found));
  form.append(labelled(W.resolve, "btn btn-primary w-100", null, "submit"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.reportValidity()) resolve(found, new FormData(form)).catch(trouble);
  });
  return form;
}

function choice(conflict, difference) {
  const name = [...conflict.key, difference.field].join("/");
  const group = document.createElement("fieldset");
  const title = document.createElement("legend");
  title.textContent = difference.heading;
  group.append(title);
  const theirs = conflict.by ? say("theirs_by", { who: conflict.by }) : W.theirs;
  for (const [value, words, text] of [["said", W.mine, difference.said], ["stands", theirs, difference.stands]]) {
    const label = document.createElement("label");
    label.className = "form-check";
    const input = Object.assign(document.createElement("input"), { type: "radio", name, value, required: true, className: "form-check-input" });
    label.append(input, `${words}: `, bold(shown(difference.field, text) || W.empty));
    group.append(label);
  }
  return group;
}

function otherDevice(found) {
  const used = school && school.code === found.school ? nextCode(found.device.cells.kind) : "";
  const code = used && used !== found.device.cells["device.code"] ? used : `${found.device.cells["device.code"]}B`;
  return labelled(say("other_device", { code }), "btn w-100 mb-2", async () => {
    const device = { cells: { ...found.device.cells, "device.code": code }, seen: null };
    await kept.put({ ...found, device, conflicts: undefined, state: "waiting" });
    await flush();
  });
}

async function resolve(found, chosen) {
  const made = structuredClone({ ...found, state: "waiting" });
  for (const conflict of found.conflicts) {
    const row = conflict.key[0] === "device" ? made.device : made.channels.find((each) => (each.cells.index ?? "1") === conflict.key[3]);
    row.seen = conflict.version;
    for (const each of conflict.differences) {
      if (chosen.get([...conflict.key, each.field].join("/")) === "stands") row.cells[each.field] = each.stands;
    }
  }
  delete made.conflicts;
  await kept.put(made);
  await flush();
}

async function flush() {
  try {
    if (!reached) await ask("/visits/schools").then(() => (reached = true), trouble);
    signal();
    if (!reached) return;
    await sendAll(owner);
    for (const each of await kept.visits(owner)) if (each.state === "sent") await kept.drop(each.id);
  } catch (error) {
    trouble(error);
  }
  await showWaiting();
}

// ---- labels

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
    stopScan = await scanLive(el("viewfinder"), (text) => {
      const done = takeLabel(text);
      if (done) el("scanning").hidden = true;
      return done;
    });
  } catch {
    el("scanning").hidden = true;
    tell(W.no_camera, "warning");
  }
}

// ---- small things

function button(style, done) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = style;
  made.addEventListener("click", done);
  return made;
}

function labelled(text, style, done, type = "button") {
  const made = button(style, done ?? (() => {}));
  made.type = type;
  made.textContent = text;
  return made;
}

function bold(text) {
  return Object.assign(document.createElement("strong"), { textContent: text });
}

function badge(text) {
  return Object.assign(document.createElement("span"), { className: "badge bg-yellow-lt ms-2", textContent: text });
}

function block(text, style = "") {
  return Object.assign(document.createElement("div"), { className: style, textContent: text });
}

function anchor(text, href) {
  return Object.assign(document.createElement("a"), { textContent: text, href });
}

function kindWord(code) {
  return [...el("f-kind").options].find((option) => option.value === code)?.textContent ?? code;
}

// A cell as a person reads it: the words of lists in place of their codes.
function shown(field, text) {
  const select = document.querySelector(`select[data-field="${field}"]`) ?? el("grid-row").content.querySelector(`select[name="${field}"]`);
  return [...(select?.options ?? [])].find((option) => option.value === text && text)?.textContent ?? text;
}

// ---- what is pressed

function listen() {
  el("find").addEventListener("input", showSchools);
  root.addEventListener("click", (event) => {
    const to = event.target.closest("[data-go]")?.dataset.go;
    if (to === "device") showDevice();
    if (to === "channels") showGrid();
    if (to === "devices") visit = null;
    if (to) go(to);
    const kind = event.target.closest("[data-add]")?.dataset.add;
    if (kind) resume(newVisit(kind));
  });
  el("f-kind").addEventListener("change", () => {
    if (visit.device.seen === null) el("f-device-code").value = nextCode(el("f-kind").value);
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
    const seen = new Map((visit.look?.channels ?? []).map((each) => [each.index, each]));
    showRows(Number(el("count").value), seen, new Map(visit.channels.map((row) => [Number(row.cells.index), row.cells])));
  });
  el("name-by-area").addEventListener("click", () => grid.nameByArea());
  el("grid").addEventListener("counted", ({ detail }) => {
    el("counted").textContent = say("counted", detail);
    if (here_ === "channels") keepSoon();
  });
  el("device-form").addEventListener("input", keepSoon);
  el("places").addEventListener("input", keepSoon);
  el("to-places").addEventListener("click", () => toPlaces().catch(trouble));
  el("here-all").addEventListener("click", () => here(visit.channels.filter((row) => !row.cells.lat).map((row) => Number(row.cells.index))));
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
    stopScan?.();
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
  if (!visit || !(await takeDevice())) return;
  visit.check = visit.device.cells.kind !== "cloud";
  await kept.put({ ...visit, state: "draft" });
  showGrid();
  go("channels");
  if (!navigator.onLine || !reached) tell(W.way_none, "warning");
}

async function againLogin() {
  const [username, password] = [el("again-username").value.trim(), el("again-password").value];
  if (!username || !password) return lookSaid("danger", W.password_needed);
  await takeLogin(username, password);
  if (await saveDevice()) await check();
}

async function toPlaces() {
  keepDraft();
  const lacking = grid.incomplete();
  if (lacking) return tell(say("incomplete", { n: lacking }), "danger");
  if (!visit.channels.length) return tell(W.none_used, "danger");
  delete visit.mistakes;
  await kept.put({ ...visit, state: "draft" });
  showPlaces();
  go("places");
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
  named = (await kept.named()) ?? named;
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
    if (school && told.length) await resume(newVisit(asked.get("kind") || "ip_camera", Object.fromEntries(told.map((name) => [name, asked.get(name)]))));
  }
  setInterval(() => flush(), AGAIN_MS);
}

go("school");
start().then(() => (root.dataset.ready = "yes"), trouble);
