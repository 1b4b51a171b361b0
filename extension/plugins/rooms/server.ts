import { DaybookError } from '@daybook/shared/errors/error';
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type { RoomServer, RoomSession } from '../../collab/document-room.ts';

/** The rooms of the server that this page comes from. */
export function roomServer(settings: ServerConnection.ISettings): RoomServer {
  const { token, appendToken, wsUrl, baseUrl } = settings;
  return {
    url: URLExt.join(wsUrl, 'api/collaboration/room'),
    Socket: window.WebSocket,
    params: appendToken && token !== '' ? { token } : {},
    async openSession({ path, format, contentType }) {
      const url = URLExt.join(baseUrl, 'api/collaboration/session', encodeURIComponent(path));
      const body = JSON.stringify({ format, type: contentType });
      const response = await ServerConnection.makeRequest(url, { method: 'PUT', body }, settings);
      if (response.ok) return (await response.json()) as RoomSession;
      // A gateway whose server is away.
      if (response.status >= 502 && response.status <= 504) throw new Error(`the server is away (${response.status})`);
      const { message } = await ServerConnection.ResponseError.create(response);
      throw new DaybookError('document_unavailable', message, { status: response.status });
    },
  };
}

/** Whether the signed-in user may look only; unknown counts as no, since the server decides anyway. */
export async function isReader(settings: ServerConnection.ISettings): Promise<boolean> {
  try {
    const response = await ServerConnection.makeRequest(URLExt.join(settings.baseUrl, 'api/me'), {}, settings);
    const { role } = (await response.json()) as { role?: unknown };
    return role === 'viewer' || role === 'commenter';
  } catch {
    return false;
  }
}
