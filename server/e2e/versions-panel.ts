import type { Locator, Page } from 'playwright-core';

/** The panel “Versions” in a page. */
export function versionsPanel(page: Page): Locator {
  return page.getByRole('region', { name: 'Versions', exact: true });
}

export async function showVersions(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Versions', exact: true }).click();
  await versionsPanel(page).getByRole('heading', { name: 'Versions' }).waitFor();
}

/** Keeps what the document says now under a name. */
export async function keepVersion(page: Page, label: string): Promise<void> {
  await versionsPanel(page).getByRole('textbox', { name: 'Name of the version to keep now' }).fill(label);
  await page.keyboard.press('Enter');
  await versionsPanel(page)
    .getByRole('button', { name: new RegExp(label) })
    .waitFor();
}

/** Opens the tools of a version. */
export async function chooseVersion(page: Page, label: string): Promise<void> {
  const item = versionsPanel(page).getByRole('button', { name: new RegExp(label) });
  if ((await item.getAttribute('aria-expanded')) !== 'true') await item.click();
}
