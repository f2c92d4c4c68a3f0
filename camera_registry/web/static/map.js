// Schools on a map: discs on one canvas, so that thousands of them move with ease. Without tiles they stand on a plain
// background with lines of latitude and longitude and the names of the units.

const place = document.getElementById("map");
const words = place.dataset;
// Size, border and filling tell the states apart, and not colour alone.
const LOOKS = {
  all: { radius: 8, weight: 1, color: "#14532d", fillColor: "#1d6b2c", fillOpacity: 1 },
  most: { radius: 7, weight: 3, color: "#0b4a94", fillColor: "#9cc3ee", fillOpacity: 1 },
  few: { radius: 7, weight: 3, color: "#8f3d00", fillColor: "#ffffff", fillOpacity: 1 },
  none_offered: { radius: 4, weight: 1, color: "#4a4f57", fillColor: "#d5dae1", fillOpacity: 1 },
};
const SAID = { all: words.all, most: words.most, few: words.few, none_offered: words.noneOffered };
const STEPS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];
const MOST_NAMES = 40;

function said(of) {
  const box = document.createElement("div");
  const link = document.createElement("a");
  link.href = `/schools/${encodeURIComponent(of.code)}`;
  link.textContent = of.site ? `${of.name} (${of.site})` : of.name;
  const lines = [SAID[of.state], `${of.ready} / ${of.offered} ${words.ready}`, `${words.unverified}: ${of.unverified}`, of.district];
  box.append(link, ...lines.map((line) => Object.assign(document.createElement("div"), { textContent: line })));
  return box;
}

function graticule(map, under) {
  under.clearLayers();
  const seen = map.getBounds();
  const step = STEPS.find((each) => (seen.getEast() - seen.getWest()) / each <= 8) ?? 10;
  const line = { className: "graticule", color: "#d5dae1", weight: 1, interactive: false };
  for (let x = Math.ceil(seen.getWest() / step) * step; x < seen.getEast(); x += step)
    L.polyline([[seen.getSouth(), x], [seen.getNorth(), x]], line).addTo(under);
  for (let y = Math.ceil(seen.getSouth() / step) * step; y < seen.getNorth(); y += step)
    L.polyline([[y, seen.getWest()], [y, seen.getEast()]], line).addTo(under);
}

// The names of the units in the middle of their schools, while there are few in sight.
function names(map, units, under) {
  const seen = map.getBounds();
  const here = units.filter((unit) => seen.contains(unit.at));
  if (here.length > MOST_NAMES) return;
  for (const unit of here)
    L.tooltip(unit.at, { content: document.createTextNode(unit.name), permanent: true, direction: "top", offset: [0, -8], className: "map-unit", interactive: false }).addTo(under);
}

function unitsOf(features) {
  const found = new Map();
  for (const { geometry, properties } of features) {
    const unit = found.get(properties.district_code) ?? { name: properties.district, x: 0, y: 0, n: 0 };
    unit.x += geometry.coordinates[0];
    unit.y += geometry.coordinates[1];
    unit.n += 1;
    found.set(properties.district_code, unit);
  }
  return [...found.values()].map((unit) => ({ name: unit.name, at: L.latLng(unit.y / unit.n, unit.x / unit.n) }));
}

async function draw() {
  const answer = await fetch("/api/v1/map");
  if (!answer.ok) return;
  const { features } = await answer.json();
  const map = L.map(place, { preferCanvas: true, attributionControl: Boolean(words.attribution), zoomSnap: 0.5, maxZoom: 18 });
  map.attributionControl?.setPrefix(false);
  const points = features.map(({ geometry, properties }) => {
    const [x, y] = geometry.coordinates;
    return L.circleMarker([y, x], LOOKS[properties.state]).bindPopup(() => said(properties)).bindTooltip(`${properties.name}: ${SAID[properties.state]}`);
  });
  const all = L.featureGroup(points);
  map.fitBounds(all.getBounds().pad(0.05), { maxZoom: 15, animate: false });
  if (words.tiles) L.tileLayer(words.tiles, { attribution: words.attribution, maxZoom: 18 }).addTo(map);
  else {
    const under = L.layerGroup().addTo(map);
    const units = unitsOf(features);
    const again = () => {
      graticule(map, under);
      names(map, units, under);
    };
    again();
    map.on("moveend", again);
  }
  all.addTo(map);
  place.dataset.drawn = points.length;
}

await draw();
