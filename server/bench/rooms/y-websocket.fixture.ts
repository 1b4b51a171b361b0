/** y-websocket-server as it comes, in memory: `y-websocket.fixture.ts MODULES` prints its port. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type WebSocket, WebSocketServer } from 'ws';
import { answerUsage } from './answer.ts';

type Utils = { setupWSConnection(socket: WebSocket, request: IncomingMessage): void };

const [modules = ''] = process.argv.slice(2);
const utils = join(modules, '@y/websocket-server/src/utils.js');
const { setupWSConnection } = (await import(pathToFileURL(utils).href)) as Utils;
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
const server = createServer();
server.on('upgrade', (request, socket, head) => {
  sockets.handleUpgrade(request, socket, head, (opened) => setupWSConnection(opened, request));
});
answerUsage();
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
