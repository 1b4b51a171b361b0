import { CompleterModel, type CompletionHandler } from '@jupyterlab/completer';
import type { OurItem } from './provider.ts';
import { ranked } from './ranking.ts';

/** A list of completions in our order: JupyterLab's own knows the spelling alone. */
export class RankedModel extends CompleterModel {
  #from: CompletionHandler.ICompletionItems | undefined;
  #ranked: CompletionHandler.ICompletionItems = [];

  override completionItems(): CompletionHandler.ICompletionItems {
    const items = super.completionItems();
    if (items === this.#from) return this.#ranked;
    this.#from = items;
    const ours = items.every((item) => 'rank' in item);
    this.#ranked = ours && this.query !== '' ? this.#order(items as OurItem[]) : items;
    return this.#ranked;
  }

  /** Labels carry marks of what matched; what they insert does not. */
  #order(items: OurItem[]): OurItem[] {
    const plain = items.map((item) => ({ item, label: item.label.replace(/<\/?mark>/g, ''), rank: item.rank }));
    return ranked(plain, this.query).map(({ item }) => item);
  }
}
