// The grids' outlines are the map; tiles lie under them only where the settings name a tile address.
// Only what is in view is asked for, and again as the view moves: a map may have a hundred thousand grids.
const Whistle = window.Whistle || (window.Whistle = {});

// Answers by their address, the last ones: many small maps of one page show the same place.
Whistle.fetched = new Map();

Whistle.fetchOutlines = function (address) {
  const known = Whistle.fetched.get(address);
  if (known) return known;
  const asked = fetch(address).then(answer => {
    if (!answer.ok) throw new Error(`${answer.status}`);
    return answer.json();
  });
  asked.catch(() => Whistle.fetched.delete(address));
  Whistle.fetched.set(address, asked);
  if (Whistle.fetched.size > 40) Whistle.fetched.delete(Whistle.fetched.keys().next().value);
  return asked;
};

// Names come from files: they are words, not markup.
Whistle.label = function (text) {
  return Object.assign(document.createElement('span'), { textContent: text });
};

// The view and a margin, on the edges of tiles, so that a small move asks for nothing new.
Whistle.around = function (map) {
  const tile = 360 / 2 ** map.getZoom();
  const view = map.getBounds().pad(0.25);
  const [low, high] = [degrees => Math.floor(degrees / tile) * tile, degrees => Math.ceil(degrees / tile) * tile];
  return L.latLngBounds([low(view.getSouth()), low(view.getWest())], [high(view.getNorth()), high(view.getEast())]);
};

// `look` says how the outline of a code is drawn, `label` what is told of it; either may say nothing.
// `ready` is called once, when the first outlines are drawn.
Whistle.map = function (element, options) {
  const interactive = options.interactive !== false;
  const quiet = { color: '#7b8a99', weight: 1, dashArray: null, fillColor: '#f7faf7', fillOpacity: document.body.dataset.tiles ? 0 : 1 };
  const map = L.map(element, {
    zoomControl: interactive, dragging: interactive, scrollWheelZoom: interactive, doubleClickZoom: interactive,
    touchZoom: interactive, keyboard: interactive, attributionControl: Boolean(document.body.dataset.tiles), preferCanvas: true,
  });
  if (document.body.dataset.tiles) {
    L.tileLayer(document.body.dataset.tiles, { attribution: document.body.dataset.attribution || '' }).addTo(map);
  }
  const told = feature => options.label?.(feature.properties.code) || feature.properties.name;
  // No smoothing here: each outline by itself would part from its neighbours, and it is done already.
  const outlines = L.geoJSON(null, {
    style: quiet, interactive, smoothFactor: 0,
    onEachFeature: (feature, layer) => layer.bindTooltip(Whistle.label(told(feature)), { sticky: true }),
  }).addTo(map);
  const word = L.DomUtil.create('div', 'map-word', element);
  word.setAttribute('role', 'status');
  word.hidden = true;
  let held = null, turn = 0, isReady = false;

  // The plain ones come last to the back, behind those with a look; all are behind points and circles.
  map.restyle = () => {
    const plain = [];
    outlines.eachLayer(layer => {
      const look = options.look?.(layer.feature.properties.code);
      layer.setStyle({ ...quiet, ...look });
      if (look) layer.bringToBack(); else plain.push(layer);
    });
    for (const layer of plain) layer.bringToBack();
  };

  async function refresh() {
    const zoom = map.getZoom();
    if (held && held.zoom === zoom && held.bounds.contains(map.getBounds())) return;
    const bounds = Whistle.around(map);
    const mine = ++turn;
    const bbox = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map(degrees => degrees.toFixed(7));
    const address = `${options.outlines || '/map/grid.geojson'}?bbox=${bbox.join(',')}&zoom=${zoom}`;
    const found = await Whistle.fetchOutlines(address).catch(() => null);
    if (mine !== turn) return;
    if (found) {
      held = { zoom, bounds };
      outlines.clearLayers().addData(found);
      map.restyle();
      word.textContent = found.too_wide ? document.body.dataset.tooWide : '';
      word.hidden = !found.too_wide;
    }
    if (!isReady) { isReady = true; options.ready?.(map); }
  }

  map.on('moveend', refresh);
  if (options.bounds) map.fitBounds(options.bounds, { maxZoom: 17 });
  else if (options.lat && options.lon) map.setView([options.lat, options.lon], options.zoom || 15);
  else map.fitWorld();
  return map;
};

Whistle.dot = function (lat, lon, color) {
  return L.circleMarker([lat, lon], { radius: 8, color: '#fff', weight: 2, fillColor: color || '#b3261e', fillOpacity: 1 });
};

document.addEventListener('DOMContentLoaded', () => {
  for (const element of document.querySelectorAll('.map[data-lat]:not([data-outlines])')) {
    const lat = Number(element.dataset.lat), lon = Number(element.dataset.lon);
    const map = Whistle.map(element, { lat, lon, zoom: 16, ready: map => Whistle.dot(lat, lon).addTo(map) });
    element.whistleMap = map;
  }
});
