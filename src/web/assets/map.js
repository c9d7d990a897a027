// The grids' outlines are the map; tiles lie under them only where the settings name a tile address.
const Whistle = window.Whistle || (window.Whistle = {});
Whistle.outlines = null;

Whistle.fetchOutlines = function (address) {
  return fetch(address).then(r => (r.ok ? r.json() : { type: 'FeatureCollection', features: [] }));
};

// Of the edition in force; a page may ask for another edition's.
Whistle.loadOutlines = function (address) {
  if (address && address !== '/map/grid.geojson') return Whistle.fetchOutlines(address);
  Whistle.outlines = Whistle.outlines || Whistle.fetchOutlines('/map/grid.geojson');
  return Whistle.outlines;
};

// Names come from files: they are words, not markup.
Whistle.label = function (text) {
  return Object.assign(document.createElement('span'), { textContent: text });
};

Whistle.map = function (element, options) {
  const interactive = options.interactive !== false;
  const map = L.map(element, {
    zoomControl: interactive, dragging: interactive, scrollWheelZoom: interactive, doubleClickZoom: interactive,
    touchZoom: interactive, keyboard: interactive, attributionControl: Boolean(document.body.dataset.tiles), preferCanvas: true,
  });
  map.setView([options.lat, options.lon], options.zoom || 15);
  if (document.body.dataset.tiles) {
    L.tileLayer(document.body.dataset.tiles, { attribution: document.body.dataset.attribution || '' }).addTo(map);
  }
  Whistle.loadOutlines(options.outlines).then(outlines => {
    L.geoJSON(outlines, {
      style: { color: '#7b8a99', weight: 1, fillColor: '#f7faf7', fillOpacity: document.body.dataset.tiles ? 0 : 1 },
      onEachFeature: (feature, layer) => {
        layer.bindTooltip(Whistle.label(feature.properties.name), { sticky: true });
        options.each?.(feature, layer);
      },
      interactive,
    }).addTo(map);
    if (options.ready) options.ready(map);
  });
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
