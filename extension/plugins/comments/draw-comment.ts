import type { Person } from '@daybook/shared/api/people';
import { assertNever } from '@daybook/shared/errors/error';
import { element } from '../../widgets/grid/element.ts';
import { type Block, type Piece, parseComment } from './comment-text.ts';

/** Draws a comment. Every word of it goes in as text, and links lead to http and https only. */
export function drawComment(body: string, people: readonly Person[]): HTMLElement {
  const node = element('div', { class: 'db-Comment-body' });
  let list: HTMLElement | undefined;
  for (const block of parseComment(body, people)) {
    if (block.type !== 'item') list = undefined;
    else if (list === undefined) {
      list = element('ul');
      node.append(list);
    }
    (block.type === 'item' ? (list ?? node) : node).append(drawBlock(block));
  }
  return node;
}

function drawBlock(block: Block): HTMLElement {
  switch (block.type) {
    case 'code':
      return element('pre', { children: [element('code', { text: block.text })] });
    case 'paragraph':
      return element('p', { children: block.pieces.map(drawPiece) });
    case 'item':
      return element('li', { children: block.pieces.map(drawPiece) });
    default:
      return assertNever(block);
  }
}

function drawPiece(piece: Piece): Node {
  switch (piece.type) {
    case 'text':
      return document.createTextNode(piece.text);
    case 'code':
      return element('code', { text: piece.text });
    case 'strong':
    case 'em':
      return element(piece.type, { children: piece.pieces.map(drawPiece) });
    case 'mention':
      return element('span', {
        class: 'db-Mention',
        text: piece.text,
        attributes: { title: piece.person.displayName },
      });
    case 'link':
      return element('a', {
        text: piece.text,
        attributes: { href: piece.url, target: '_blank', rel: 'noopener noreferrer nofollow' },
      });
    default:
      return assertNever(piece);
  }
}
