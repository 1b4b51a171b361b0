import { existsSync } from 'node:fs';
import { need } from './need.ts';

const PLACES = [
  process.env.DAYBOOK_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Path of a Chromium to drive with playwright-core. */
export const chromium = need('Chromium', 'install Debian’s chromium or name one in DAYBOOK_CHROMIUM', () =>
  PLACES.find((path) => path !== undefined && existsSync(path)),
);

/** Flags under which Chromium runs headless as root and without a network. */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
