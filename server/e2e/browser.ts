import { type Browser, chromium as engine, type Page } from 'playwright-core';
import { CHROMIUM_FLAGS } from '../../docker/services/chromium.ts';

export interface Visit {
  readonly page: Page;
  /** Console errors, page errors and failed requests so far: a good visit has none. */
  readonly troubles: readonly string[];
}

export async function launch(executablePath: string): Promise<Browser> {
  return engine.launch({ executablePath, args: CHROMIUM_FLAGS });
}

/** A fresh visitor (own cookies and storage) with a desktop window. */
export async function visit(browser: Browser, colorScheme: 'light' | 'dark' = 'light'): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 1000 }, colorScheme });
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => troubles.push(`page: ${error.message}`));
  page.on('response', (response) => {
    if (response.status() >= 400) troubles.push(`${response.status()} ${response.url()}`);
  });
  return { page, troubles };
}
