// The step of the check: a look at the device, and one sentence of what became of it.

import { saveDevice, takeLogin } from "./device.js";
import * as kept from "./kept.js";
import { look } from "./look.js";
import { anchor, el, lang, say, W } from "./page.js";
import { NoSignal } from "./send.js";
import { go, now, trouble } from "./steps.js";

export async function check() {
  go("check");
  el("look-steps").replaceChildren();
  el("look-said").hidden = true;
  el("new-login").hidden = true;
  if (now.visit.device.cells.kind === "cloud") {
    el("way").textContent = W.way_cloud;
    return;
  }
  el("way").textContent = W.way_server;
  if (now.visit.held) return lookSaid("warning", W.held);
  try {
    const found = await look(now.visit.school, now.visit.device.cells["device.code"], el("look-steps"), W, lang, (body) => {
      el("way").textContent = body.lonely ? W.lonely : body.by_agent ? W.way_agent : W.way_server;
    });
    if (found) await looked(found);
  } catch (error) {
    if (error instanceof NoSignal) el("way").textContent = W.way_none;
    trouble(error);
  }
}

async function looked(found) {
  now.visit.look = { make: found.make, model: found.model, channels: found.channels };
  await kept.put(now.visit);
  const failed = found.steps.find((step) => step.state === "failed" && step.name !== "picture");
  if (found.state === "skipped") return lookSaid("warning", say("look_skipped", { why: found.reason[lang] }));
  if (failed?.name === "login") {
    lookSaid("danger", W.refused);
    el("new-login").hidden = false;
    el("again-username").value = now.visit.username ?? "";
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

export async function againLogin() {
  const [username, password] = [el("again-username").value.trim(), el("again-password").value];
  if (!username || !password) return lookSaid("danger", W.password_needed);
  await takeLogin(username, password);
  if (await saveDevice()) await check();
}
