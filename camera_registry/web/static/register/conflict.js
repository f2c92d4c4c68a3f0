// Where somebody else has changed the same: both texts, and what is to stand.

import * as kept from "./kept.js";
import { bold, labelled, say, shown, W } from "./page.js";
import { now, trouble } from "./steps.js";
import { nextCode } from "./visit.js";
import { flush } from "./waiting.js";

// Each field that two people filled in differently, with both texts; nothing is chosen beforehand.
export function conflictForm(found) {
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
  const used = now.school && now.school.code === found.school ? nextCode(found.device.cells.kind) : "";
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
