// The built-in chat: the same conversations as a messenger, over three addresses:
// GET messages (what is new since), POST send (a piece), POST press (a button); hints come by /chat/live.
(() => {
  const page = document.querySelector('.chat-frame');
  const me = page.dataset.person;
  const words = JSON.parse(document.getElementById('words').textContent);
  const list = page.querySelector('.messages');
  const keyboard = page.querySelector('.keyboard');
  const toast = document.querySelector('.toast');
  const picker = document.querySelector('.picker');
  const input = page.querySelector('textarea');
  let seen = 0;
  let busy = false;
  let again = false;

  const at = path => `/chat/${encodeURIComponent(me)}/${path}`;
  const clock = millis => new Date(millis).toLocaleTimeString(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' });

  function say(text) {
    if (!text) return;
    toast.textContent = text;
    toast.hidden = false;
    clearTimeout(say.timer);
    say.timer = setTimeout(() => { toast.hidden = true; }, 4500);
  }

  function element(tag, attributes, ...children) {
    const made = Object.assign(document.createElement(tag), attributes);
    made.append(...children.filter(child => child !== null));
    return made;
  }

  function bubble(message) {
    const box = element('div', { className: 'bubble' + (message.mine ? ' mine' : '') + (message.card ? ' card' : '') });
    box.dataset.id = message.id;
    if (message.photo) box.append(element('img', { src: message.photo, alt: words.photo, onload: stayLow }));
    if (message.voice) box.append(element('audio', { src: message.voice, controls: true }));
    if (message.place) {
      const map = element('div', { className: 'place' });
      box.append(map);
      requestAnimationFrame(() => {
        const [lon, lat] = message.place;
        Whistle.map(map, { lat, lon, zoom: 15, interactive: false, ready: drawn => Whistle.dot(lat, lon).addTo(drawn) });
      });
    }
    if (message.title) box.append(element('p', { className: 'title', textContent: message.title }));
    if (message.lines.length) box.append(element('p', { textContent: message.lines.join('\n') }));
    for (const row of message.buttons) {
      box.append(element('div', { className: 'row' }, ...row.map(button =>
        element('button', { type: 'button', textContent: button.label, onclick: event => press(event.currentTarget, message.id, button.data) }))));
    }
    box.append(element('div', { className: 'when', textContent: clock(message.at) }));
    return box;
  }

  let atBottom = true;
  list.addEventListener('scroll', () => { atBottom = list.scrollHeight - list.scrollTop - list.clientHeight < 120; });
  // A photo that has grown must not push the newest message out of sight.
  function stayLow() { if (atBottom) list.scrollTop = list.scrollHeight; }

  function show(message) {
    const old = list.querySelector(`[data-id="${message.id}"]`);
    const fresh = bubble(message);
    const low = atBottom;
    if (old) old.replaceWith(fresh); else list.append(fresh);
    if (low || (!old && message.mine)) list.scrollTop = list.scrollHeight;
  }

  function showKeyboard(wanted) {
    keyboard.hidden = !wanted;
    keyboard.replaceChildren();
    if (wanted) keyboard.append(element('button', { type: 'button', className: 'primary', textContent: wanted, onclick: givePlace }));
  }

  async function refresh() {
    if (busy) { again = true; return; }
    busy = true;
    try {
      const answer = await fetch(at(`messages?since=${seen}`));
      if (!answer.ok) throw new Error(answer.status);
      const news = await answer.json();
      seen = news.seen;
      news.messages.forEach(show);
      if (news.keyboard !== undefined) showKeyboard(news.keyboard);
    } catch (error) {
      say(words.offline);
    } finally {
      busy = false;
      if (again) { again = false; refresh(); }
    }
  }

  async function post(path, body) {
    try {
      const answer = await fetch(at(path), { method: 'POST', body });
      const told = await answer.json().catch(() => ({}));
      say(answer.ok ? told.toast : told.detail || words.failed);
      refresh();
      return answer.ok;
    } catch (error) {
      say(words.offline);
      return false;
    }
  }

  function form(fields) {
    const data = new FormData();
    data.append('uid', crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2) + Date.now());
    data.append('said_at', String(Date.now()));
    for (const [name, value] of Object.entries(fields)) if (value !== undefined && value !== null) data.append(name, value);
    return data;
  }

  async function press(button, message, data) {
    button.disabled = true;
    await post('press', form({ message, data }));
    button.disabled = false;
  }

  async function sendWords() {
    const text = input.value.trim();
    if (!text) return;
    input.value = '';
    if (!await post('send', form({ text }))) input.value = input.value || text;
  }

  async function sendFiles(files) {
    const album = files.length > 1 ? 'a' + Date.now() : undefined;
    const caption = input.value.trim();
    input.value = '';
    for (const [index, file] of [...files].entries()) {
      const words = index === 0 && caption ? caption : undefined;
      const sent = await post('send', form({ photo: file, album, caption: words }));
      // What was typed while the photo was on its way stays.
      if (!sent && words) input.value = [words, input.value].filter(Boolean).join(' ');
    }
  }

  const sendPlace = (lat, lon, accuracy, source) => post('send', form({ lat, lon, accuracy, source }));

  function givePlace() {
    if (!navigator.geolocation) { openPicker(); return; }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => sendPlace(coords.latitude, coords.longitude, coords.accuracy, 'pin'),
      openPicker, { enableHighAccuracy: true, timeout: 8000, maximumAge: 10000 });
  }

  function openPicker() {
    picker.hidden = false;
    if (picker.map) { picker.map.invalidateSize(); return; }
    const start = page.dataset;
    const map = Whistle.map(picker.querySelector('.map'), { lat: Number(start.lat), lon: Number(start.lon), zoom: 15 });
    let chosen = null;
    map.on('click', event => {
      if (chosen) chosen.remove();
      chosen = Whistle.dot(event.latlng.lat, event.latlng.lng).addTo(map);
      picker.querySelector('.primary').disabled = false;
      picker.chosen = event.latlng;
    });
    picker.map = map;
  }

  picker.querySelector('.primary').onclick = () => {
    picker.hidden = true;
    sendPlace(picker.chosen.lat, picker.chosen.lng, undefined, 'map');
  };
  picker.querySelector('.cancel').onclick = () => { picker.hidden = true; };

  const voiceButton = page.querySelector('.voice');
  if (!navigator.mediaDevices || !window.MediaRecorder) voiceButton.hidden = true;
  let recorder = null;
  voiceButton.onclick = async () => {
    if (recorder) { recorder.stop(); return; }
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const parts = [];
      const started = Date.now();
      recorder = new MediaRecorder(stream);
      recorder.ondataavailable = event => parts.push(event.data);
      recorder.onstop = () => {
        stream.getTracks().forEach(track => track.stop());
        const seconds = Math.max(1, Math.round((Date.now() - started) / 1000));
        const sound = new Blob(parts, { type: recorder.mimeType });
        recorder = null;
        voiceButton.classList.remove('recording');
        post('send', form({ voice: sound, seconds }));
      };
      recorder.start();
      voiceButton.classList.add('recording');
    } catch (error) { say(words.no_voice); }
  };

  const file = page.querySelector('input[type=file]');
  page.querySelector('.photo').onclick = () => file.click();
  file.onchange = () => { if (file.files.length) sendFiles(file.files); file.value = ''; };
  page.querySelector('.location').onclick = openPicker;
  page.querySelector('.send').onclick = sendWords;
  input.onkeydown = event => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) { event.preventDefault(); sendWords(); }
  };

  const live = new EventSource(at('live'));
  live.onmessage = refresh;
  live.onopen = refresh;
  // A hint from another process may be lost.
  setInterval(() => { if (!document.hidden) refresh(); }, 20000);
  refresh();
})();
