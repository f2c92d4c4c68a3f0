// The schools, and the devices of the one that is chosen: from the server, or from what was taken along.

import * as kept from "./kept.js";
import { badge, block, bold, button, el, fold, kindWord, owner, say, W } from "./page.js";
import { canSeal } from "./seal.js";
import { ask, NoSignal, OtherAccount } from "./send.js";
import { go, now, signal, tell, trouble } from "./steps.js";
import { resume, visitOf } from "./visit.js";

const ALONG_AT_MOST = 40;
const SHOWN_AT_MOST = 30;

export async function loadSchools() {
  try {
    const { status, body } = await ask("/visits/schools");
    if (status !== 200) throw new NoSignal();
    if (body.login !== owner) throw new OtherAccount();
    now.named = body;
    if (!now.named.key && canSeal()) {
      const made = await ask("/visits/key", {});
      now.named.key = made.status === 200 ? made.body : null;
    }
    await kept.putNamed(now.named);
    now.reached = true;
    signal();
    if (now.named.schools.length <= ALONG_AT_MOST) for (const each of now.named.schools) await takeAlong(each.code);
  } catch (error) {
    now.named = (await kept.named()) ?? now.named;
    trouble(error);
  }
  el("along").textContent = canSeal() ? say("kept_along", { n: (await kept.schoolCodes()).length }) : "";
}

export async function takeAlong(code) {
  const { status, body } = await ask(`/visits/schools/${encodeURIComponent(code)}`);
  if (status === 200) await kept.putSchool(body);
  return status === 200 ? body : null;
}

export function showSchools() {
  const words = fold(el("find").value).split(/\s+/).filter(Boolean);
  const fits = now.named.schools.filter((each) => words.every((word) => fold(`${each.code} ${each.name} ${each.unit}`).includes(word)));
  const rows = fits.slice(0, SHOWN_AT_MOST).map((each) => {
    const row = button("list-group-item list-group-item-action", () => chooseSchool(each.code).catch(trouble));
    row.append(bold(each.name), block(`${each.code} · ${each.unit}`, "text-secondary small"));
    return row;
  });
  el("schools").replaceChildren(...(rows.length ? rows : [block(W.no_school, "list-group-item text-secondary")]));
}

export async function chooseSchool(code) {
  try {
    now.school = await takeAlong(code);
  } catch (error) {
    if (!(error instanceof NoSignal)) throw error;
    trouble(error);
    now.school = null;
  }
  now.school ??= await kept.school(code);
  if (!now.school) return tell(W.not_along, "warning");
  now.visit = null;
  await showDevices();
  go("devices");
}

export async function showDevices() {
  el("school-name").textContent = now.school.name;
  if (el("found")) el("found").href = `/found?school=${encodeURIComponent(now.school.code)}`;
  el("paper").href = el("done-paper").href = `/schools/${encodeURIComponent(now.school.code)}/survey`;
  const begun = (await kept.visits(owner)).filter((each) => each.school === now.school.code && each.state === "draft");
  const rows = begun.map((each) => {
    const row = button("list-group-item list-group-item-action", () => resume(each));
    row.append(bold(each.device.cells["device.code"]), badge(W.draft), block(each.device.cells.host ?? "", "text-secondary small"));
    return row;
  });
  const codes = begun.map((each) => each.device.cells["device.code"]);
  now.begunCodes = (await kept.visits(owner)).filter((each) => each.school === now.school.code).map((each) => each.device.cells["device.code"]);
  for (const device of now.school.devices.filter((each) => !codes.includes(each.cells["device.code"]))) {
    const row = button("list-group-item list-group-item-action", () => resume(visitOf(device)));
    const done = device.channels.filter((each) => each.cells.name && each.cells.area).length;
    row.append(bold(device.cells["device.code"]), block([kindWord(device.cells.kind), device.cells.host].filter(Boolean).join(" · "), "text-secondary small"));
    row.append(block(say("named_of", { done, of: device.channels.length }), done === device.channels.length && done ? "small text-success" : "small"));
    rows.push(row);
  }
  el("devices").replaceChildren(...(rows.length ? rows : [block(W.no_device, "list-group-item text-secondary")]));
}
