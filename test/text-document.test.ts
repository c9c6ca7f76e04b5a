import type { Block } from '../src/text/blocks';
import { eachRun, textOf } from '../src/text/blocks';
import { Contents, pagesOfDocument } from '../src/text/document-pages';
import { blocksOfHtml } from '../src/text/html-blocks';

const pages = (html: string) => pagesOfDocument(blocksOfHtml(html));
const only = (html: string) => pages(html)[0]!.blocks!;
const plain = (block: Block) => textOf([block]);

describe('what HTML means', () => {
  test('headings, paragraphs, emphasis and line breaks', () => {
    const blocks = only('<h2>Баш <i>сөз</i></h2>\n<p>Бир   <b>эки</b>\n үч<br> төрт</p>Ачык<div>блок</div>');
    expect(blocks).toMatchObject([
      { kind: 'heading', level: 2, runs: [{ text: 'Баш ' }, { text: 'сөз', marks: ['em'] }] },
      { kind: 'paragraph', runs: [{ text: 'Бир ' }, { text: 'эки', marks: ['strong'] }, { text: ' үч\nтөрт' }] },
      { kind: 'paragraph', runs: [{ text: 'Ачык' }] },
      { kind: 'paragraph', runs: [{ text: 'блок' }] },
    ]);
    expect(textOf(blocks)).toBe('Баш сөз\n\nБир эки үч\nтөрт\n\nАчык\n\nблок');
  });

  test('lists in lists, tables with heads and spans, quotes, preformatted text', () => {
    const blocks = only(
      '<ol start="3"><li>бир<ul><li>а<li>б</ul></li><li>эки</ol><table><caption>К</caption><thead><tr><th colspan="2">Б</th></tr></thead><tr><td>1<td rowspan=2><p>2</p></table><blockquote><p>цитата</p></blockquote><pre>  a\n  b</pre>',
    );
    expect(blocks.map((block) => block.kind)).toEqual(['list', 'paragraph', 'table', 'quote', 'preformatted']);
    expect(blocks[0]).toMatchObject({ ordered: true, start: 3, items: [[{}, { kind: 'list', ordered: false }], [{}]] });
    expect(blocks[2]).toMatchObject({
      rows: [[{ isHeader: true, across: 2 }], [{ isHeader: false }, { down: 2 }]],
    });
    expect(plain(blocks[0]!)).toBe('бир\nа\nб\nэки');
    expect(plain(blocks[2]!)).toBe('Б\n1\t2');
    expect(plain(blocks[4]!)).toBe('  a\n  b');
  });

  test('links lead out over http and mail alone, and inside by names of our own', () => {
    const [, first, second] = only(
      '<h1 id="баш&quot;onclick">Б</h1><p><a href="https://example.org/?a=1&amp;b=2">а</a> <a href="javascript:alert(1)">б</a> <a href="/admin">в</a> <a href="data:text/html,x">г</a> <a href=" JaVaScRiPt:x">д</a></p><p><a href="#%D0%B1%D0%B0%D1%88%22onclick">ж</a><a href="#nowhere">з</a></p>',
    ) as Extract<Block, { runs: object[] }>[];
    expect(first!.runs.filter((run) => run.href).map((run) => [run.text, run.href])).toEqual([
      ['а', 'https://example.org/?a=1&b=2'],
    ]);
    expect(second!.runs[0]).toMatchObject({ text: 'ж', to: { id: expect.stringMatching(/^b\d+$/), page: 1 } });
    expect(second!.runs[1]).toEqual({ text: 'з' });
  });

  test('no script, style, form or picture, whatever it is called or wherever it stands', () => {
    const text = textOf(
      only(
        '<head><title>Т</title><style>x{}</style></head><p onclick="run()">бир<script>run()</script><!-- run() --><svg><script>run()</script><text>run()</text></svg><img src=x onerror=run() alt="Карта"><iframe srcdoc="run()"></iframe><template><b>run()</b></template><noscript>run()</noscript></p><textarea>run()</textarea><math><mi>x</mi></math>',
      ),
    );
    expect(text).toContain('бир');
    expect(text).toContain('[Карта]');
    expect(text).not.toContain('run()');
  });

  test('what stands at the wrong place or is nested for ever does no harm', () => {
    expect(textOf(only('<ul>бир<li>эки</ul></ul></p></table><td>үч'))).toContain('үч');
    expect(textOf(only('<table>сырт<tr><td>ич</table>'))).toBe('сырт\n\nич');
    const deep = `${'<ul><li>'.repeat(5_000)}түп${'</li></ul>'.repeat(5_000)}<p>аягы</p>`;
    expect(textOf(only(deep))).toContain('түп');
    expect(textOf(only(`${'<b>'.repeat(20_000)}калың`))).toBe('калың');
    expect(pages('')).toMatchObject([{ text: '' }]);
  });
});

