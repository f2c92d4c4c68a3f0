// How far a sweep is, said by the server as it goes. While it says so, the page does not ask; when the line is cut or
// not given, it asks again as it does without this file.

const panel = () => document.getElementById("sweep");
let live = false;

function listen() {
  const said = new EventSource(`/sweep/events?school=${encodeURIComponent(panel().dataset.school)}`);
  said.addEventListener("panel", (event) => {
    live = true;
    const before = panel();
    if (before && !before.contains(document.activeElement)) {
      before.outerHTML = event.data;
      window.htmx?.process(panel());
    }
  });
  said.addEventListener("ended", () => {
    said.close();
    location.reload();
  });
  said.addEventListener("error", () => {
    live = false;
  });
  window.addEventListener("pagehide", () => said.close());
}

document.addEventListener("htmx:before:request", (event) => {
  if (live && event.target === panel()) event.preventDefault();
});
if (panel() && "EventSource" in window) listen();
