import { type Cell, type CodeCell, type ICellHeader, type ICellModel, isCodeCellModel } from '@jupyterlab/cells';
import { CodeMirrorEditor } from '@jupyterlab/codemirror';
import { type INotebookModel, Notebook } from '@jupyterlab/notebook';
import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { documentOf, watchMarks } from '../../runs/marks.ts';
import { pending } from '../../runs/pending.ts';
import type { CellTalk } from '../../tokens.ts';
import { changeKind, setResultName, setTitle } from './actions.ts';
import { focusOnArrival } from './arrival.ts';
import { formatElapsed } from './elapsed.ts';
import { cellFacts } from './facts.ts';
import { type HeaderModel, headerModel } from './header-model.ts';
import { MORE, RUN, STOP } from './icons.ts';
import { isResultName, kindOf } from './kinds.ts';
import { setMagicOurs } from './magic-line.ts';
import { NameField } from './name-field.ts';
import { kindsIn, notebookLanguage } from './notebook-language.ts';
import { NoteList, StateNote } from './notes.ts';
import type { CellServices } from './services.ts';

/**
 * The line above a code cell: kind, title, name of its result, state, time, and what can be done.
 * It finds its cell as `parent` and is built when it is attached, because cells that were not yet
 * in view get their header without any earlier message.
 */
export class CellHeader extends Widget implements ICellHeader {
  readonly #services: CellServices;
  #view: HeaderView | undefined;
  #clock: number | undefined;
  #stopRuns: (() => void) | undefined;
  /** The notebook whose language it shows. */
  #followed: INotebookModel | undefined;

  constructor(services: CellServices) {
    super();
    this.#services = services;
    this.addClass('db-Header');
  }

  protected override onAfterAttach(_message: Message): void {
    if (this.parent !== null) focusOnArrival(this.parent as Cell);
    const cell = this.#cell;
    if (cell === undefined) return;
    this.#view ??= this.#build(cell);
    cell.model.contentChanged.connect(this.update, this);
    cell.model.stateChanged.connect(this.update, this);
    cell.model.metadataChanged.connect(this.update, this);
    cell.model.outputs.changed.connect(this.update, this);
    cell.model.mimeTypeChanged.connect(this.#setLanguage, this);
    this.#services.marks.changed.connect(this.#onMark, this);
    this.#stopRuns = watchMarks(documentOf(cell.model.sharedModel), cell.model.id, () => this.update());
    pending.changed.connect(this.#onPending, this);
    this.#services.talks.changed.connect(this.#onMark, this);
    this.#followed = this.#notebook?.model ?? undefined;
    this.#followed?.metadataChanged.connect(this.update, this);
    this.#refresh();
  }

  protected override onBeforeDetach(_message: Message): void {
    const cell = this.#cell;
    window.clearInterval(this.#clock);
    this.#services.marks.changed.disconnect(this.#onMark, this);
    this.#stopRuns?.();
    this.#stopRuns = undefined;
    pending.changed.disconnect(this.#onPending, this);
    this.#services.talks.changed.disconnect(this.#onMark, this);
    this.#followed?.metadataChanged.disconnect(this.update, this);
    if (cell === undefined || cell.isDisposed || cell.model === null || cell.model.isDisposed) return;
    cell.model.contentChanged.disconnect(this.update, this);
    cell.model.stateChanged.disconnect(this.update, this);
    cell.model.metadataChanged.disconnect(this.update, this);
    cell.model.outputs?.changed.disconnect(this.update, this);
    cell.model.mimeTypeChanged.disconnect(this.#setLanguage, this);
  }

  protected override onUpdateRequest(_message: Message): void {
    this.#refresh();
  }

  #onMark(_registry: unknown, model: ICellModel): void {
    if (this.#cell?.model === model) this.update();
  }

  #onPending(_pending: unknown, id: string): void {
    if (this.#cell?.model.id === id) this.update();
  }

  get #cell(): CodeCell | undefined {
    const cell = this.parent as CodeCell | null;
    return cell !== null && !cell.isDisposed && isCodeCellModel(cell.model) ? cell : undefined;
  }

  get #notebook(): Notebook | undefined {
    for (let at = this.parent; at !== null; at = at.parent) if (at instanceof Notebook) return at;
    return undefined;
  }

  #build(cell: CodeCell): HeaderView {
    const view = new HeaderView({
      title: (text) => setTitle(cell, text),
      result: (text) => setResultName(cell, text),
      kind: (anchor, current) =>
        this.#services.kinds.open(anchor, {
          current,
          kinds: kindsIn(notebookLanguage(this.#notebook?.model)),
          choose: (kind) => {
            if (this.#notebook !== undefined) changeKind(this.#notebook, cell, kind);
          },
        }),
      run: () => this.#activate(cell) && this.#services.run(),
      stop: () => {
        if (!this.#services.cancel(cell)) this.#activate(cell) && this.#services.interrupt();
      },
      more: (anchor) => this.#activate(cell) && this.#services.more(anchor),
    });
    this.node.append(view.node);
    return view;
  }

  /** Commands of the notebook act on its active cell. */
  #activate(cell: CodeCell): boolean {
    const notebook = this.#notebook;
    const index = notebook?.widgets.indexOf(cell) ?? -1;
    if (notebook === undefined || index < 0) return false;
    notebook.deselectAll();
    notebook.activeCellIndex = index;
    return true;
  }

  #refresh(): void {
    const cell = this.#cell;
    if (cell === undefined || this.#view === undefined) return;
    const model = headerModel(cellFacts(cell, this.#notebook?.model, this.#services.marks));
    cell.node.dataset.dbState = model.state;
    cell.node.dataset.dbKind = model.kind;
    this.#view.show(model);
    this.#view.showTalk(this.#services.talks.get(cell.model));
    this.#setMagic(cell);
    this.#setLanguage();
    window.clearInterval(this.#clock);
    if (model.since !== undefined) {
      const since = model.since;
      this.#clock = window.setInterval(() => this.#view?.tick(Date.now() - since), 1000);
    }
  }

  /** A cell that comes into view gets its editor after its header. */
  #setMagic(cell: CodeCell): void {
    void cell.ready.then(() => {
      if (cell.isDisposed || !(cell.editor instanceof CodeMirrorEditor)) return;
      setMagicOurs(cell.editor.editor, notebookLanguage(this.#notebook?.model).hasKinds);
    });
  }

  /** The notebook sets every cell to its own language whenever that becomes known; ours comes after. */
  #setLanguage(): void {
    const cell = this.#cell;
    if (cell === undefined) return;
    const own = kindOf(cell.node.dataset.dbKind ?? '').mime;
    const wanted = own ?? this.#notebook?.codeMimetype;
    if (wanted !== undefined && cell.model.mimeType !== wanted) cell.model.mimeType = wanted;
  }
}

interface HeaderActions {
  title(text: string): void;
  result(text: string): void;
  kind(anchor: DOMRect, current: string): void;
  run(): void;
  stop(): void;
  more(anchor: DOMRect): void;
}

/** The header's elements. */
class HeaderView {
  readonly node = document.createElement('div');
  readonly #kind = button('db-Kind');
  readonly #title: NameField;
  readonly #result: NameField;
  readonly #note = new StateNote();
  readonly #notes = new NoteList();
  readonly #elapsed = element('span', 'db-Elapsed');
  readonly #talk = button('db-Talk');
  readonly #run = button('db-IconButton db-RunCell');
  #model: HeaderModel | undefined;

  constructor(actions: HeaderActions) {
    this.node.className = 'db-Header-row';
    this.#title = new NameField({
      className: 'db-CellTitle',
      label: 'Cell title',
      placeholder: 'Add a title',
      commit: actions.title,
    });
    this.#result = new NameField({
      className: 'db-ResultName',
      label: 'Name of the result',
      placeholder: '→ name the result',
      prefix: '→ ',
      refuse: (text) => (isResultName(text) ? undefined : 'Use letters, digits and _, not starting with a digit.'),
      commit: actions.result,
    });
    this.#kind.setAttribute('aria-haspopup', 'menu');
    this.#kind.addEventListener('click', () =>
      actions.kind(this.#kind.getBoundingClientRect(), this.#model?.kind ?? ''),
    );
    this.#run.addEventListener('click', () => (this.#busy ? actions.stop() : actions.run()));
    const more = button('db-IconButton db-MoreCell');
    more.innerHTML = MORE;
    more.title = 'More';
    more.setAttribute('aria-label', 'More actions for this cell');
    more.setAttribute('aria-haspopup', 'menu');
    more.addEventListener('click', () => actions.more(more.getBoundingClientRect()));
    this.node.append(
      this.#kind,
      this.#title.node,
      this.#result.node,
      element('span', 'db-Grow'),
      this.#notes.node,
      this.#note.node,
      this.#elapsed,
      this.#run,
      this.#talk,
      more,
    );
    this.showTalk(undefined);
    // Keys pressed on the header's buttons are for them, not for the notebook's command mode.
    this.node.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' || event.key === ' ') event.stopPropagation();
    });
  }

