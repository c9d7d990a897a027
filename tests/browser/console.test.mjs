// A dispatcher at two screens: what one does, the other sees at once, and nothing that is typed is lost.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startBrowser, startDemo } from './demo.mjs';
import { picture, signIn } from './desk.mjs';

let demo, browser;

before(async () => {
  demo = await startDemo();
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

async function open(page, command) {
  await page.click(`details:has(form[action$="/${command}"]) summary`);
}

test('two screens of one desk', async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const list = await signIn(demo, context);
  await list.goto(`${demo.address}/console/?view=all`);
  await picture(list, 'console-list');

  const first = await context.newPage();
  await first.goto(`${demo.address}/console/new`);
  await first.fill('#new-words', '来电：垃圾桶满了没人收');
  await first.click('.map');
  assert.match(await first.inputValue('[name=lat]'), /^36\.\d{6}$/);
  await Promise.all([first.waitForURL('**/console/cases/**'), first.click('main button.primary')]);
  await list.waitForFunction(() => document.body.innerText.includes('来电：垃圾桶满了没人收'));
  await picture(first, 'console-case');

  const second = await context.newPage();
  await second.goto(first.url());
  await open(second, 'decline');
  await second.fill('#decline-reason', '正在写的原因');
  await open(first, 'add');
  await first.fill('#add-words', '又来一个电话');
  await Promise.all([first.waitForNavigation(), first.click('form[action$="/add"] button.primary')]);
  await second.waitForSelector('#moved:not([hidden])');
  assert.ok((await second.innerText('[data-live]')).includes('又来一个电话'));
  assert.equal(await second.inputValue('#decline-reason'), '正在写的原因');

  await Promise.all([second.waitForNavigation(), second.click('form[action$="/decline"] button.primary')]);
  assert.ok((await second.innerText('.news')).includes('又来一个电话'), 'what happened meanwhile is shown');
  assert.equal(await second.inputValue('#decline-reason'), '正在写的原因');
  await picture(second, 'console-stale');
  await Promise.all([second.waitForURL('**?done=1'), second.click('form[action$="/decline"] button.primary')]);
  assert.ok((await second.innerText('[data-live]')).includes('不予立案'));
  await context.close();
});

test('nothing is wider than a phone', async () => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const page = await signIn(demo, context);
  await page.goto(`${demo.address}/console/?view=all`);
  const number = await page.getAttribute('a.number', 'href');
  for (const path of ['/console/?view=all', number, '/console/new', '/console/figures', '/console/undelivered',
    '/console/map/point', '/console/map/corrections', '/console/map/moves']) {
    await page.goto(demo.address + path);
    await page.waitForLoadState('load');
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0, path);
    await picture(page, `console-phone-${path.replace(/\W+/g, '-')}`);
  }
  await context.close();
});

test('a click on the map tells whose the point is', async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await signIn(demo, context);
  await page.goto(`${demo.address}/console/map/point`);
  await page.waitForSelector('#point-map canvas');
  // It begins in the middle of the desk's own ground.
  await page.click('#point-map');
  await page.waitForSelector('#whose .owner');
  const first = await page.innerText('#whose .owner');
  assert.match(first, /责任网格/);
  assert.match(await page.inputValue('#lat'), /^36\.\d{7}$/);
  assert.match(page.url(), /lat=36\./, 'the address can be passed on');
  await page.selectOption('#accuracy', '300');
  await page.waitForSelector('#whose .owner table');
  assert.match(await page.innerText('#whose .owner table'), /\d 米/);
  await picture(page, 'console-point');
  await page.reload();
  assert.ok((await page.innerText('#whose .owner')).includes('± 300 米'));
  await page.fill('#q', '古城');
  await Promise.all([page.waitForURL('**q=**'), page.click('#point-form button.primary')]);
  await Promise.all([page.waitForURL('**lat=**'), page.click('#whose ul a')]);
  assert.match(await page.innerText('#whose .owner'), /古城社区/);
  await context.close();
});
