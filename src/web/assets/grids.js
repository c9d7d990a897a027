// Grids on pages about the map: a point and its owner, a draft's gains and losses, points between two grids.
(() => {
  const quiet = { color: '#7b8a99', weight: 1, dashArray: null, fillColor: '#f7faf7', fillOpacity: 0.35 };
  const owner = { color: '#1457a8', weight: 4, dashArray: null, fillColor: '#d9e8fd', fillOpacity: 0.55 };
  const candidate = { color: '#9a6700', weight: 3, dashArray: '6 5', fillColor: '#fff1cc', fillOpacity: 0.5 };

  // A map whose grids can be restyled by their code.
  function gridMap(element, options) {
    const grids = new Map();
    const map = Whistle.map(element, {
      ...options, outlines: element.dataset.outlines,
      each: (feature, layer) => grids.set(feature.properties.code, layer),
    });
    return { map, grids };
  }

  function pointPage(element) {
    const form = document.getElementById('point-form');
    const place = document.getElementById('whose');
    const start = { lat: Number(element.dataset.lat), lon: Number(element.dataset.lon) };
    let marks = [], styled = [];
    const { map, grids } = gridMap(element, { ...start, zoom: 15, ready: () => draw() });

    function draw() {
      for (const mark of marks) mark.remove();
      for (const layer of styled) layer.setStyle(quiet);
      marks = []; styled = [];
      const told = place.querySelector('[data-drawn]');
      if (!told) return;
      const found = JSON.parse(told.dataset.drawn);
      const style = (code, look) => {
        const layer = grids.get(code);
        if (layer) { layer.setStyle(look); layer.bringToFront(); styled.push(layer); }
      };
      for (const code of found.candidates) style(code, candidate);
      if (found.owner) style(found.owner, owner);
      if (found.accuracy > 0) marks.push(L.circle([found.lat, found.lon], { radius: found.accuracy, color: '#b3261e', weight: 1, fillOpacity: 0.08, interactive: false }).addTo(map));
      marks.push(Whistle.dot(found.lat, found.lon).addTo(map));
      const at = L.latLng(found.lat, found.lon);
      if (!map.getBounds().contains(at)) map.setView(at);
    }

    let turn = 0;
    async function ask() {
      const address = `${form.action}?${new URLSearchParams(new FormData(form))}`;
      const mine = ++turn;
      const answer = await fetch(address, { headers: { 'X-Fragment': '1', Accept: 'text/html' } }).catch(() => null);
      if (mine !== turn) return;
      if (!answer || !answer.ok) { form.submit(); return; }
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').body.firstElementChild;
      place.replaceChildren(fresh);
      history.replaceState(null, '', address);
      draw();
    }

    map.on('click', event => {
      form.elements.q.value = '';
      form.elements.datum.value = 'wgs84';
      form.elements.lat.value = event.latlng.lat.toFixed(7);
      form.elements.lon.value = event.latlng.lng.toFixed(7);
      ask();
    });
    form.elements.accuracy.addEventListener('change', ask);
    form.elements.datum.addEventListener('change', ask);
    // Another edition has other outlines.
    form.elements.edition?.addEventListener('change', () => form.requestSubmit());
    for (const name of ['lat', 'lon']) form.elements[name].addEventListener('input', () => { form.elements.q.value = ''; });
  }

  // More cases than before are red, fewer are green; what the draft draws anew has a thick border.
  function changesMap(element) {
    const changes = new Map(JSON.parse(element.dataset.changes).map(one => [one.code, one]));
    const { map, grids } = gridMap(element, {
      lat: Number(element.dataset.lat), lon: Number(element.dataset.lon), zoom: 13,
      ready: () => {
        const seen = L.latLngBounds([]);
        for (const [code, one] of changes) {
          const layer = grids.get(code);
          if (!layer) continue;
          const color = one.by > 0 ? '#b3261e' : one.by < 0 ? '#1b7f4b' : '#5b6775';
          layer.setStyle({ color, weight: one.drawn ? 3 : 1, fillColor: color, fillOpacity: one.by ? 0.28 : 0.08 });
          layer.bringToFront();
          layer.unbindTooltip().bindTooltip(Whistle.label(one.label), { sticky: true });
          seen.extend(layer.getBounds());
        }
        if (seen.isValid()) map.fitBounds(seen.pad(0.3));
      },
    });
  }

  function pointsMap(element) {
    const points = JSON.parse(element.dataset.points);
    const ends = JSON.parse(element.dataset.ends);
    const { map, grids } = gridMap(element, {
      lat: Number(element.dataset.lat), lon: Number(element.dataset.lon), zoom: 15,
      ready: () => {
        const seen = L.latLngBounds([]);
        ends.forEach((code, at) => {
          const layer = grids.get(code);
          if (!layer) return;
          layer.setStyle(at === 0 ? owner : candidate);
          layer.bringToFront();
        });
        for (const one of points) {
          seen.extend([one.lat, one.lon]);
          Whistle.dot(one.lat, one.lon, one.picked ? '#b3261e' : '#5b3fb0').bindTooltip(Whistle.label(one.label))
            .on('click', () => { location.href = one.address; }).addTo(map);
        }
        if (seen.isValid()) map.fitBounds(seen.pad(0.3), { maxZoom: 17 });
      },
    });
  }

  document.addEventListener('DOMContentLoaded', () => {
    const point = document.getElementById('point-map');
    if (point) pointPage(point);
    for (const element of document.querySelectorAll('[data-changes]')) changesMap(element);
    for (const element of document.querySelectorAll('[data-points]')) pointsMap(element);
    const every = document.getElementById('every');
    every?.addEventListener('change', () => {
      for (const box of document.querySelectorAll('input[name^="case-"]')) box.checked = every.checked;
    });
  });
})();