describe('pages of a document', () => {
  const paragraph = (n: number) => `<p id="p${n}">${n}. ${'Суу акты. '.repeat(30)}</p>`;
  const long = Array.from(
    { length: 40 },
    (_, i) => `${i % 8 === 0 ? `<h2>Бөлүм ${i / 8 + 1}</h2>` : ''}${paragraph(i)}`,
  );

  test('hold all of it once and in order, cut between paragraphs; a heading stays with what follows', () => {
    const all = pages(long.join(''));
    expect(all.length).toBeGreaterThan(3);
    for (const page of all) {
      expect(page.text.length).toBeLessThan(4_000);
      expect(page.blocks!.at(-1)!.kind).not.toBe('heading');
      expect(textOf(page.blocks!)).toBe(page.text);
    }
    expect(all.map((page) => page.text).join('\n\n')).toBe(textOf(blocksOfHtml(long.join('')).blocks));
  });

  test('cut what is longer than a page: a list between items and going on to count, a table between rows, a paragraph after a sentence', () => {
    const items = Array.from({ length: 300 }, (_, i) => `<li>${i + 1}-пункт кыска</li>`).join('');
    const list = pages(`<ol>${items}</ol>`);
    expect(list.length).toBeGreaterThan(1);
    const first = list[0]!.blocks![0] as Extract<Block, { kind: 'list' }>;
    expect(list[1]!.blocks![0]).toMatchObject({ kind: 'list', start: first.items.length + 1 });
    const rows = pages(`<table>${'<tr><td>бир</td><td>эки сөз</td></tr>'.repeat(600)}</table>`);
    expect(rows.length).toBeGreaterThan(1);
    const one = pages(`<p>${'Бир сүйлөм болду. '.repeat(600)}</p>`);
    expect(one.length).toBeGreaterThan(2);
    for (const page of one) expect(page.text).toMatch(/болду\.\s?$/);
  });

  test('tell where links inside lead, and give a table of contents', () => {
    const all = pages(`<p><a href="#p35">караңыз</a></p>${long.join('')}`);
    const [first] = all[0]!.blocks as Extract<Block, { runs: object[] }>[];
    const { to } = first!.runs[0]!;
    expect(to!.page).toBeGreaterThan(3);
    expect(all[to!.page - 1]!.blocks!.find((block) => block.id === to!.id)).toMatchObject({ kind: 'paragraph' });
    const contents = new Contents();
    for (const page of all) contents.add(page);
    expect(contents.entries.map((entry) => entry.title)).toEqual([
      'Бөлүм 1',
      'Бөлүм 2',
      'Бөлүм 3',
      'Бөлүм 4',
      'Бөлүм 5',
    ]);
    expect(contents.entries[4]).toMatchObject({ page: all.length, anchor: expect.stringMatching(/^b\d+$/) });
  });

  test('put a note at the end of the page that refers to it, out of the list at the end', () => {
    const all = pages(
      `<p>Бир<sup><a href="#fn1" id="ref1">[1]</a></sup></p>${long.join('')}<p>Аягы<sup><a href="#fn2" id="ref2">2</a></sup></p><hr><ol><li id="fn1"><p>Биринчи эскертүү <a href="#ref1">↑</a></p></li><li id="fn2">Экинчи эскертүү <a href="#ref2">↩</a></li></ol>`,
    );
    expect(all[0]!.blocks!.at(-1)).toMatchObject({ kind: 'note', mark: '1', back: expect.stringMatching(/^b/) });
    expect(all[0]!.text).toMatch(/Биринчи эскертүү\s*$/);
    expect(all.at(-1)!.text).toMatch(/Экинчи эскертүү\s*$/);
    expect(all.at(-1)!.text).not.toContain('Биринчи');
    // A list of links with numbers that leads nowhere back stays a list.
    expect(only('<p><a href="#a">1</a></p><ol><li id="a">бөлүм</li></ol>').map((block) => block.kind)).toEqual([
      'paragraph',
      'list',
    ]);
  });
});

test('offsets in the text are offsets in the runs', () => {
  const blocks = only('<p>а<b>б</b></p><ul><li>в<li>г</ul><table><tr><td>д<td>е</table>');
  const runs: [string, number][] = [];
  const text = eachRun(blocks, (run, start) => runs.push([run.text, start]));
  expect(text).toBe('аб\n\nв\nг\n\nд\tе');
  for (const [run, start] of runs) expect(text.slice(start, start + run.length)).toBe(run);
});
