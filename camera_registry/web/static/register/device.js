// The step of the device: its form, its login, and what the server says of them.

import * as kept from "./kept.js";
import { el, lang, say, W } from "./page.js";
import { canSeal, seal } from "./seal.js";
import { send } from "./send.js";
import { go, now, tell } from "./steps.js";
import { whole } from "./visit.js";
import { showWaiting } from "./waiting.js";

export function showDevice() {
  const { cells } = now.visit.device;
  const sites = now.school.sites.map((each) => each.name);
  el("site-field").hidden = sites.length < 2;
  el("f-site").replaceChildren(...(sites.length ? sites : [""]).map((name) => new Option(name || "–", name)));
  for (const input of document.querySelectorAll("#device-form [data-field]")) {
    input.value = cells[input.dataset.field] ?? "";
    input.classList.remove("is-invalid");
  }
  for (const wrong of document.querySelectorAll("#device-form .wrong")) wrong.textContent = "";
  el("f-device-code").readOnly = now.visit.device.seen !== null;
  el("f-username").value = now.visit.login?.username ?? now.visit.username ?? cells.username ?? "";
  el("f-password").value = "";
  const has = now.visit.login || now.visit.username;
  el("sealed-note").textContent = [has ? W.has_login : "", canSeal() ? W.sealed : W.unsealed].filter(Boolean).join(" ");
  const networks = now.school.sites.map((each) => each.networks).filter(Boolean).join("; ");
  el("networks").textContent = networks ? say("networks", { networks }) : "";
  for (const mistake of now.visit.mistakes ?? []) if (mistake.file === "devices.csv") markDevice(mistake.field, `${mistake.what[lang]}; ${mistake.remedy[lang]}`);
  if (now.visit.login_wrong) markDevice(now.visit.login_wrong === "username" ? "username" : "password", W.password_needed);
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
export function takeCells() {
  const cells = { ...now.visit.device.cells };
  for (const input of document.querySelectorAll("#device-form [data-field]")) {
    const value = input.value.trim();
    if (input.dataset.field !== "username" && (value || cells[input.dataset.field])) cells[input.dataset.field] = value;
  }
  now.visit.device = { ...now.visit.device, cells };
}

// The form is taken into the visit; false when something is missing.
export async function takeDevice() {
  takeCells();
  const [username, password] = [el("f-username").value.trim(), el("f-password").value];
  if (!(await takeLogin(username, password))) return false;
  delete now.visit.mistakes;
  delete now.visit.login_wrong;
  await kept.put({ ...now.visit, state: "draft" });
  return true;
}

export async function takeLogin(username, password) {
  if (!password) {
    const known = now.visit.login?.username ?? now.visit.username ?? "";
    if (username && username !== known) {
      markDevice("password", W.password_needed);
      return false;
    }
    return true;
  }
  now.typed = "";
  if (canSeal() && now.named.key) {
    const sealed = await seal(password, now.named.key, `camera-registry/visit/${now.visit.school}/${now.visit.id}`);
    now.visit.login = { username, sealed };
  } else {
    now.typed = password;
    now.visit.login = { username };
  }
  return true;
}

export async function saveDevice() {
  clearTimeout(now.soon);
  now.visit = await send(whole({ draft: true, taken: false, state: "draft" }));
  now.typed = "";
  if (now.visit.state === "draft") return true;
  if (now.visit.state === "wrong") {
    now.visit.state = "draft";
    await kept.put(now.visit);
    showDevice();
    go("device");
    tell([W.wrong, ...(now.visit.mistakes?.length ? [] : now.visit.detail)].join(" "), "danger");
    return false;
  }
  [now.step, now.visit] = ["", null]; // it stands in the queue as it is, with what is to be decided
  await showWaiting();
  go("devices");
  return false;
}
