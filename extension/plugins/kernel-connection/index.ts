import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IServerSettings, ServerConnection } from '@jupyterlab/services';
import { patientFetch } from './patient-fetch.ts';
import { patientSockets } from './patient-socket.ts';

/** The stock settings; what concerns sessions and kernels outlasts a restart of the server. */
const serverSettings: JupyterFrontEndPlugin<ServerConnection.ISettings> = {
  id: '@daybook/extension:server-settings',
  description: 'How the page speaks with its server.',
  provides: IServerSettings,
  activate: (): ServerConnection.ISettings => {
    const stock = ServerConnection.makeSettings();
    // Taken off: the browser's `fetch` refuses to be called as a method of something else.
    const { fetch } = stock;
    return {
      ...stock,
      fetch: patientFetch({
        fetch: (input, init) => fetch(input as RequestInfo, init),
        wait: (milliseconds) => new Promise((resolve) => window.setTimeout(resolve, milliseconds)),
      }),
      WebSocket: patientSockets({
        Native: stock.WebSocket,
        ask: (url) => askForKernel(url, stock),
        later: (act, milliseconds) => {
          const timer = window.setTimeout(act, milliseconds);
          return () => window.clearTimeout(timer);
        },
      }),
    };
  },
};

/** Whether the server knows the kernel of this socket's address. */
async function askForKernel(socket: string, settings: ServerConnection.ISettings): Promise<'gone' | 'there' | 'away'> {
  const url = new URL(socket);
  url.protocol = url.protocol.replace('ws', 'http');
  url.pathname = url.pathname.replace(/\/channels$/, '');
  url.search = '';
  try {
    const { status } = await ServerConnection.makeRequest(url.href, {}, settings);
    if (status < 400) return 'there';
    // Signed out, or behind a gateway: that may pass, and the kernel lives on.
    return status === 404 ? 'gone' : 'away';
  } catch {
    return 'away';
  }
}

export default serverSettings;
