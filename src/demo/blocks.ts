/**
 * The light markup the sample texts are written in, one block after another with an empty line between:
 * `#`, `##`, `###` headings · `- ` and `1. ` list items · `> ` a quotation · `/ ` a line of verse · `$ ` a formula ·
 * `| a | b |` a row of a table, the first row its head · `---` a new page · `{bars Caption | label = 12; …}` a bar
 * chart · `{plot Caption | x*x | -2..2}` the graph of a function. Anything else is a paragraph.
 */
export type Block =
  | { kind: 'heading'; level: 1 | 2 | 3; text: string }
  | { kind: 'paragraph' | 'quote' | 'formula'; text: string }
  | { kind: 'item'; mark: string; text: string }
  | { kind: 'verse'; lines: string[] }
  | { kind: 'table'; rows: string[][] }
  | { kind: 'bars'; caption: string; bars: { label: string; value: number }[] }
  | { kind: 'plot'; caption: string; expression: string; from: number; to: number }
  | { kind: 'page' };

export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  for (const chunk of text.replace(/\r\n?/g, '\n').split(/\n{2,}/)) {
    const lines = chunk.split('\n').filter((line) => line.trim() !== '');
    for (let i = 0; i < lines.length; ) i += takeBlock(lines.slice(i), blocks);
  }
  return blocks;
}

/** Puts the block that begins `lines` into `blocks`; says how many lines it took. */
function takeBlock(lines: string[], blocks: Block[]): number {
  const line = lines[0]!.trim();
  const run = (test: (line: string) => boolean) => {
    const end = lines.findIndex((each) => !test(each.trim()));
    return end === -1 ? lines.length : end;
  };
  const heading = /^(#{1,3}) (.+)$/.exec(line);
  if (heading) {
    blocks.push({ kind: 'heading', level: heading[1]!.length as 1 | 2 | 3, text: heading[2]! });
    return 1;
  }
  if (line === '---') {
    blocks.push({ kind: 'page' });
    return 1;
  }
  const item = /^(-|\d+[.)]) (.+)$/.exec(line);
  if (item) {
    blocks.push({ kind: 'item', mark: item[1] === '-' ? '–' : item[1]!, text: item[2]! });
    return 1;
  }
  if (line.startsWith('$ ')) {
    blocks.push({ kind: 'formula', text: line.slice(2) });
    return 1;
  }
  if (line.startsWith('> ')) {
    const count = run((each) => each.startsWith('> '));
    blocks.push({ kind: 'quote', text: joined(lines.slice(0, count).map((each) => each.trim().slice(2))) });
    return count;
  }
  if (line.startsWith('/ ')) {
    const count = run((each) => each.startsWith('/ '));
    blocks.push({ kind: 'verse', lines: lines.slice(0, count).map((each) => each.trim().slice(2)) });
    return count;
  }
  if (line.startsWith('|')) {
    const count = run((each) => each.startsWith('|'));
    const cells = (row: string) =>
      row
        .trim()
        .replace(/^\||\|$/g, '')
        .split('|')
        .map((cell) => cell.trim());
    blocks.push({ kind: 'table', rows: lines.slice(0, count).map(cells) });
    return count;
  }
  const bars = /^\{bars ([^|]+)\|(.+)\}$/.exec(line);
  if (bars) {
    const parts = bars[2]!.split(';').map((part) => part.split('='));
    blocks.push({
      kind: 'bars',
      caption: bars[1]!.trim(),
      bars: parts.map(([label, value]) => ({ label: label!.trim(), value: Number(value) })),
    });
    return 1;
  }
  const plot = /^\{plot ([^|]+)\|([^|]+)\|\s*(-?[\d.]+)\.\.(-?[\d.]+)\s*\}$/.exec(line);
  if (plot) {
    const [, caption, expression, from, to] = plot;
    blocks.push({
      kind: 'plot',
      caption: caption!.trim(),
      expression: expression!.trim(),
      from: Number(from),
      to: Number(to),
    });
    return 1;
  }
  const count = Math.max(
    1,
    run((each) => !/^(#{1,3} |- |\d+[.)] |\$ |> |\/ |\||\{|---$)/.test(each)),
  );
  blocks.push({ kind: 'paragraph', text: joined(lines.slice(0, count)) });
  return count;
}

const joined = (lines: string[]) => lines.map((line) => line.trim()).join(' ');
