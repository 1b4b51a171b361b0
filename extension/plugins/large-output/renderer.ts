import {
  type BundleMarker,
  isStreamMarker,
  markerOf,
  REF_MIME,
  type Ref,
  type StreamMarker,
  sizeWords,
  withoutStandIn,
} from '@daybook/shared/notebook/outputs/ref';
import { type IRenderMimeRegistry, MimeModel, renderText } from '@jupyterlab/rendermime';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Panel, Widget } from '@lumino/widgets';
import { element } from '../../widgets/grid/element.ts';
import { LongText } from './long-text.ts';
import { whenNear } from './near.ts';
import type { OutputBytes } from './output-bytes.ts';
import { errorLine, loadingLine } from './state-line.ts';

export interface LargeOutputOptions {
  /** Draws what is fetched. */
  readonly registry: IRenderMimeRegistry;
  readonly bytes: OutputBytes;
}

const PICTURES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

/** Pixels kept free for what is not there yet. */
const HEIGHTS: readonly (readonly [RegExp, number])[] = [
  [/plotly|vega/, 450],
  [/html|svg/, 240],
  [/./, 80],
];

/** Draws an output whose large values lie beside the document, each by the renderer of its own type. */
export class LargeOutputRenderer extends Panel implements IRenderMime.IRenderer {
  readonly #options: LargeOutputOptions;
  #shown = '';
  #stop: (() => void)[] = [];

