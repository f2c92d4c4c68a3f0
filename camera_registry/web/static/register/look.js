// The look that a person waits for: asked for again and again, and shown step by step in words.

import { Later, ask } from "./send.js";

const EVERY_MS = 1000;
const MARKS = { done: "✓", going: "…", failed: "✗", later: "○", not_tried: "–" };
let round = 0;

// Asks for a look at the device and shows how it goes in `list`, until it is over; the last answer. Null when another
// look is followed meanwhile. Raises as `ask`, and Later where no look can be asked for.
export async function look(school, code, list, words, lang, told) {
  const mine = ++round;
  const path = `/devices/${encodeURIComponent(school)}/${encodeURIComponent(code)}/look`;
  const { status, body: asked } = await ask(path, {});
  if (status !== 202) throw new Later();
  for (;;) {
    const { status: there, body } = await ask(path);
    if (mine !== round) return null;
    if (there !== 200) throw new Later();
    if (body.steps) show(body, list, words, lang);
    told(body);
    if (body.over && body.sweep_id >= asked.number) return body;
    await new Promise((done) => setTimeout(done, EVERY_MS));
  }
}

export function leave() {
  round += 1;
}

function show(body, list, words, lang) {
  list.replaceChildren(
    ...body.steps.map((step) => {
      const row = document.createElement("li");
      row.className = `step-${step.state}`;
      const mark = document.createElement("span");
      mark.className = "sign";
      mark.textContent = MARKS[step.state];
      mark.setAttribute("aria-hidden", "true");
      const said = document.createElement("div");
      said.append(strong(`${step.title[lang]}`), quiet(` – ${words[`step_${step.state}`]}`));
      if (step.words[lang]) said.append(line(step.words[lang]));
      if (step.advice[lang]) said.append(line(`→ ${step.advice[lang]}`));
      row.append(mark, said);
      return row;
    }),
  );
}

function strong(text) {
  const made = document.createElement("strong");
  made.textContent = text;
  return made;
}

function quiet(text) {
  const made = document.createElement("span");
  made.className = "text-secondary";
  made.textContent = text;
  return made;
}

function line(text) {
  const made = document.createElement("div");
  made.textContent = text;
  return made;
}
