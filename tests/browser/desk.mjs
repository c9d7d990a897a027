// A dispatcher at the console of the demo, and pictures of what is seen there.
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const pictures = process.env.WHISTLE_PICTURES;
const DISPATCHER = /派遣员/;

// Signs in as the demo's page says, and fails the test when a script does.
export async function signIn(demo, context) {
  const page = await context.newPage();
  page.on('pageerror', error => { throw error; });
  await page.goto(`${demo.address}/sign-in?lang=zh-CN`);
  const rows = await page.$$eval('tbody tr', rows => rows.map(row => row.innerText));
  const code = rows.find(row => DISPATCHER.test(row)).split(/\s/)[0];
  await page.fill('#code', code);
  await page.fill('#password', await page.innerText('.note code'));
  await page.click('main button.primary');
  await page.waitForURL('**/console/');
  return page;
}

// A picture of the whole page, where somebody wants to look at it.
export async function picture(page, name) {
  if (!pictures) return;
  await mkdir(resolve(pictures), { recursive: true });
  await page.screenshot({ path: join(resolve(pictures), `${name}.png`), fullPage: true });
}
