// The console: lists and facts stay fresh without losing what is being typed, and maps in forms take a point.
(() => {
  const live = document.querySelector('[data-live]');

  async function refresh() {
    try {
      const answer = await fetch(live.dataset.live, { headers: { 'X-Fragment': '1', Accept: 'text/html' } });
      if (!answer.ok) return;
      show(await answer.text());
    } catch (error) { /* the stream opens again by itself, and asks again */ }
  }

  function show(html) {
    const fresh = new DOMParser().parseFromString(html, 'text/html').body.firstElementChild;
    if (!fresh || fresh.innerHTML === live.innerHTML) return;
    const focused = live.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null;
    live.replaceChildren(...fresh.childNodes);
    if (focused) live.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    const moved = document.getElementById('moved');
    if (moved && fresh.dataset.version && fresh.dataset.version !== live.dataset.version) moved.hidden = false;
  }

  // A tab that nobody looks at holds no connection: browsers have six for a whole site.
  if (live && window.EventSource) {
    let hints = null;
    let waiting = null;
    const soon = () => { clearTimeout(waiting); waiting = setTimeout(refresh, 300); };
    const watch = again => {
      if (document.hidden) { hints?.close(); hints = null; return; }
      if (hints) return;
      hints = new EventSource('/console/live');
      hints.onmessage = soon;
      // Whatever happened while there was no connection.
      hints.onopen = () => { if (again) soon(); again = true; };
    };
    watch(false);
    document.addEventListener('visibilitychange', () => watch(true));
    // Time left goes on by itself.
    setInterval(() => { if (!document.hidden) refresh(); }, 60000);
  }

  function pick(element) {
    if (element.picker) return;
    const box = element.closest('.pick');
    const [lat, lon] = [box.querySelector('[name=lat]'), box.querySelector('[name=lon]')];
    const given = () => lat.value && lon.value && Number.isFinite(Number(lat.value)) && Number.isFinite(Number(lon.value));
    const start = given() ? { lat: Number(lat.value), lon: Number(lon.value) }
      : { lat: Number(element.dataset.centreLat), lon: Number(element.dataset.centreLon) };
    const map = element.picker = Whistle.map(element, { ...start, zoom: 14, ready: () => mark() });
    let dot = null;
    function mark() {
      if (dot) dot.remove();
      if (given()) dot = Whistle.dot(Number(lat.value), Number(lon.value)).addTo(map);
    }
    map.on('click', event => {
      lat.value = event.latlng.lat.toFixed(6);
      lon.value = event.latlng.lng.toFixed(6);
      mark();
    });
    for (const input of [lat, lon]) input.addEventListener('change', mark);
  }

  document.addEventListener('DOMContentLoaded', () => {
    for (const element of document.querySelectorAll('[data-pick]')) {
      const around = element.closest('details');
      if (!around || around.open) pick(element);
      else around.addEventListener('toggle', () => pick(element), { once: true });
    }
    const failed = document.querySelector('details[open] .error');
    if (failed) failed.scrollIntoView({ block: 'center' });
  });

  // Bytes that have not come yet, or never will: its name stands for the photo.
  document.addEventListener('error', event => {
    if (event.target.matches?.('.photos img')) event.target.replaceWith(Object.assign(document.createElement('span'), { className: 'missing', textContent: '—' }));
  }, true);

  // One press is one report.
  document.addEventListener('submit', event => {
    const button = event.target.querySelector('button:not([type=button])');
    if (event.target.method === 'post' && button) setTimeout(() => { button.disabled = true; }, 0);
  });
  window.addEventListener('pageshow', () => { for (const button of document.querySelectorAll('form button')) button.disabled = false; });
})();
