import type { Description } from '@daybook/shared/api/editor';

/** Colours code of a language inside an element. */
export type Highlight = (code: string, language: Description['language'], host: HTMLElement) => void;

/** What is known of a thing, drawn: its code, and the words about it. */
export function drawDescription({ code, language, text }: Description, highlight: Highlight): HTMLElement {
  const node = document.createElement('div');
  node.className = 'db-Description';
  if (code !== '') {
    const pre = node.appendChild(document.createElement('pre'));
    highlight(code, language, pre.appendChild(document.createElement('code')));
  }
  for (const paragraph of text.split(/\n{2,}/)) if (paragraph.trim() !== '') node.append(drawParagraph(paragraph));
  return node;
}

function drawParagraph(text: string): HTMLElement {
  const fence = /^```\w*\n([\s\S]*?)\n?```$/.exec(text.trim());
  if (fence !== null) {
    const pre = document.createElement('pre');
    pre.append(Object.assign(document.createElement('code'), { textContent: fence[1] ?? '' }));
    return pre;
  }
  const paragraph = document.createElement('p');
  for (const part of text.split(/(`[^`\n]+`|\*\*[^*\n]+\*\*)/)) {
    if (part.length > 2 && part.startsWith('`')) paragraph.append(element('code', part.slice(1, -1)));
    else if (part.length > 4 && part.startsWith('**')) paragraph.append(element('strong', part.slice(2, -2)));
    else paragraph.append(part.replace(/\[([^\]]+)\]\([^)]*\)/g, '$1').replace(/\{@link ([^}]+)\}/g, '$1'));
  }
  return paragraph;
}

function element(name: string, text: string): HTMLElement {
  const node = document.createElement(name);
  node.textContent = text;
  return node;
}
