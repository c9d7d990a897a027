// The map's pages: a point and back again, what is drawn as the view moves, and nothing wider than a phone.
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

// Every address of outlines that a page asks for.
function watch(page) {
  const asked = [];
  page.on('response', answer => { if (answer.url().includes('.geojson')) asked.push(answer); });
  return asked;
}

const owner = page => page.innerText('#whose .lead b');

test('a point leads to the next one and back', async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await signIn(demo, context);
  const asked = watch(page);
  await page.goto(`${demo.address}/console/map/point`);
  await page.waitForFunction(() => document.querySelector('#point-map canvas'));
  await page.click('#point-map', { position: { x: 200, y: 200 } });
  await page.waitForSelector('#whose .lead b');
  const first = [page.url(), await owner(page)];
  await page.click('#point-map', { position: { x: 560, y: 420 } });
  await page.waitForFunction(before => location.href !== before, first[0]);
  const second = [page.url(), await owner(page)];
  assert.notEqual(second[0], first[0]);
  await page.selectOption('#accuracy', '300');
  await page.waitForFunction(() => location.href.includes('accuracy=300'));
  await picture(page, 'map-point');

  await page.goBack();
  await page.waitForFunction(([lat]) => document.getElementById('lat').value === lat, [new URL(first[0]).searchParams.get('lat')]);
  await page.waitForFunction(name => document.querySelector('#whose .lead b')?.innerText === name, first[1]);
  assert.equal(page.url(), first[0], 'one step back is the point before, and not another radius of this one');
  await page.goBack();
  await page.waitForFunction(() => !document.querySelector('#whose .lead'));
  assert.equal(new URL(page.url()).pathname, '/console/map/point', 'the page as it was opened');
  await page.goForward();
  await page.waitForFunction(name => document.querySelector('#whose .lead b')?.innerText === name, first[1]);

  for (const answer of asked) assert.match(answer.url(), /bbox=.*&zoom=\d+/, 'only what is in view');
  const [answer] = await Promise.all([
    page.waitForResponse(answer => answer.url().includes('.geojson')), page.click('.leaflet-control-zoom-out'),
  ]);
  const drawn = await answer.json();
  assert.ok(drawn.features.length > 0 && drawn.too_wide === false, 'a district fits');
  assert.equal(await page.isVisible('.map-word'), false);
  await context.close();
});

test('a view that is too wide says so', async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await signIn(demo, context);
  await page.route('**/map/grid.geojson*', async route => {
    const answer = await route.fetch();
    await route.fulfill({ json: { ...await answer.json(), level: 'community', too_wide: true } });
  });
  await page.goto(`${demo.address}/console/map/point?lang=zh-CN`);
  await page.waitForSelector('.map-word:not([hidden])');
  assert.match(await page.innerText('.map-word'), /放大看网格/);
  await picture(page, 'map-too-wide');
  await context.close();
});

test('the pages fit a phone', async () => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
  const page = await signIn(demo, context);
  for (const language of ['zh-CN', 'en']) {
    for (const path of ['point?lat=36.39&lon=120.45&accuracy=100', 'corrections?from=2026-01-01', 'moves']) {
      await page.goto(`${demo.address}/console/map/${path}${path.includes('?') ? '&' : '?'}lang=${language}`);
      const [wide, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.ok(wide <= screen, `${path} in ${language}: ${wide} of ${screen}`);
      const scrolls = await page.$$eval('main *', all => all.filter(one => one.scrollWidth > one.clientWidth + 1
        && ['auto', 'scroll'].includes(getComputedStyle(one).overflowX)).map(one => one.className));
      assert.deepEqual(scrolls, [], `${path} in ${language} scrolls sideways`);
      await picture(page, `map-phone-${path.split('?')[0]}-${language}`);
    }
  }
  await context.close();
});
