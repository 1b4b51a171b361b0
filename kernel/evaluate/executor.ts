import { Registry } from '@daybook/cells/registry';
import { PIPES } from '../protocol/wire.ts';
import { relaxAsyncChecks, watchAsync } from './async-checks.ts';
import { startupRun } from './cell-run.ts';
import { checkpoints } from './checkpoints.ts';
import { trackChildren } from './children.ts';
import { Comms } from './comms.ts';
import { World } from './context.ts';
import { startControl } from './control.ts';
import { installDataGlobals } from './data-globals.ts';
import { installStacks } from './disposable-stack.ts';
import { Engine } from './engine.ts';
import { Evaluator } from './evaluator.ts';
import { eventSender } from './events.ts';
import type { ExecutorSettings } from './executor-settings.ts';
import { closeForeignDescriptors } from './foreign-descriptors.ts';
import { installGlobals } from './globals.ts';
import { type Intrinsics, rememberIntrinsics } from './intrinsics.ts';
import { Libraries } from './libraries.ts';
import { constrainedMemory } from './memory.ts';
import { Modules } from './modules.ts';
import { Output } from './output.ts';
import { guardProcess } from './process-guard.ts';
import { RequestPipe } from './request-pipe.ts';
import { Requests } from './requests.ts';
import { installNewer } from './resources.ts';
import { Rest } from './rest.ts';
import { runaways } from './runaways.ts';
import { installStackTraces } from './stack.ts';
import { WholeOutput, wholeOutputFolders } from './whole-output.ts';

/**
 * The executor: the process that user code runs in. One argument: `ExecutorSettings` as JSON.
 * Only this module wires the parts together.
 */
closeForeignDescriptors();
const { kernelId, workspace, kinds, memoryMb } = JSON.parse(process.argv[2] ?? '{}') as ExecutorSettings;
process.argv.splice(1);
const cwd = process.cwd();

const reserved = new Set(Object.getOwnPropertyNames(globalThis));
let intrinsics: Intrinsics | undefined;
const restore = () => intrinsics?.restore();
const engine = new Engine(restore);
const modules = new Modules(cwd);
const libraries = new Libraries(modules);
const registry = new Registry(kinds, (path) => modules.import(path));
const memoryLimit = memoryMb === undefined ? constrainedMemory() * 0.9 : memoryMb * 1_048_576;
const outputs = wholeOutputFolders({ kernelId, workspace });
const control = startControl({ memoryLimit, outputs, onInterrupt });
const send = eventSender(PIPES.events, { before: restore, guard: control.guard });
const output = new Output(send, new WholeOutput({ folders: outputs, cwd, workspace }));
const flows = runaways({ idle: control.idle });
const checks = checkpoints(control, flows);
const evaluator = new Evaluator(engine, { modules, reserved, checkpoints: checks });
const world = new World({
  engine,
  evaluator,
  output,
  reserved,
  libraries,
  memoryLimit,
  registry,
  data: {
    kernelId,
    cwd,
    workspace,
    fd: PIPES.data,
    // Half of a limit that somebody set: the other half is for what cells make of it.
    ...(memoryMb === undefined ? {} : { memoryBytes: memoryLimit / 2 }),
  },
});
const comms = new Comms({
  send,
  output,
  control,
  checkpoints: checks,
  onError: (thrown, run) => requests.handlerFailed(thrown, run),
});
const requests = new Requests({
  engine,
  evaluator,
  registry,
  world,
  output,
  comms,
  send,
  control,
  checkpoints: checks,
  restored: () => intrinsics?.takeRestored() ?? [],
  rest: new Rest({ collect: () => engine.collect(), idle: control.idle }),
});

const pipe = new RequestPipe(PIPES.requests, control, (request, buffers) => requests.handle(request, buffers));

function onInterrupt(id: number): void {
  requests.interrupt(id);
  pipe.resume();
}

startupRun();
installStackTraces();
installNewer();
installStacks();
trackChildren();
installGlobals({
  send,
  output,
  modules,
  control,
  checkpoints: checks,
  comms,
  bundle: (run, value) => world.bundle(run, value),
});
installDataGlobals({ world, output, libraries });
intrinsics = rememberIntrinsics();
guardProcess({ intrinsics, onLoose: requests.loose.bind(requests) });
watchAsync((type, resource) => {
  control.letThrough();
  if (type === 'PROMISE') engine.onPromise(resource);
  flows.began(type, resource);
});
relaxAsyncChecks();

pipe.resume();
send({ type: 'ready' });
