import { create } from 'xmlbuilder2';

export const OAI = 'http://www.openarchives.org/OAI/2.0/';

interface DomNode {
  nodeType: number;
  nodeName: string;
  localName: string;
  namespaceURI: string | null;
  textContent: string | null;
  childNodes: Iterable<DomNode>;
  attributes: Iterable<{ localName: string; name: string; namespaceURI: string | null; value: string }>;
}

/** What keeps `text` from being XML, or null: the parser below forgives what other harvesters' parsers do not. */
function malformed(text: string): string | null {
  const forbidden =
    /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|&#(?:x0*(?:[0-8bcef]|1[0-9a-f]|fff[ef])|0*(?:[0-8]|1[124-9]|2\d|3[01]));/i;
  const bad = forbidden.exec(text);
  if (bad) return `A character that XML does not allow, at ${bad.index}`;
  const plain = withoutSections(text);
  if (plain === null) return 'A comment, CDATA section or instruction that does not end';
  const bare = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-f]+);)/i.exec(plain);
  if (bare) return 'An & that begins no entity of XML';
  const open: string[] = [];
  let roots = 0;
  // No < may stand within a tag, so each try ends at the next one: hostile text costs no more than its length.
  for (const [whole, closing, name = '', selfClosing] of plain.matchAll(
    /<!DOCTYPE[^<>]*>|<(\/?)([^\s/<>!?]+)(?:[^<>"']|"[^<"]*"|'[^<']*')*?(\/?)>|</g,
  )) {
    if (whole.startsWith('<!D')) continue;
    if (!name) return 'A < that begins no element';
    if (!closing && open.length === 0 && ++roots > 1) return 'More than one root element';
    if (closing) {
      if (open.pop() !== name) return `</${name}> closes what was not open`;
    } else if (!selfClosing) open.push(name);
  }
  if (roots === 0) return 'No element';
  return open.length > 0 ? `<${open.at(-1)}> is not closed` : null;
}

/** `text` without comments, CDATA sections and instructions, or null where one does not end. */
function withoutSections(text: string): string | null {
  const begins = /<!--|<!\[CDATA\[|<\?/g;
  let kept = '';
  let at = 0;
  for (let begin = begins.exec(text); begin; begin = begins.exec(text)) {
    const end = { '<!--': '-->', '<![CDATA[': ']]>', '<?': '?>' }[begin[0]]!;
    const ends = text.indexOf(end, begins.lastIndex);
    if (ends < 0) return null;
    kept += text.slice(at, begin.index);
    at = begins.lastIndex = ends + end.length;
  }
  return kept + text.slice(at);
}

/** The little of a document tree that a harvester looks at. */
export class Xml {
  private constructor(private readonly node: DomNode) {}

  /** @throws when `text` is not well-formed. */
  static parse(text: string): Xml {
    const problem = malformed(text);
    if (problem) throw new Error(problem);
    return new Xml(create(text).root().node as unknown as DomNode);
  }

  get name(): string {
    return this.node.localName;
  }

  get namespace(): string | null {
    return this.node.namespaceURI;
  }

  get text(): string {
    return this.node.textContent ?? '';
  }

  elements(): Xml[] {
    return [...this.node.childNodes].filter((node) => node.nodeType === 1).map((node) => new Xml(node));
  }

  /** Of the protocol's namespace, or of any with null. */
  children(name: string, namespace: string | null = OAI): Xml[] {
    return this.elements().filter(
      (child) => child.name === name && (namespace === null || child.namespace === namespace),
    );
  }

  child(name: string): Xml | null {
    return this.children(name)[0] ?? null;
  }

  attribute(name: string): string | null {
    return [...this.node.attributes].find((attribute) => attribute.localName === name)?.value ?? null;
  }

  /** Without declarations of namespaces. */
  attributes(): Record<string, string> {
    return Object.fromEntries(
      [...this.node.attributes].filter(({ name }) => !/^xmlns|:/.test(name)).map(({ name, value }) => [name, value]),
    );
  }
}
