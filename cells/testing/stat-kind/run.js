import { statOf } from './stat.js';

/** `%%stat label=Flights` over the name of a variable, or a path below one, shows its number. */
export async function run(cell, context) {
  const value = await context.variable(cell.body.trim());
  const stat = statOf(cell.options.label ?? cell.body.trim(), value);
  context.display({
    'application/vnd.daybook-example.stat+json': stat,
    'text/plain': `${stat.label}: ${stat.text}`,
  });
}
