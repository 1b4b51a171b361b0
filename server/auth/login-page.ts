import { html } from 'hono/html';
import { BASE_STYLE } from '../lab/page-style.ts';

/** The sign-in page: one field, no scripts, nothing loaded from elsewhere. */
export function loginPage({ next, wrong }: { next: string; wrong: boolean }) {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in · Daybook</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<style>${BASE_STYLE}</style>
</head>
<body>
<main class="card">
  <img class="mark" src="/favicon.svg" alt="" width="40" height="40">
  <h1>Sign in to Daybook</h1>
  <p>Open the address the server printed when it started, or paste its token here.</p>
  <form method="post" action="/login">
    <input type="hidden" name="next" value="${next}">
    <label for="token">Token</label>
    <input id="token" name="token" type="password" autocomplete="current-password" required autofocus${wrong ? html` aria-invalid="true" aria-describedby="wrong"` : ''}>
    ${wrong ? html`<p id="wrong" class="wrong" role="alert">That token is not right. The server prints the current one at every start.</p>` : ''}
    <button type="submit">Sign in</button>
  </form>
</main>
</body>
</html>`;
}
