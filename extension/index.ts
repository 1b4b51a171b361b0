import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import rooms from './plugins/rooms/index.ts';
import theme from './plugins/theme/index.ts';

/** Every plugin of Daybook's front end. */
// biome-ignore lint/suspicious/noExplicitAny: plugins provide different services; JupyterLab's own lists are typed so
const plugins: JupyterFrontEndPlugin<any>[] = [...rooms, theme];

export default plugins;
