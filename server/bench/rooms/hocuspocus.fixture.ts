/** Hocuspocus as it comes, in memory: `hocuspocus.fixture.ts MODULES` prints its port. */
import type { Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { answerUsage } from './answer.ts';

type Hocuspocus = {
  Server: new (options: object) => { readonly httpServer: HttpServer };
};

const [modules = ''] = process.argv.slice(2);
const entry = join(modules, '@hocuspocus/server/dist/hocuspocus-server.esm.js');
const { Server } = (await import(pathToFileURL(entry).href)) as Hocuspocus;
const { httpServer } = new Server({ quiet: true, stopOnSignals: false });
answerUsage();
httpServer.listen(0, '127.0.0.1', () => process.stdout.write(`${(httpServer.address() as AddressInfo).port}\n`));
