import { type FederatedExtension, loadContainers } from './federation.ts';

// This file is the whole of the entry script: federated containers must share their packages
// before any module that uses a shared package is evaluated, so the application is imported last.
const config = JSON.parse(document.getElementById('jupyter-config-data')?.textContent ?? '{}');
const listed = (config.federated_extensions ?? []) as FederatedExtension[];

async function start(): Promise<void> {
  await __webpack_init_sharing__('default');
  const failures: string[] = [];
  const extensions = await loadContainers(listed, String(config.fullLabextensionsUrl ?? ''), (message) => {
    failures.push(message);
  });
  const { main } = await import('./main.ts');
  await main(extensions, failures);
}

start().catch((error: unknown) => {
  const notice = document.createElement('div');
  notice.setAttribute('role', 'alert');
  notice.style.cssText = 'max-width:560px;margin:18vh auto;padding:0 24px;font:16px/1.6 Georgia,serif';
  notice.textContent = `Daybook could not start in this browser. Reload the page; if that does not help, clear the site data. (${
    error instanceof Error ? error.message : String(error)
  })`;
  document.body.append(notice);
  throw error;
});
