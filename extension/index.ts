import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import cells from './plugins/cells/index.ts';
import chart from './plugins/chart/index.ts';
import comments from './plugins/comments/index.ts';
import editorIntelligence from './plugins/editor-intelligence/index.ts';
import error from './plugins/error/index.ts';
import executor from './plugins/executor/index.ts';
import graph from './plugins/graph/index.ts';
import history from './plugins/history/index.ts';
import home from './plugins/home/index.ts';
import input from './plugins/input/index.ts';
import kernelConnection from './plugins/kernel-connection/index.ts';
import kernelLink from './plugins/kernel-link/index.ts';
import kindViews from './plugins/kind-views/index.ts';
import largeOutput from './plugins/large-output/index.ts';
import math from './plugins/math/index.ts';
import notifications from './plugins/notifications/index.ts';
import pausedQueue from './plugins/paused-queue/index.ts';
import presence from './plugins/presence/index.ts';
import printed from './plugins/printed/index.ts';
import result from './plugins/result/index.ts';
import roomEvents from './plugins/room-events/index.ts';
import rooms from './plugins/rooms/index.ts';
import shell from './plugins/shell/index.ts';
import theme from './plugins/theme/index.ts';
import trust from './plugins/trust/index.ts';
import widgets from './plugins/widgets/index.ts';

/** Every plugin of Daybook's front end. */
// biome-ignore lint/suspicious/noExplicitAny: plugins provide different services; JupyterLab's own lists are typed so
const plugins: JupyterFrontEndPlugin<any>[] = [
  roomEvents,
  kernelConnection,
  ...rooms,
  theme,
  ...shell,
  home,
  history,
  kernelLink,
  kindViews,
  math,
  ...cells,
  ...editorIntelligence,
  executor,
  input,
  trust,
  graph,
  pausedQueue,
  ...presence,
  largeOutput,
  result,
  ...chart,
  error,
  printed,
  widgets,
  comments,
  notifications,
];

export default plugins;
