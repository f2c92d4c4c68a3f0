// What is not sent yet: the queue above the steps, and sending it when there is signal.

import { showGrid } from "./cameras.js";
import { conflictForm } from "./conflict.js";
import * as kept from "./kept.js";
import { block, bold, el, labelled, lang, owner, say, W } from "./page.js";
import { ask, sendAll } from "./send.js";
import { go, now, signal, trouble } from "./steps.js";
import { resume } from "./visit.js";

export async function showWaiting() {
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

export async function flush() {
  try {
    if (!now.reached) await ask("/visits/schools").then(() => (now.reached = true), trouble);
    signal();
    if (!now.reached) return;
    await sendAll(owner);
    for (const each of await kept.visits(owner)) if (each.state === "sent") await kept.drop(each.id);
  } catch (error) {
    trouble(error);
  }
  await showWaiting();
}
