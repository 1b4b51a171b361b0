// @vitest-environment jsdom
import type { Person } from '@daybook/shared/api/people';
import { describe, expect, test } from 'vitest';
import { drawComment } from './draw-comment.ts';

const emmy: Person = { id: 'emmy', name: 'emmy', displayName: 'Emmy Noether', initials: 'EN', color: '#1f8f86' };
const html = (body: string) => drawComment(body, [emmy]).innerHTML;

describe('U3: what a comment looks like', () => {
  test.each([
    ['one\ntwo\n\nthree', '<p>one\ntwo</p><p>three</p>'],
    ['a **b c** *d* `e*f*`', '<p>a <strong>b c</strong> <em>d</em> <code>e*f*</code></p>'],
    ['2 * 3 * 4 and a*b*c', '<p>2 * 3 * 4 and a*b*c</p>'],
    ['see\n- one\n- two\nend', '<p>see</p><ul><li>one</li><li>two</li></ul><p>end</p>'],
    ['```sql\nselect **1**\n\nfrom t\n```\nafter', '<pre><code>select **1**\n\nfrom t</code></pre><p>after</p>'],
    ['```\nnever closed', '<pre><code>never closed</code></pre>'],
    ['hi @Emmy Noether!', '<p>hi <span class="db-Mention" title="Emmy Noether">@Emmy Noether</span>!</p>'],
    [
      '(https://a.example/b?c=1&d=2).',
      '<p>(<a href="https://a.example/b?c=1&amp;d=2" target="_blank" rel="noopener noreferrer nofollow">https://a.example/b?c=1&amp;d=2</a>).</p>',
    ],
    ['', ''],
  ])('%j', (body, wanted) => expect(html(body)).toBe(wanted));
});

describe('U4: hostile words stay words', () => {
  const payloads = [
    '<script>alert(1)</script>',
    '<img src=x onerror="alert(1)">',
    '<svg/onload=alert(1)>',
    '<a href="javascript:alert(1)">x</a>',
    'javascript:alert(1) [x](javascript:alert(1))',
    '<button data-commandlinker-command="docmanager:delete-file" data-commandlinker-args=\'{"path":"a"}\'>x</button>',
    '**<b onclick=alert(1)>** `<i>` *<u>*',
    '```\n</code></pre><script>alert(1)</script>\n```',
    'https://a.example/"onmouseover="alert(1)',
    "https://a.example/'><script>alert(1)</script>",
    '@emmy<script>alert(1)</script>',
    '<style>body{display:none}</style><link rel=stylesheet href=//evil>',
    '\u202Egnp.exe \u0000',
  ];
  const people = [emmy, { ...emmy, id: 'x', name: '<b>x</b>', displayName: '"><script>alert(1)</script>' }];
  const TAGS = new Set(['DIV', 'P', 'UL', 'LI', 'PRE', 'CODE', 'STRONG', 'EM', 'SPAN', 'A']);
  const ATTRIBUTES = new Set(['class', 'title', 'href', 'target', 'rel']);

  test.each([...payloads, payloads.join('\n\n'), '@<b>x</b> hello'])('%s', (body) => {
    const drawn = drawComment(body, people);
    for (const node of [drawn, ...drawn.querySelectorAll('*')]) {
      expect(TAGS).toContain(node.tagName);
      for (const { name, value } of node.attributes) {
        expect(ATTRIBUTES).toContain(name);
        if (name === 'href') expect(new URL(value).protocol).toMatch(/^https?:$/);
      }
    }
  });

  test('ten thousand signs of any kind are drawn at once', () => {
    const started = performance.now();
    for (const sign of ['*', '`', '@', '<', '**a', '- ', '```\n', 'https://']) {
      drawComment(sign.repeat(10_000 / sign.length), people);
    }
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