  get #busy(): boolean {
    return this.#model?.state === 'running' || this.#model?.state === 'queued';
  }

  show(model: HeaderModel): void {
    const before = this.#model;
    this.#model = model;
    if (before?.label !== model.label) {
      this.#kind.textContent = model.label;
      this.#kind.setAttribute('aria-label', `Cell kind: ${model.label}`);
    }
    if (before === undefined || before.title !== model.title) this.#title.show(model.title);
    if (before === undefined || before.result !== model.result) this.#result.show(model.result);
    this.#result.node.hidden = kindOf(model.kind).named !== true && model.result === '';
    this.#elapsed.textContent = model.elapsed;
    this.#note.show(model);
    this.#notes.show(model.notes);
    if (before?.state !== model.state) this.#showButton();
  }

  showTalk(talk: CellTalk | undefined): void {
    this.#talk.hidden = talk === undefined;
    this.#talk.textContent = talk?.label ?? '';
    this.#talk.classList.toggle('db-mod-unread', talk?.unread === true);
    this.#talk.title = talk?.text ?? '';
    this.#talk.setAttribute('aria-label', talk?.text ?? '');
    this.#talk.onclick = () => talk?.open();
  }

  tick(ms: number): void {
    this.#elapsed.textContent = formatElapsed(Math.max(0, Math.round(ms / 1000) * 1000));
  }

  #showButton(): void {
    this.#run.innerHTML = this.#busy ? STOP : RUN;
    const label = this.#busy ? 'Stop' : 'Run this cell';
    this.#run.title = label;
    this.#run.setAttribute('aria-label', label);
    this.#run.classList.toggle('db-mod-busy', this.#busy);
  }
}

function element(tag: string, className: string): HTMLElement {
  const node = document.createElement(tag);
  node.className = className;
  return node;
}

function button(className: string): HTMLButtonElement {
  const node = document.createElement('button');
  node.type = 'button';
  node.className = className;
  return node;
}
