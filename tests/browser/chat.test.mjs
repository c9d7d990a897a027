// The main job in the built-in chat: report with photo and pin, answer in a second tab, arrive, settle.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { join, resolve } from 'node:path';
import { startBrowser, startDemo } from './demo.mjs';

const pictures = process.env.WHISTLE_PICTURES;

// A photo as a phone makes one, drawn by the browser itself.
const paint = page => page.evaluate(() => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 480 });
  const pen = canvas.getContext('2d');
  for (const [color, x] of [['#7a8b5a', 0], ['#8a6f4d', 220], ['#5d6b78', 430]]) {
    pen.fillStyle = color;
    pen.fillRect(x, 0, 230, 480);
  }
  return canvas.toDataURL('image/jpeg').split(',')[1];
});

let demo, browser, cast, JPEG;

before(async () => {
  demo = await startDemo();
  browser = await startBrowser();
  const page = await browser.newPage();
  await page.goto(`${demo.address}/chat?lang=zh-CN`);
  cast = await page.$$eval('.people a', links => links.map(link => ({ href: link.getAttribute('href'), text: link.textContent })));
  JPEG = Buffer.from(await paint(page), 'base64');
  await page.close();
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

const who = word => {
  const person = cast.find(({ text }) => text.includes(word));
  assert.ok(person, `${word} is in the cast: ${JSON.stringify(cast)}`);
  return person.href;
};

async function open(word, viewport) {
  const context = await browser.newContext({ viewport, locale: 'zh-CN' });
  const page = await context.newPage();
  page.on('pageerror', error => assert.fail(`${word}: ${error}`));
  await page.goto(demo.address + who(word));
  return page;
}

async function keep(page, name) {
  if (!pictures) return;
  await mkdir(pictures, { recursive: true });
  await page.screenshot({ path: join(resolve(pictures), `${name}.png`) });
}

async function tapThePlace(page) {
  await page.locator('.picker .map').waitFor();
  const box = await page.locator('.picker .map').boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await page.locator('.picker .primary').click();
}

const card = (page, text) => page.locator('.bubble.card', { hasText: text });

test('a report with photo and pin is answered in a second tab and settled', { timeout: 120_000 }, async () => {
  const worker = await open('网格员', { width: 390, height: 844 });
  const lead = await open('网格党支部书记', { width: 1280, height: 800 });

  await worker.setInputFiles('input[type=file]', { name: 'garbage.jpg', mimeType: 'image/jpeg', buffer: JPEG });
  await worker.locator('.keyboard:not([hidden])').waitFor();
  await worker.locator('.location').click();
  await tapThePlace(worker);
  await card(worker, '哨响').first().waitFor();
  await worker.fill('textarea', '楼下垃圾箱满溢');
  await worker.locator('.send').click();
  await keep(worker, 'worker-phone-reported');

  await card(lead, '哨响').last().waitFor();
  await keep(lead, 'lead-desktop-whistled');
  await card(lead, '哨响').last().getByRole('button', { name: '接哨' }).click();
  await card(lead, '接哨').last().waitFor();
  // The other person's card changes without anybody touching the page.
  await card(worker, '接哨').first().waitFor();

  await card(lead, '接哨').last().getByRole('button', { name: '到' }).first().click();
  await lead.locator('.keyboard:not([hidden])').waitFor();
  await lead.locator('.location').click();
  await tapThePlace(lead);
  await card(worker, '人到').first().waitFor();
  await keep(lead, 'lead-desktop-arrived');

  await card(lead, '人到').last().getByRole('button', { name: '事了' }).click();
  await lead.locator('.bubble').last().waitFor();
  await lead.setInputFiles('input[type=file]', { name: 'clean.jpg', mimeType: 'image/jpeg', buffer: JPEG });
  await lead.fill('textarea', '已清理干净');
  await lead.locator('.send').click();
    await card(worker, '事了').first().waitFor();
  await keep(worker, 'worker-phone-settled');
  assert.equal(await card(worker, '事了').count() > 0, true);
});

test('an English resident on a phone finds a hint, ground under the map, and an answer in English', { timeout: 120_000 }, async () => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'en-GB' });
  const page = await context.newPage();
  page.on('pageerror', error => assert.fail(`${error}`));
  await page.goto(`${demo.address}/?lang=en`);
  const [first, second] = await page.$$eval('.choices a', links => links.map(link => link.getBoundingClientRect().toJSON()));
  assert.ok(second.top - first.bottom >= 6 || second.left - first.right >= 6, 'the ways on lie apart');
  await keep(page, 'home-phone-en');

  await page.goto(`${demo.address}/chat/resident`);
  await page.locator('.hint').waitFor();
  const clipped = await page.$eval('textarea', input => {
    const pen = document.createElement('canvas').getContext('2d');
    const style = getComputedStyle(input);
    pen.font = style.font;
    const room = input.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    return pen.measureText(input.placeholder).width > room;
  });
  assert.equal(clipped, false, 'the hint in the input is whole');
  await keep(page, 'resident-phone-empty-en');

  await page.locator('.location').click();
  await page.locator('.picker .map').waitFor();
  // Where the map begins there is a grid: its name stands beside the pointer.
  const box = await page.locator('.picker .map').boundingBox();
  await page.waitForFunction(() => document.querySelector('.picker').map);
  await page.mouse.move(box.x + box.width / 2 - 4, box.y + box.height / 2);
  await page.waitForFunction(async () => Whistle.fetched.size > 0 && (await Promise.all(Whistle.fetched.values())).length > 0);
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 4 });
  await page.locator('.leaflet-tooltip').waitFor();
  await keep(page, 'resident-phone-picker-en');
  await page.locator('.picker .cancel').click();

  await page.fill('textarea', 'streetlight broken');
  await page.locator('.send').click();
  await page.locator('.bubble:not(.mine)', { hasText: 'Where is it?' }).waitFor();
  assert.equal(await page.locator('.hint').isVisible(), false);
  await keep(page, 'resident-phone-answered-en');
});

test('the answer to a press leaves the newest buttons free', { timeout: 120_000 }, async () => {
  const worker = await open('网格员', { width: 390, height: 844 });
  await worker.fill('textarea', '路灯不亮');
  await worker.locator('.send').click();
  await worker.locator('.keyboard:not([hidden])').waitFor();
  await worker.locator('.location').click();
  await tapThePlace(worker);
  const newest = card(worker, '哨响').last();
  await newest.waitFor();
  await newest.getByRole('button', { name: '撤回' }).click();
  await worker.locator('.toast:not([hidden])').waitFor();
  await keep(worker, 'worker-phone-toast');
  const covered = await worker.evaluate(() => {
    const toast = document.querySelector('.toast').getBoundingClientRect();
    const last = [...document.querySelectorAll('.messages button')].at(-1).getBoundingClientRect();
    return toast.bottom > last.top && toast.top < last.bottom;
  });
  assert.equal(covered, false);
});
