/** Names that the bundler provides, and the module federation registry that labextensions share. */
declare let __webpack_public_path__: string;
declare function __webpack_init_sharing__(scope: string): Promise<void>;
declare const __webpack_share_scopes__: { default: unknown };

interface FederatedContainer {
  init(scope: unknown): Promise<void>;
  get(module: string): Promise<() => unknown>;
}

interface Window {
  _JUPYTERLAB?: Record<string, FederatedContainer>;
  jupyterapp?: unknown;
}

declare module '*.css';
/** The generated list of the stock packages’ styles. */
declare module 'lab-styles';
declare module '*.css?raw' {
  const text: string;
  export default text;
}
declare module '*.svg' {
  const text: string;
  export default text;
}
