import { create } from 'xmlbuilder2';
import type { XMLBuilder } from 'xmlbuilder2/lib/interfaces';

export interface Element {
  name: string;
  attributes: Record<string, string>;
  content: string | Element[];
}
type Attributes = Record<string, string | number | null | undefined>;
/** What may stand among the children of an element; nothing that is falsy is printed. */
export type Content = Element | null | undefined | false | '' | Content[];

/** An element with text, or null where there is no text: an empty element tells a harvester nothing. */
export function text(
  name: string,
  value: string | number | null | undefined,
  attributes: Attributes = {},
): Element | null {
  const content = value === null || value === undefined ? '' : clean(String(value));
  return content.trim() === '' ? null : { name, attributes: given(attributes), content };
}

/** An element with children; what is null among them is left out. */
export function group(name: string, attributes: Attributes, ...children: Content[]): Element {
  return { name, attributes: given(attributes), content: present(children) };
}

/** The same, or null where no child is left. */
export function some(name: string, attributes: Attributes, ...children: Content[]): Element | null {
  const content = present(children);
  return content.length ? { name, attributes: given(attributes), content } : null;
}

export function print(element: Element): string {
  const document = create({ invalidCharReplacement: REPLACEMENT });
  append(document, element);
  return document.end({ headless: true });
}

const REPLACEMENT = '\ufffd';

/**
 * Fit for XML 1.0: what it forbids, and the noncharacters it only discourages, become U+FFFD, so that a reader sees
 * that something stood here. Emoji and all else beyond the first plane stay.
 */
export function clean(value: string): string {
  return value.replace(UNFIT, REPLACEMENT).replace(/\r\n?/g, '\n');
}

// C0 and C1 controls but tab and line ends; noncharacters of every plane; surrogates without their half.
const UNFIT =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufdd0-\ufdef\ufffe\uffff]|[\ud83f\ud87f\ud8bf\ud8ff\ud93f\ud97f\ud9bf\ud9ff\uda3f\uda7f\udabf\udaff\udb3f\udb7f\udbbf\udbff][\udffe\udfff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** An address with everything escaped that an `xs:anyURI` may not hold; what cannot be one is null. */
export function uri(value: string): string | null {
  const trimmed = clean(value.trim());
  if (!/^[a-z][a-z0-9+.-]*:\S/i.test(trimmed)) return null;
  return trimmed
    .replace(/[\s"<>\\^`{|}\u0080-\u{10ffff}]/gu, (character) => encodeURIComponent(character))
    .replace(/%(?![0-9a-f]{2})/gi, '%25');
}

function append(parent: XMLBuilder, element: Element): void {
  const node = parent.ele(element.name, element.attributes);
  if (typeof element.content === 'string') node.txt(element.content);
  else for (const child of element.content) append(node, child);
}

function present(children: Content[]): Element[] {
  return children.flat(4).filter((child): child is Element => Boolean(child) && !Array.isArray(child));
}

function given(attributes: Attributes): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) kept[name] = clean(String(value));
  }
  return kept;
}
