import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import cells from '../plugins/cells/index.ts';
import chart from '../plugins/chart/index.ts';
import editorIntelligence from '../plugins/editor-intelligence/index.ts';
import error from '../plugins/error/index.ts';
import graph from '../plugins/graph/index.ts';
import kernelLink from '../plugins/kernel-link/index.ts';
import result from '../plugins/result/index.ts';
import brightness from './brightness.ts';
import toolbar from './toolbar.ts';
import './style.css';

/**
 * The part of Daybook that a stock JupyterLab takes over: cells, help with writing them, what is
 * stale, result grid, charts and errors.
 * Shell, home and rooms belong to our own server; JupyterLab's look stays as it is.
 */
// biome-ignore lint/suspicious/noExplicitAny: plugins provide different services; JupyterLab's own lists are typed so
const plugins: JupyterFrontEndPlugin<any>[] = [
  brightness,
  toolbar,
  kernelLink,
  ...cells,
  ...editorIntelligence,
  graph,
  result,
  ...chart,
  error,
];

export default plugins;
