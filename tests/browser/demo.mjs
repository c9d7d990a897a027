// Starts the demo on a free port with a folder of its own, and a browser; stops both.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';

const root = resolve(import.meta.dirname, '../..');
const program = process.env.WHISTLE_PROGRAM || join(root, 'target/debug/whistle');

export async function startDemo() {
  const folder = await mkdtemp(join(tmpdir(), 'whistle-browser-'));
  const child = spawn(program, ['demo', '--port', '0'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let told = '';
  const address = await new Promise((found, failed) => {
    const listen = chunk => {
      told += chunk;
      const match = told.match(/http:\/\/127\.0\.0\.1:(\d+)/);
      if (match) found(match[0]);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', chunk => { told += chunk; });
    child.once('exit', code => failed(new Error(`the demo ended with ${code}:\n${told}`)));
  });
  const stop = async () => {
    child.removeAllListeners('exit');
    const ended = new Promise(done => child.once('exit', done));
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  return { address, stop };
}

export async function startBrowser() {
  return chromium.launch({
    executablePath: process.env.WHISTLE_TEST_CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });
}
