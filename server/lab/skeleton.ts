import { raw } from 'hono/html';

/*
 * What stands on the page until the front end does: the frame of the look in paper colour, inline so
 * that it is there with the first bytes. It lies behind the front end, which removes it when it has
 * drawn itself (`extension/app/main.ts`).
 */

export const SKELETON_STYLE = raw(`
html { --paper: #fbfaf7; --sheet: #ffffff; --sunken: #f4f2ec; --line: #e6e2d8; background: var(--paper); color-scheme: light dark; }
@media (prefers-color-scheme: dark) { html { --paper: #15171b; --sheet: #1b1e23; --sunken: #23262c; --line: #31353d; } }
body { margin: 0; background: inherit; }
#daybook-skeleton { position: fixed; inset: 0; z-index: -1; overflow: hidden; background: var(--paper); }
#daybook-skeleton .bar { height: 47px; background: var(--sheet); border-bottom: 1px solid var(--line); }
#daybook-skeleton .pane { position: absolute; left: 0; top: 48px; bottom: 0; width: 280px; background: linear-gradient(90deg, transparent 43px, var(--line) 43px 44px, transparent 44px) var(--sunken); border-right: 1px solid var(--line); }
#daybook-skeleton .column { position: absolute; left: 281px; right: 0; top: 74px; }
#daybook-skeleton .column i { display: block; height: 84px; width: min(800px, calc(100% - 56px)); margin: 0 auto 16px; background: var(--sheet); border-radius: 10px; animation: daybook-wait 1.6s ease-in-out infinite; }
#daybook-skeleton .column i:first-child { height: 38px; width: min(800px, calc(100% - 56px)); background: linear-gradient(90deg, var(--line) 45%, transparent 45%); }
@keyframes daybook-wait { 50% { opacity: .55; } }
@media (prefers-reduced-motion: reduce) { #daybook-skeleton .column i { animation: none; } }
`);

export const SKELETON = raw(
  '<div id="daybook-skeleton" role="status" aria-label="Daybook is loading"><div class="bar"></div><div class="pane"></div><div class="column"><i></i><i></i><i></i><i></i></div></div>',
);
