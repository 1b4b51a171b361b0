import type { Person } from '@daybook/shared/api/people';
import { findMentions } from '@daybook/shared/comments/mentions';

/** A piece of a comment. Text is text: nothing in it is ever read as HTML. */
export type Piece =
  | { readonly type: 'text' | 'code'; readonly text: string }
  | { readonly type: 'strong' | 'em'; readonly pieces: readonly Piece[] }
  | { readonly type: 'mention'; readonly text: string; readonly person: Person }
  | { readonly type: 'link'; readonly text: string; readonly url: string };

/** A paragraph, list item or block of code. */
export type Block =
  | { readonly type: 'paragraph' | 'item'; readonly pieces: readonly Piece[] }
  | { readonly type: 'code'; readonly text: string };

const INLINE =
  /`([^`\n]+)`|\*\*(?=\S)([^\n]*?\S)\*\*|(?<![\w*])\*(?=\S)([^*\n]*?\S)\*(?![\w*])|(https?:\/\/[^\s<>"'`]+)/gu;

/** A comment as what is drawn: paragraphs, lists, code, emphasis, links, mentions of `people`. */
export function parseComment(body: string, people: readonly Person[]): Block[] {
  return body.split(/^(```[^\n]*\n[\s\S]*?(?:\n```$|(?![\s\S])))/m).flatMap((part): Block[] => {
    const fence = /^```[^\n]*\n([\s\S]*?)(?:\n```)?$/.exec(part);
    if (fence !== null) return [{ type: 'code', text: fence[1] ?? '' }];
    return part.split(/\n{2,}/).flatMap((paragraph) => blocks(paragraph.replaceAll(/^\n|\n$/g, ''), people));
  });
}

function blocks(paragraph: string, people: readonly Person[]): Block[] {
  const found: Block[] = [];
  let lines: string[] = [];
  const flush = () => {
    if (lines.join('').trim() !== '') found.push({ type: 'paragraph', pieces: inline(lines.join('\n'), people) });
    lines = [];
  };
  for (const line of paragraph.split('\n')) {
    const item = /^\s{0,3}[-*•] (.*)$/.exec(line)?.[1];
    if (item === undefined) lines.push(line);
    else {
      flush();
      found.push({ type: 'item', pieces: inline(item, people) });
    }
  }
  flush();
  return found;
}

function inline(text: string, people: readonly Person[]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, code, strong, em, url] = match;
    pieces.push(...words(text.slice(at, match.index), people));
    at = match.index + whole.length;
    if (code !== undefined) pieces.push({ type: 'code', text: code });
    else if (strong !== undefined) pieces.push({ type: 'strong', pieces: inline(strong, people) });
    else if (em !== undefined) pieces.push({ type: 'em', pieces: inline(em, people) });
    else if (url !== undefined) {
      // A sentence's end, or the bracket around the link, is not the link's.
      const bare = url.replace(/[.,;:!?)\]]+$/, '');
      pieces.push({ type: 'link', text: bare, url: bare });
      if (bare !== url) pieces.push({ type: 'text', text: url.slice(bare.length) });
    }
  }
  pieces.push(...words(text.slice(at), people));
  return pieces;
}

function words(text: string, people: readonly Person[]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { start, end, person } of findMentions(text, people)) {
    if (start > at) pieces.push({ type: 'text', text: text.slice(at, start) });
    pieces.push({ type: 'mention', text: text.slice(start, end), person });
    at = end;
  }
  if (at < text.length) pieces.push({ type: 'text', text: text.slice(at) });
  return pieces;
}
