import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { redact } from './redact.ts';
import { CONFIG_FILE, readSettings } from './settings.ts';

function folderWith(config?: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-settings-'));
  if (config !== undefined) writeFileSync(join(folder, CONFIG_FILE), config);
  return folder;
}

function read(environment: Record<string, string>, config?: string) {
  return readSettings({ environment, folder: folderWith(config) });
}

describe('settings', () => {
  test('S1: the environment wins over the file, the file over the defaults', () => {
    const settings = read(
      { DAYBOOK_PORT: '1234' },
      '{"DAYBOOK_PORT": 1, "DAYBOOK_HOST": "localhost", "DAYBOOK_JSON": true}',
    );
    expect(settings.port).toBe(1234);
    expect(settings.host).toBe('localhost');
    expect(settings.json).toBe(true);
    expect(settings.logLevel).toBe('info');
    const sources = Object.fromEntries(settings.report.map(({ name, source }) => [name, source]));
    expect(sources).toMatchObject({
      DAYBOOK_PORT: 'environment',
      DAYBOOK_HOST: CONFIG_FILE,
      DAYBOOK_LOG_LEVEL: 'default',
      DATABASE_URL: 'not set',
    });
  });

  test('S1: an empty variable counts as not set; relative folders start at the working folder', () => {
    const folder = folderWith();
    const settings = readSettings({ environment: { DATABASE_URL: '', DAYBOOK_LABEXTENSIONS: 'a:/b' }, folder });
    expect(settings.databaseUrl).toBeUndefined();
    expect(settings.home).toBe(join(folder, '.daybook'));
    expect(settings.labextensions).toEqual([join(folder, 'a'), '/b']);
  });

  test.each([
    ['no JSON', '{', 'bad_config_file', 'not JSON'],
    ['a list', '[]', 'bad_config_file', 'no setting'],
    ['a nested value', '{"DAYBOOK_PORT": {}}', 'bad_config_file', 'DAYBOOK_PORT'],
    ['an unknown key', '{"DAYBOOK_PROT": 1}', 'unknown_setting', 'DAYBOOK_PROT'],
  ])('S2: a settings file with %s is a named error', (_, config, code, part) => {
    expect(() => read({}, config)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(part) }));
  });

  test.each([
    ['DAYBOOK_PORT', 'eighty'],
    ['DAYBOOK_PORT', '70000'],
    ['DAYBOOK_JSON', 'yes'],
    ['DAYBOOK_LOG_LEVEL', 'loud'],
    ['DATABASE_URL', 'mysql://host'],
    ['REDIS_URL', 'host:6379'],
    ['S3_BUCKET', 'alone'],
    ['DAYBOOK_SANDBOX', 'maybe'],
    ['DAYBOOK_KERNEL_PROCESSES', '0'],
    ['DAYBOOK_KERNEL_CPUS', '-1'],
  ])('S2: %s=%s is a named error', (name, value) => {
    expect(() => read({ [name]: value })).toThrow(
      expect.objectContaining({ code: 'bad_setting', action: expect.any(String) }),
    );
  });

  test('S3: neither the report nor an error shows a secret', () => {
    const secret = 'hush-hush-hush-hush';
    const settings = read({
      DAYBOOK_TOKEN: secret,
      DATABASE_URL: `postgres://user:${secret}@host/db?sslpassword=${secret}`,
      REDIS_URL: `redis://:${secret}@host`,
      S3_ENDPOINT: 'http://s3',
      S3_BUCKET: 'b',
      S3_ACCESS_KEY: 'a',
      S3_SECRET_KEY: secret,
    });
    expect(JSON.stringify(settings.report)).not.toContain(secret);
    expect(settings.databaseUrl).toContain(secret);
    expect(() => read({ DATABASE_URL: `mysql://u:${secret}@h` })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(secret) }),
    );
    expect(() => read({ DAYBOOK_TOKEN: 'short' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('short ') }),
    );
    expect(redact('no url', 'url')).not.toContain('no url');
  });

  test('K60: the sandbox is off unless asked for; the home and the settings file are hidden in it', () => {
    const settings = read(
      { DAYBOOK_HOME: '/srv/daybook', DAYBOOK_KERNEL_CPUS: '1.5' },
      '{"DAYBOOK_SANDBOX": "required"}',
    );
    expect(settings.isolation).toMatchObject({ sandbox: 'required', network: false, limits: { cpus: 1.5 } });
    expect(settings.isolation.hidden).toEqual(['/srv/daybook', expect.stringMatching(/daybook\.config\.json$/)]);
    expect(read({}).isolation.sandbox).toBe('off');
  });

  test('S4: kernels see no setting and nothing unknown of the environment', () => {
    const { kernelEnvironment } = read({
      PATH: '/bin',
      LC_ALL: 'C',
      DAYBOOK_TOKEN: 'a-token-for-tests',
      DATABASE_URL: 'postgres://h/d',
      AWS_SECRET_ACCESS_KEY: 'x',
      OPENAI_API_KEY: 'x',
      NODE_OPTIONS: '--inspect',
    });
    expect(kernelEnvironment).toEqual({ PATH: '/bin', LC_ALL: 'C' });
  });
});
