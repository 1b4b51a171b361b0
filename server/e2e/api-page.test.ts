import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromium } from '../../docker/services/chromium.ts';
import { type Program, startDaybook } from '../../docker/services/daybook.ts';
import { describeWith } from '../../docker/services/need.ts';
import { buildMissing } from '../bin/build.mjs';
import { launch, visit } from './browser.ts';
import { ask } from './kernel-socket.ts';

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[];
  readonly responses: Readonly<Record<string, { readonly description?: string; readonly content?: object }>>;
}

interface Document {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly securitySchemes: Readonly<Record<string, unknown>> };
}

let home: string;
let daybook: Program;
beforeAll(async () => {
  await buildMissing();
  home = await mkdtemp(join(tmpdir(), 'daybook-api-'));
  daybook = await startDaybook({ home });
}, 180_000);
afterAll(async () => {
  await daybook?.stop();
  await rm(home, { recursive: true, force: true });
});

/** Every `$ref` in a document. */
function references(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' && typeof inner === 'string' ? [inner] : references(inner),
  );
}

function resolves(document: unknown, reference: string): boolean {
  if (!reference.startsWith('#/')) return false;
  let place: unknown = document;
  for (const step of reference.slice(2).split('/'))
    place = (place as Record<string, unknown> | undefined)?.[step.replaceAll('~1', '/').replaceAll('~0', '~')];
  return place !== undefined;
}

test('N5: the API document is whole: ids, summaries, parameters, errors, references', async () => {
  const document = (await (await ask(daybook, 'GET', '/api/v1/openapi.json')).json()) as Document;
  expect(document.openapi).toMatch(/^3\.1\.\d$/);
  expect(document.info).toMatchObject({ title: 'Daybook', version: expect.stringMatching(/^\d+\.\d+\.\d+/) });
  expect(document.components.securitySchemes).toHaveProperty('token');
  for (const reference of references(document)) expect(resolves(document, reference), reference).toBe(true);

  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, name: `${method} ${path}`, operation })),
  );
  expect(operations.length).toBeGreaterThanOrEqual(6);
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { path, name, operation } of operations) {
    expect(operation.operationId, name).toMatch(/^[a-z][A-Za-z]+$/);
    expect(operation.summary, name).toBeTruthy();
    const statuses = Object.keys(operation.responses);
    expect(statuses.filter((status) => /^2/.test(status)).length, name).toBeGreaterThan(0);
    expect(statuses.filter((status) => /^[45]/.test(status)).length, name).toBeGreaterThan(0);
    for (const [status, { description, content }] of Object.entries(operation.responses)) {
      expect(description, `${name} ${status}`).toBeTruthy();
      if (/^4/.test(status))
        expect(Object.keys(content ?? {}), `${name} ${status}`).toEqual(['application/problem+json']);
    }
    // Open ones say so; all others need the token and say what comes without it.
    if (operation.security?.length !== 0) expect(statuses, name).toContain('401');
    const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
    expect(inPath.map((parameter) => `{${parameter.name}}`).sort(), name).toEqual(
      (path.match(/\{\w+\}/g) ?? []).sort(),
    );
    expect(
      inPath.every(({ required }) => required === true),
      name,
    ).toBe(true);
  }
});

describeWith(chromium, 'the API page in a browser', (executablePath) => {
  test('N3: shows every operation and asks no other server', { timeout: 60_000 }, async () => {
    const browser = await launch(executablePath);
    try {
      const { page, troubles } = await visit(browser);
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      await page.goto(`${daybook.url}/docs?token=${daybook.token}`);
      await page.getByText('Rows of a result, sorted and filtered by the engine').waitFor();
      expect(await page.locator('.opblock').count()).toBeGreaterThanOrEqual(6);
      expect(asked.filter((url) => !url.startsWith(daybook.url) && !url.startsWith('data:'))).toEqual([]);
      expect(troubles).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
