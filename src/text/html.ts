import sanitizeHtml from 'sanitize-html';
import type { TextPage } from './page';
import { plainPage } from './page';
import { cutAtParagraphs, tidy } from './plain-text';

const BLOCKS =
  'address article aside blockquote caption center dd details div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr legend li main nav ol p pre section summary table tr ul';
const BLOCK = new RegExp(`^(${BLOCKS.replaceAll(' ', '|')})$`);

/** Pages of the text of an HTML document: no markup, no scripts, no styles; paragraphs stay apart. */
export function htmlToPage(html: string): TextPage[] {
  return cutAtParagraphs(textOfHtml(html)).map((piece, i) => plainPage(i + 1, tidy(piece)));
}

export function textOfHtml(html: string): string {
  let text = '';
  sanitizeHtml(html, {
    allowedTags: false,
    allowedAttributes: {},
    allowVulnerableTags: true, // nothing of the result is used but the text handed to the callbacks below
    nonTextTags: ['script', 'style', 'template', 'noscript', 'textarea', 'option'],
    onOpenTag: (name) => {
      if (name === 'br') text += '\n';
      else if (name === 'td' || name === 'th') text += '\t';
      else if (BLOCK.test(name)) text += '\n\n';
    },
    onCloseTag: (name) => {
      if (BLOCK.test(name)) text += '\n\n';
    },
    textFilter: (escaped, tag) => {
      if (tag === 'title') return '';
      const plain = unescapeHtml(escaped);
      text += tag === 'pre' ? plain : plain.replace(/[ \t\r\n]+/g, ' ');
      return '';
    },
  });
  return text
    .replace(/[ \t]*\n[ \t]*/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

const unescapeHtml = (text: string) =>
  text.replace(
    /&(amp|lt|gt|quot|#39);/g,
    (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" })[name]!,
  );
