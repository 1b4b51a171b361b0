import { raw } from 'hono/html';

/** Style of the server's own small pages, in the tokens of the look; inline, so it needs no request. */
export const BASE_STYLE = raw(`
:root { color-scheme: light dark; --paper: #fbfaf7; --sheet: #ffffff; --line: #e6e2d8; --ink: #1d1f23; --ink-2: #5c6068;
  --accent: #3345b8; --on-accent: #ffffff; --error: #c0364c; --sunken: #f4f2ec;
  --shadow: 0 1px 2px rgb(29 31 35 / .06), 0 8px 24px rgb(29 31 35 / .08); }
@media (prefers-color-scheme: dark) { :root { --paper: #15171b; --sheet: #1b1e23; --line: #31353d; --ink: #eceae4; --ink-2: #a9adb6;
  --accent: #98a5ff; --on-accent: #15171b; --error: #f0899a; --sunken: #23262c;
  --shadow: 0 1px 2px rgb(0 0 0 / .4), 0 8px 24px rgb(0 0 0 / .35); } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px; background: var(--paper); color: var(--ink);
  font: 15px/1.5 "Inter Variable", Inter, system-ui, sans-serif; }
.card { width: 100%; max-width: 400px; background: var(--sheet); border: 1px solid var(--line); border-radius: 10px; padding: 32px; box-shadow: var(--shadow); }
.card.wide { max-width: 560px; }
.mark { display: block; margin-bottom: 16px; }
h1 { font: 600 24px/1.25 "Source Serif 4 Variable", "Source Serif 4", Georgia, serif; margin: 0 0 8px; }
p { margin: 0 0 20px; color: var(--ink-2); }
label { display: block; font-weight: 600; font-size: 13px; margin-bottom: 4px; }
input[type=password] { width: 100%; padding: 10px 12px; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; }
input[aria-invalid] { border-color: var(--error); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.wrong { color: var(--error); margin: 8px 0 0; font-size: 13px; }
button { margin-top: 20px; width: 100%; padding: 10px 16px; font: inherit; font-weight: 600; color: var(--on-accent); background: var(--accent); border: 0; border-radius: 6px; cursor: pointer; }
code, pre { font: 13px/1.5 "JetBrains Mono Variable", "JetBrains Mono", ui-monospace, monospace; background: var(--sunken); border-radius: 6px; padding: 2px 6px; }
pre { padding: 12px 16px; overflow: auto; }
`);
