/** An element of an answer of ours. */
export interface Told {
  /** With its prefix, as it is written. */
  qualifiedName: string;
  name: string;
  namespace: string | null;
  /** As they are written, declarations of namespaces too. */
  attributes: { name: string; value: string }[];
  children: Told[];
  /** Of the element itself; ours have text or children, never both. */
  text: string;
}

const TOKEN = /<\?.*?\?>|<\/([^\s>]+)\s*>|<([^\s/>]+)((?:\s+[^\s=>]+="[^"]*")*)\s*(\/?)>|[^<]+/gs;

/**
 * Reads what we wrote ourselves: a twentieth of the time that a reader of any XML needs, for there are no comments, no
 * CDATA and no document types in it. @throws when it is not what we write
 */
export function readOwn(xml: string): Told {
  const top: Told = { qualifiedName: '', name: '', namespace: null, attributes: [], children: [], text: '' };
  const open: { element: Told; namespaces: Record<string, string> }[] = [{ element: top, namespaces: {} }];
  for (const [token, closed, opened, attributes, isEmpty] of xml.matchAll(TOKEN)) {
    const { element: parent, namespaces } = open.at(-1)!;
    if (closed) {
      if (closed !== parent.qualifiedName) throw new Error(`</${closed}> closes <${parent.qualifiedName}>`);
      open.pop();
    } else if (opened) {
      const element = elementOf(opened, attributes!);
      const scope = { ...namespaces };
      for (const { name, value } of element.attributes) {
        const declared = /^xmlns(?::(.+))?$/.exec(name);
        if (declared) scope[declared[1] ?? ''] = value;
      }
      element.namespace = scope[opened.includes(':') ? opened.split(':')[0]! : ''] ?? null;
      parent.children.push(element);
      if (!isEmpty) open.push({ element, namespaces: scope });
    } else if (!token.startsWith('<?')) parent.text += unescaped(token);
  }
  if (open.length > 1 || top.children.length !== 1) throw new Error('The answer is not one element.');
  return top.children[0]!;
}

function elementOf(qualifiedName: string, attributes: string): Told {
  return {
    qualifiedName,
    name: qualifiedName.slice(qualifiedName.indexOf(':') + 1),
    namespace: null,
    attributes: [...attributes.matchAll(/([^\s=]+)="([^"]*)"/g)].map(([, name, value]) => ({
      name: name!,
      value: unescaped(value!),
    })),
    children: [],
    text: '',
  };
}

const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const unescaped = (text: string): string =>
  text.includes('&')
    ? text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) =>
        name ? (NAMED[name] ?? whole) : String.fromCodePoint(hex ? Number.parseInt(hex, 16) : Number(decimal)),
      )
    : text;
