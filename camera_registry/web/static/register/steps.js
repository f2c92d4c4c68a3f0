// The steps of the wizard and what it knows now: which is shown, what is told above it, what is kept of what was typed.

import * as kept from "./kept.js";
import { leave } from "./look.js";
import { anchor, el, owner, root, say, W } from "./page.js";
import { Later, NoSignal, OtherAccount, SignedOut } from "./send.js";

const SOON_MS = 400;
const ORDER = ["school", "device", "check", "channels", "places", "done"];

export const now = {
  named: { schools: [], key: null },
  school: null,
  visit: null,
  reached: true, // the server answered when it was asked last
  typed: "", // a password that cannot be sealed; it is kept nowhere but here
  stopScan: null,
  step: "school", // the one that is shown
  soon: 0,
  begunCodes: [], // of devices of this school that wait in this browser
};
export const taken = {}; // by step: what takes what stands in it into the visit

export function go(step) {
  if (now.step !== step) keepDraft();
  now.step = step;
  leave();
  now.stopScan?.();
  now.stopScan = null;
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

export function tell(text, kind = "info", link) {
  const told = el("told");
  told.hidden = !text;
  told.className = `alert alert-${kind}`;
  told.textContent = text;
  if (link) told.append(" ", anchor(link.text, link.href));
}

export function trouble(error) {
  now.reached = !(error instanceof NoSignal);
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
export function keepDraft() {
  clearTimeout(now.soon);
  if (!now.visit || !taken[now.step]) return;
  taken[now.step]();
  now.visit.state = "draft";
  kept.put(now.visit).catch(trouble);
}

export function keepSoon() {
  clearTimeout(now.soon);
  now.soon = setTimeout(keepDraft, SOON_MS);
}

export function signal() {
  const there = navigator.onLine && now.reached;
  el("signal").textContent = there ? W.online : W.offline;
  el("signal").className = `badge ${there ? "bg-green-lt" : "bg-yellow-lt"} text-wrap`;
}
