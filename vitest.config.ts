import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{shared,cells,kernel,extension,server,docker}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    globalSetup: ['docker/services/build.ts'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // A busy machine is no failure: one second, the default, is too short for a browser on two cores.
    expect: { poll: { timeout: 15_000 } },
    maxWorkers: 2,
    reporters: ['default', './docker/services/gap-reporter.ts'],
  },
});