  constructor(options: LargeOutputOptions) {
    super();
    this.#options = options;
    this.addClass('db-LargeOutput');
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const output = { output_type: 'display_data', data: { ...model.data } };
    const marker = markerOf(output);
    // A notebook draws the same output again when metadata change: the reader's place stays.
    const identity = JSON.stringify([marker, model.trusted, model.data['text/plain']]);
    if (identity === this.#shown) return;
    this.#clear();
    this.#shown = identity;
    if (marker === undefined) {
      await this.#draw('text/plain', model, {
        'text/plain': model.data['text/plain'] ?? 'This output was written by a newer Daybook. Run the cell again.',
      });
    } else if (isStreamMarker(marker)) {
      this.#drawStream(marker, String(model.data['text/plain'] ?? ''));
    } else {
      await this.#drawBundle(marker, model, withoutStandIn(output, marker));
    }
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.#clear();
    super.dispose();
  }

  /** As JupyterLab itself chooses: the best that may be drawn. */
  async #drawBundle(marker: BundleMarker, model: IRenderMime.IMimeModel, own: Record<string, unknown>): Promise<void> {
    const { registry } = this.#options;
    const all = { ...own, ...marker.items } as Record<string, never>;
    const mime = registry.preferredMimeType(all, model.trusted ? 'any' : 'ensure');
    const ref = mime === undefined ? undefined : marker.items[mime];
    if (mime === undefined) {
      await this.#draw('text/plain', model, { 'text/plain': model.data['text/plain'] });
    } else if (ref === undefined) {
      await this.#draw(mime, model, own);
    } else if (mime === 'text/plain') {
      this.#drawText(ref, String(model.data['text/plain'] ?? ''));
    } else if (PICTURES.has(mime) && ref.enc === 'base64') {
      this.#drawPicture(mime, ref, model);
    } else {
      this.#drawLater(mime, ref, model);
    }
  }

  #drawStream(marker: StreamMarker, shown: string): void {
    const { head, tail, parts, size, stream, open = false } = marker;
    const beginning = shown.slice(0, head);
    const end = tail === 0 ? '' : shown.slice(-tail);
    this.#addText({ parts, size, stream, open, beginning, end });
  }

  #drawText(ref: Ref, shown: string): void {
    const beginning = shown.slice(0, shown.trimEnd().lastIndexOf('\n'));
    this.#addText({ parts: [ref], size: ref.size, stream: 'stdout', open: false, beginning, end: '' });
  }

  #addText(text: Omit<ConstructorParameters<typeof LongText>[0], 'bytes' | 'draw'>): void {
    const { bytes, registry } = this.#options;
    const draw = async (source: string) => {
      const piece = new Widget();
      piece.addClass('jp-RenderedText');
      piece.node.dataset.mimeType = `application/vnd.jupyter.${text.stream === 'stderr' ? 'stderr' : 'stdout'}`;
      await renderText({ host: piece.node, sanitizer: registry.sanitizer, source });
      return piece;
    };
    this.addWidget(new LongText({ ...text, bytes, draw }));
  }

  /** By its address: the browser fetches it when it comes near, and keeps its place free. */
  #drawPicture(mime: string, ref: Ref, { metadata, data }: IRenderMime.IMimeModel): void {
    const wanted = (metadata[mime] ?? {}) as { width?: unknown; height?: unknown };
    const needs = metadata.needs_background;
    const draw = (): void => {
      const picture = element('img', { attributes: { loading: 'lazy', alt: textOf(data['text/plain']) || 'Picture' } });
      const [width, height] = [wanted.width ?? ref.width, wanted.height ?? ref.height];
      if (typeof width === 'number') picture.width = width;
      if (typeof height === 'number') picture.height = height;
      if (needs === 'light' || needs === 'dark') picture.classList.add(`jp-needs-${needs}-background`);
      picture.addEventListener('error', () => {
        // An image says nothing of why it cannot be shown.
        const why = this.#options.bytes.blob(ref).then(() => new Error('This picture cannot be shown.'));
        void why.catch((error: unknown) => error).then((error) => holder.replaceChildren(errorLine(error, draw)));
      });
      picture.src = this.#options.bytes.url(ref, mime);
      holder.replaceChildren(picture);
    };
    const holder = element('div', { class: 'jp-RenderedImage' });
    draw();
    this.addWidget(new Widget({ node: holder }));
  }

  #drawLater(mime: string, ref: Ref, model: IRenderMime.IMimeModel): void {
    const holder = new Panel();
    this.addWidget(holder);
    const height = HEIGHTS.find(([types]) => types.test(mime))?.[1] ?? 0;
    const wait = (): void => {
      const line = new Widget({ node: loadingLine(`Loading output, ${sizeWords(ref.size)} …`, height) });
      replace(holder, line);
      this.#stop.push(whenNear(line.node, () => void load()));
    };
    const load = async (): Promise<void> => {
      try {
        const value = await this.#options.bytes.value(ref);
        if (holder.isDisposed) return;
        const data = { ...ownText(model), [mime]: value } as MimeModel.IOptions['data'] & object;
        const renderer = this.#options.registry.createRenderer(mime);
        await renderer.renderModel(new MimeModel({ data, metadata: model.metadata, trusted: model.trusted }));
        if (holder.isDisposed) renderer.dispose();
        else replace(holder, renderer);
      } catch (error) {
        if (!holder.isDisposed) replace(holder, new Widget({ node: errorLine(error, wait) }));
      }
    };
    wait();
  }

  async #draw(mime: string, model: IRenderMime.IMimeModel, data: Record<string, unknown>): Promise<void> {
    const renderer = this.#options.registry.createRenderer(mime);
    this.addWidget(renderer);
    const shown = { data: data as never, metadata: model.metadata, trusted: model.trusted };
    await renderer.renderModel(new MimeModel(shown));
  }

  #clear(): void {
    for (const stop of this.#stop.splice(0)) stop();
    for (const child of [...this.widgets]) child.dispose();
    this.#shown = '';
  }
}

/** The small text beside a large value: figures are named by it. */
function ownText({ data }: IRenderMime.IMimeModel): Record<string, unknown> {
  const { [REF_MIME]: marker, 'text/plain': text } = data;
  const isStandIn = (marker as Partial<BundleMarker> | undefined)?.standIn === true;
  return text === undefined || isStandIn ? {} : { 'text/plain': text };
}

function replace(holder: Panel, shown: Widget): void {
  for (const child of [...holder.widgets]) child.dispose();
  holder.addWidget(shown);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? (value.split('\n')[0] ?? '') : '';
}
