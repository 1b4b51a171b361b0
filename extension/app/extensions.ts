// The packages of JupyterLab that are part of Daybook, by name so that a prebuilt labextension of
// the same name can replace one. What is not here (terminal, debugger, extension manager, hub,
// language servers, Vega, Mermaid, PDF …) is neither loaded nor shipped.
import * as application from '@jupyterlab/application-extension';
import * as apputils from '@jupyterlab/apputils-extension';
import * as codemirror from '@jupyterlab/codemirror-extension';
import * as completer from '@jupyterlab/completer-extension';
import * as csvviewer from '@jupyterlab/csvviewer-extension';
import * as docmanager from '@jupyterlab/docmanager-extension';
import * as documentsearch from '@jupyterlab/documentsearch-extension';
import * as filebrowser from '@jupyterlab/filebrowser-extension';
import * as fileeditor from '@jupyterlab/fileeditor-extension';
import * as imageviewer from '@jupyterlab/imageviewer-extension';
import * as json from '@jupyterlab/json-extension';
import * as mainmenu from '@jupyterlab/mainmenu-extension';
import * as markdownviewer from '@jupyterlab/markdownviewer-extension';
import * as markedparser from '@jupyterlab/markedparser-extension';
import * as notebook from '@jupyterlab/notebook-extension';
import * as rendermime from '@jupyterlab/rendermime-extension';
import * as running from '@jupyterlab/running-extension';
import * as services from '@jupyterlab/services-extension';
import * as settingeditor from '@jupyterlab/settingeditor-extension';
import * as shortcuts from '@jupyterlab/shortcuts-extension';
import * as statusbar from '@jupyterlab/statusbar-extension';
import * as toc from '@jupyterlab/toc-extension';
import * as tooltip from '@jupyterlab/tooltip-extension';
import * as translation from '@jupyterlab/translation-extension';
import * as uiComponents from '@jupyterlab/ui-components-extension';
import * as workspaces from '@jupyterlab/workspaces-extension';
import daybook from '../index.ts';

export const extensions: Readonly<Record<string, unknown>> = {
  '@jupyterlab/application-extension': application,
  '@jupyterlab/apputils-extension': apputils,
  '@jupyterlab/codemirror-extension': codemirror,
  '@jupyterlab/completer-extension': completer,
  '@jupyterlab/csvviewer-extension': csvviewer,
  '@jupyterlab/docmanager-extension': docmanager,
  '@jupyterlab/documentsearch-extension': documentsearch,
  '@jupyterlab/filebrowser-extension': filebrowser,
  '@jupyterlab/fileeditor-extension': fileeditor,
  '@jupyterlab/imageviewer-extension': imageviewer,
  '@jupyterlab/mainmenu-extension': mainmenu,
  '@jupyterlab/markdownviewer-extension': markdownviewer,
  '@jupyterlab/markedparser-extension': markedparser,
  '@jupyterlab/notebook-extension': notebook,
  '@jupyterlab/rendermime-extension': rendermime,
  '@jupyterlab/running-extension': running,
  '@jupyterlab/services-extension': services,
  '@jupyterlab/settingeditor-extension': settingeditor,
  '@jupyterlab/shortcuts-extension': shortcuts,
  '@jupyterlab/statusbar-extension': statusbar,
  '@jupyterlab/toc-extension': toc,
  '@jupyterlab/tooltip-extension': tooltip,
  '@jupyterlab/translation-extension': translation,
  '@jupyterlab/ui-components-extension': uiComponents,
  '@jupyterlab/workspaces-extension': workspaces,
  '@daybook/extension': daybook,
};

export const mimeExtensions: Readonly<Record<string, unknown>> = {
  '@jupyterlab/json-extension': json,
};
