export interface PatientFetchOptions {
  readonly fetch: typeof fetch;
  /** Resolves when it is time for another try. */
  wait(milliseconds: number): Promise<void>;
}

const FIRST = 250;
const LONGEST = 2_000;

/**
 * A `fetch` that asks again when it meets no server, for what may be asked twice and what JupyterLab
 * otherwise opens a dialog about, or asks again half a minute later: which sessions and kernels there
 * are, and the session of a document. Everything else fails as it does.
 */
export function patientFetch({ fetch, wait }: PatientFetchOptions): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    if (!mayWait(request)) return fetch(request);
    for (let pause = FIRST; ; pause = Math.min(pause * 1.6, LONGEST)) {
      try {
        const response = await fetch(request.clone());
        if (!isGatewayAlone(response.status)) return response;
      } catch (error) {
        if (request.signal.aborted) throw error;
      }
      await wait(pause);
    }
  };
}

/** Opening the session of a document twice gives the same session. */
function mayWait({ method, url }: Request): boolean {
  const { pathname } = new URL(url);
  if (method === 'GET') return /\/api\/(sessions|kernels|kernelspecs)(\/|$)/.test(pathname);
  if (method === 'POST') return /\/api\/sessions$/.test(pathname);
  return method === 'PATCH' && /\/api\/sessions\/[^/]+$/.test(pathname);
}

function isGatewayAlone(status: number): boolean {
  return status >= 502 && status <= 504;
}
