// Grids on pages about the map: a point and its owner, a draft's gains and losses, points between two grids.
(() => {
  const owner = { color: '#1457a8', weight: 4, dashArray: null, fillColor: '#d9e8fd', fillOpacity: 0.55 };
  const candidate = { color: '#9a6700', weight: 3, dashArray: '6 5', fillColor: '#fff1cc', fillOpacity: 0.5 };

  function pointPage(element) {
    const form = document.getElementById('point-form');
    const place = document.getElementById('whose');
    const looks = new Map();
    let marks = [];
    const map = Whistle.map(element, {
      lat: Number(element.dataset.lat), lon: Number(element.dataset.lon), zoom: 15,
      outlines: element.dataset.outlines, look: code => looks.get(code), ready: () => draw(),
    });

    function draw() {
      for (const mark of marks) mark.remove();
      marks = [];
      looks.clear();
      const told = place.querySelector('[data-drawn]');
      const found = told && JSON.parse(told.dataset.drawn);
      for (const code of found?.candidates || []) looks.set(code, candidate);
      if (found?.owner) looks.set(found.owner, owner);
      map.restyle();
      if (!found) return;
      if (found.accuracy > 0) marks.push(L.circle([found.lat, found.lon], { radius: found.accuracy, color: '#b3261e', weight: 1, fillOpacity: 0.08, interactive: false }).addTo(map));
      marks.push(Whistle.dot(found.lat, found.lon).addTo(map));
      const at = L.latLng(found.lat, found.lon);
      if (!map.getBounds().contains(at)) map.setView(at);
    }

    let turn = 0;
    async function show(address) {
      const mine = ++turn;
      const answer = await fetch(address, { headers: { 'X-Fragment': '1', Accept: 'text/html' } }).catch(() => null);
      if (mine !== turn) return false;
      if (!answer || !answer.ok) { location.assign(address); return false; }
      const html = await answer.text();
      if (mine !== turn) return false;
      place.replaceChildren(new DOMParser().parseFromString(html, 'text/html').body.firstElementChild);
      draw();
      return true;
    }

    // Each point asked about is a place to come back to; another radius or datum of it is none.
    async function ask(isPoint) {
      const address = `${form.action}?${new URLSearchParams(new FormData(form))}`;
      if (!await show(address)) return;
      if (isPoint) history.pushState({ point: true }, '', address);
      else history.replaceState(history.state, '', address);
    }

    // Another edition is another page, with other outlines.
    const editionOf = address => address.searchParams.get('edition') || '';
    const edition = form.elements.edition?.value || '';
    window.addEventListener('popstate', () => {
      const address = new URL(location.href);
      if ((editionOf(address) || edition) !== edition) { location.reload(); return; }
      for (const name of ['q', 'lat', 'lon', 'datum', 'accuracy']) {
        const field = form.elements[name];
        field.value = address.searchParams.get(name) ?? (field.options ? field.querySelector('[selected]')?.value ?? field.options[0].value : '');
      }
      show(address.href);
    });

    map.on('click', event => {
      form.elements.q.value = '';
      form.elements.datum.value = 'wgs84';
      form.elements.lat.value = event.latlng.lat.toFixed(7);
      form.elements.lon.value = event.latlng.lng.toFixed(7);
      ask(true);
    });
    form.elements.accuracy.addEventListener('change', () => ask(false));
    form.elements.datum.addEventListener('change', () => ask(false));
    // Another edition has other outlines.
    form.elements.edition?.addEventListener('change', () => form.requestSubmit());
    for (const name of ['lat', 'lon']) form.elements[name].addEventListener('input', () => { form.elements.q.value = ''; });
  }

  // More cases than before are red, fewer are green; what the draft draws anew has a thick border.
  function changesMap(element) {
    const changes = new Map(JSON.parse(element.dataset.changes).map(one => [one.code, one]));
    const look = code => {
      const one = changes.get(code);
      if (!one) return null;
      const color = one.by > 0 ? '#b3261e' : one.by < 0 ? '#1b7f4b' : '#5b6775';
      return { color, weight: one.drawn ? 3 : 1, fillColor: color, fillOpacity: one.by ? 0.28 : 0.08 };
    };
    const around = JSON.parse(element.dataset.around);
    Whistle.map(element, {
      lat: Number(element.dataset.lat), lon: Number(element.dataset.lon), zoom: 13,
      bounds: around && L.latLngBounds(around).pad(0.15),
      outlines: element.dataset.outlines, look, label: code => changes.get(code)?.label,
    });
  }

  function pointsMap(element) {
    const points = JSON.parse(element.dataset.points);
    const ends = JSON.parse(element.dataset.ends);
    const looks = new Map([[ends[1], candidate], [ends[0], owner]]);
    const seen = L.latLngBounds(points.map(one => [one.lat, one.lon]));
    Whistle.map(element, {
      lat: Number(element.dataset.lat), lon: Number(element.dataset.lon), zoom: 15,
      bounds: seen.isValid() ? seen.pad(0.3) : null,
      outlines: element.dataset.outlines, look: code => looks.get(code),
      ready: map => {
        for (const one of points) {
          Whistle.dot(one.lat, one.lon, one.picked ? '#b3261e' : '#5b3fb0').bindTooltip(Whistle.label(one.label))
            .on('click', () => { location.href = one.address; }).addTo(map);
        }
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
