import type { ICellModel } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';
import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import type { RoomState } from './collab/room-state.ts';

/** One open document and the server. */
export interface Room {
  /** Where the document is now. */
  readonly path: string;
  /** Its name on the server, whatever its path is; undefined until that is known. */
  readonly name: string | undefined;
  /** The id of the user who writes here. */
  readonly user: string;
  readonly state: RoomState;
}

/** The rooms of open documents. */
export interface Rooms {
  /** The room of a document, by its shared model; `undefined` when it has none. */
  of(model: object | undefined): Room | undefined;
  /** The signed-in user may look at documents only. */
  readonly readOnly: boolean;
  /** Connects now what is not connected, and finds out whether the rest still is. */
  check(): void;
  /** The room whose state is another one now; null: all of them. */
  readonly changed: ISignal<Rooms, Room | null>;
}

export const IRooms = new Token<Rooms>('@daybook/extension:IRooms', 'The rooms of open documents.');

/** Asks a Daybook kernel what Jupyter's own messages have no words for; see shared/api/kernel-link.ts. */
export interface KernelLink {
  /**
   * The answer of the service `kind`. Answered while a cell runs. Rejects with DaybookError: the
   * service's own, `no_link` when the kernel is not Daybook's, `kernel_gone` when it went meanwhile.
   */
  request(kernel: Kernel.IKernelConnection, kind: string, body: unknown): Promise<LinkAnswer>;
  /** Calls `listener` with the body of every event of this kind, until disposed. */
  onEvent(kernel: Kernel.IKernelConnection, kind: string, listener: (body: unknown) => void): () => void;
  /** Tells the kernel now, not a moment later, which cells the notebook has. */
  flush(panel: NotebookPanel): Promise<void>;
}

export interface LinkAnswer {
  readonly body: unknown;
  readonly buffers: readonly (ArrayBuffer | ArrayBufferView)[];
}

export const IKernelLink = new Token<KernelLink>(
  '@daybook/extension:IKernelLink',
  'Asks Daybook kernels beyond Jupyter’s own messages.',
);

/** A remark on a cell: a few words in its header, a sentence on hover and focus, and where to go. */
export interface CellNote {
  readonly label: string;
  readonly text: string;
  /** Goes to the cell that the sentence is about, when there is one. */
  readonly jump?: (() => void) | undefined;
}

/** What is known of a cell beyond its own model. */
export interface CellMark {
  /** `idle`: it has not run in this kernel. Undefined: nothing but the cell itself decides. */
  readonly state: 'idle' | 'stale' | undefined;
  /** Why it is in this state. */
  readonly why: CellNote | undefined;
  readonly notes: readonly CellNote[];
}

/** What cell headers show beside the cell's own state. */
export interface CellMarks {
  get(cell: ICellModel): CellMark | undefined;
  /** `mark` is asked whenever the header is drawn; undefined takes the mark away. */
  set(cell: ICellModel, mark: (() => CellMark) | undefined): void;
  /** The cell whose mark is another one now. */
  readonly changed: ISignal<CellMarks, ICellModel>;
}

export const ICellMarks = new Token<CellMarks>(
  '@daybook/extension:ICellMarks',
  'What is known of cells beyond their own models.',
);

/** The bar above everything. */
export interface TopBarItems {
  /**
   * Puts an element before the kernel's chip, or, `last`, at the end of the bar. It hides itself when
   * it has nothing to say.
   */
  add(item: HTMLElement, place?: 'last'): void;
}

export const ITopBar = new Token<TopBarItems>('@daybook/extension:ITopBar', 'The bar above everything.');

/** Something that happened around an open document; see shared/api/room-messages.ts. */
export interface RoomEvent {
  /** The document's path in this page. */
  readonly path: string;
  readonly kind: string;
  readonly body: unknown;
}

/** What rooms tell beyond their documents. */
export interface RoomEvents {
  /** Passes on what a room told. */
  tell(event: RoomEvent): void;
  /** Calls `listener` with every event of this kind, until disposed. */
  follow(kind: string, listener: (event: RoomEvent) => void): () => void;
}

export const IRoomEvents = new Token<RoomEvents>(
  '@daybook/extension:IRoomEvents',
  'What rooms tell beyond their documents.',
);

/** What is said of a cell in comments: words in its header, or a mark beside a cell without one. */
export interface CellTalk {
  readonly label: string;
  readonly text: string;
  /** Something in it is new to the one who looks. */
  readonly unread: boolean;
  readonly open: () => void;
}

/** What headers show of comments on their cells. */
export interface CellTalks {
  get(cell: ICellModel): CellTalk | undefined;
  set(cell: ICellModel, talk: CellTalk | undefined): void;
  /** The cell whose talk is another one now. */
  readonly changed: ISignal<CellTalks, ICellModel>;
}

export const ICellTalks = new Token<CellTalks>('@daybook/extension:ICellTalks', 'What comments say of cells.');

/** The comments of open documents, for those who lead to them. */
export interface CommentsPanel {
  /** Opens the document if need be, and shows the thread in the panel. */
  showThread(path: string, thread: string): Promise<void>;
}

export const ICommentsPanel = new Token<CommentsPanel>(
  '@daybook/extension:ICommentsPanel',
  'Shows threads of comments.',
);
