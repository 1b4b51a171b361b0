import { PIPES } from '../protocol/wire.ts';
import { relaxAsyncChecks, watchPromises } from './async-checks.ts';
import { startupRun } from './cell-run.ts';
import { checkpoints } from './checkpoints.ts';
import { trackChildren } from './children.ts';
import { World } from './context.ts';
import { startControl } from './control.ts';
import { Engine } from './engine.ts';
import { Evaluator } from './evaluator.ts';
import { eventSender } from './events.ts';
import type { ExecutorSettings } from './executor-settings.ts';
import { installGlobals } from './globals.ts';
import { constrainedMemory } from './memory.ts';
import { Modules } from './modules.ts';
import { Output } from './output.ts';
import { guardProcess } from './process-guard.ts';
import { RequestPipe } from './request-pipe.ts';
import { Requests } from './requests.ts';
import { installStackTraces } from './stack.ts';

/**
 * The executor: the process that user code runs in. One argument: `ExecutorSettings` as JSON.
 * Only this module wires the parts together.
 */
const { kernelId, workspace, memoryMb } = JSON.parse(process.argv[2] ?? '{}') as ExecutorSettings;
process.argv.splice(1);
const cwd = process.cwd();

const reserved = new Set(Object.getOwnPropertyNames(globalThis));
const engine = new Engine();
const modules = new Modules(cwd);
const memoryLimit = memoryMb === undefined ? constrainedMemory() * 0.9 : memoryMb * 1_048_576;
const control = startControl({ memoryLimit, onInterrupt });
const send = eventSender(PIPES.events, control.guard);
const output = new Output(send);
const checks = checkpoints(control);
const evaluator = new Evaluator(engine, { modules, reserved, checkpoints: checks });
const world = new World({
  engine,
  evaluator,
  output,
  reserved,
  data: { kernelId, cwd, workspace, fd: PIPES.data },
});
const requests = new Requests({ engine, evaluator, world, output, send, control, checkpoints: checks });

const pipe = new RequestPipe(PIPES.requests, control, (request) => requests.handle(request));

function onInterrupt(id: number): void {
  requests.interrupt(id);
  pipe.resume();
}

installStackTraces();
trackChildren();
installGlobals({ send, output, modules, control, checkpoints: checks });
guardProcess({ onLoose: requests.loose.bind(requests) });
startupRun();
watchPromises(control.letThrough);
relaxAsyncChecks();

pipe.resume();
send({ type: 'ready' });
