import { defineConfig } from 'drizzle-kit';

/** `npx drizzle-kit generate --name WHAT` (in `server/`) writes the next migration from the schema. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './db/schema.ts',
  out: './db/migrations',
});
