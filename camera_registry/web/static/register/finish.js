// The end of a visit: it is sent, or kept until there is signal.

import * as kept from "./kept.js";
import { el, say, W } from "./page.js";
import { takeNotes } from "./places.js";
import { showDevices, takeAlong } from "./schools.js";
import { send } from "./send.js";
import { go, now, trouble } from "./steps.js";
import { whole } from "./visit.js";
import { showWaiting } from "./waiting.js";

export async function save() {
  takeNotes();
  clearTimeout(now.soon);
  now.step = "done";
  await finish({});
}

// The visit is sent, or kept until there is signal; and what became of it is said.
async function finish(changes) {
  const what = `${now.visit.device.cells["device.code"]}, ${now.school.name}`;
  now.visit = whole({ ...changes, draft: false, taken: false, state: "waiting" });
  await kept.put(now.visit);
  let state = "waiting";
  try {
    now.visit = await send(now.visit);
    now.typed = "";
    state = now.visit.state;
    if (["sent", "refused"].includes(state)) now.school = (await takeAlong(now.school.code)) ?? now.school;
  } catch (error) {
    trouble(error);
  }
  if (state === "sent") await kept.drop(now.visit.id);
  await showWaiting();
  await showDevices();
  go("done");
  const told = { sent: W.saved_sent, refused: W.saved_sent, waiting: W.saved_later }[state] ?? W.saved_trouble;
  const refused = (now.visit.photos ?? []).filter((each) => each.refused).length;
  el("done-title").textContent = W.saved;
  el("done-said").textContent = [told.replace("{what}", what), refused ? say("photo_refused", { n: refused }) : ""].filter(Boolean).join(" ");
  el("done-device").hidden = el("done-paper").hidden = !["sent", "refused"].includes(state);
  el("done-device").href = `/devices/${encodeURIComponent(now.school.code)}/${encodeURIComponent(now.visit.device.cells["device.code"])}`;
}
