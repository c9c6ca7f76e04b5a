import yazl from 'yazl';

const OFFICE = 'http://schemas.openxmlformats.org';
const RELATIONS = `${OFFICE}/officeDocument/2006/relationships`;
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const WORD = `xmlns:w="${OFFICE}/wordprocessingml/2006/main" xmlns:r="${RELATIONS}"`;

/** A run of text; `look` is what Word writes for it, as `<w:b/>`. */
export const run = (text: string, look = ''): string =>
  `<w:r>${look ? `<w:rPr>${look}</w:rPr>` : ''}<w:t xml:space="preserve">${text}</w:t></w:r>`;

/** A paragraph of runs, in one of Word's styles (`Heading1`, `Title`), or an item of list 1 (bullets) or 2 (numbers). */
export const paragraph = (runs: string, style?: string, list?: 1 | 2): string => {
  const numbered = list ? `<w:numPr><w:ilvl w:val="0"/><w:numId w:val="${list}"/></w:numPr>` : '';
  const properties = style || list ? `<w:pPr>${style ? `<w:pStyle w:val="${style}"/>` : ''}${numbered}</w:pPr>` : '';
  return `<w:p>${properties}${runs}</w:p>`;
};

export const footnoteMark = (number: number): string =>
  `<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="${number}"/></w:r>`;

export const table = (rows: string[][]): string =>
  `<w:tbl><w:tblPr/>${rows
    .map((cells, i) => {
      const head = i === 0 ? '<w:trPr><w:tblHeader/></w:trPr>' : '';
      return `<w:tr>${head}${cells.map((cell) => `<w:tc>${paragraph(run(cell))}</w:tc>`).join('')}</w:tr>`;
    })
    .join('')}</w:tbl>`;

/** A link that leads out. Its address is `links[n]` of the document. */
export const hyperlink = (number: number, text: string): string =>
  `<w:hyperlink r:id="rLink${number}">${run(text)}</w:hyperlink>`;

const DRAWING = 'http://schemas.openxmlformats.org/drawingml/2006';

/** A picture in a run. It is `pictures[n]` of the document. */
export const drawing = (number: number, alt = ''): string =>
  `<w:r><w:drawing><wp:inline xmlns:wp="${DRAWING}/wordprocessingDrawing"><wp:docPr id="${number}" name="x" descr="${alt}"/><a:graphic xmlns:a="${DRAWING}/main"><a:graphicData uri="${DRAWING}/picture"><pic:pic xmlns:pic="${DRAWING}/picture"><pic:blipFill><a:blip r:embed="rPicture${number}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>`;

/** A Word document with this body; `footnotes` counted from 1. */
export async function docx(
  body: string,
  {
    footnotes = [],
    links = [],
    pictures = [],
  }: { footnotes?: string[]; links?: string[]; pictures?: { ending: string; content: Buffer }[] } = {},
): Promise<Buffer> {
  const style = (id: string, name: string) =>
    `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${name}"/></w:style>`;
  const level = (format: string) => `<w:lvl w:ilvl="0"><w:numFmt w:val="${format}"/></w:lvl>`;
  const relation = (id: string, kind: string, target: string, mode = '') =>
    `<Relationship Id="${id}" Type="${RELATIONS}/${kind}" Target="${target}"${mode}/>`;
  const main = 'application/vnd.openxmlformats-officedocument.wordprocessingml';
  const part = (name: string, kind: string) =>
    `<Override PartName="/word/${name}.xml" ContentType="${main}.${kind}+xml"/>`;
  const entries: Record<string, string> = {
    '[Content_Types].xml': `${XML}<Types xmlns="${OFFICE}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="png" ContentType="image/png"/><Default Extension="svg" ContentType="image/svg+xml"/>${part('document', 'document.main')}${part('styles', 'styles')}${part('numbering', 'numbering')}${part('footnotes', 'footnotes')}</Types>`,
    '_rels/.rels': `${XML}<Relationships xmlns="${OFFICE}/package/2006/relationships">${relation('r1', 'officeDocument', 'word/document.xml')}</Relationships>`,
    'word/_rels/document.xml.rels': `${XML}<Relationships xmlns="${OFFICE}/package/2006/relationships">${relation('r1', 'styles', 'styles.xml')}${relation('r2', 'numbering', 'numbering.xml')}${relation('r3', 'footnotes', 'footnotes.xml')}${links.map((href, i) => relation(`rLink${i + 1}`, 'hyperlink', href, ' TargetMode="External"')).join('')}${pictures.map(({ ending }, i) => relation(`rPicture${i + 1}`, 'image', `media/${i + 1}.${ending}`)).join('')}</Relationships>`,
    'word/styles.xml': `${XML}<w:styles ${WORD}>${style('Title', 'Title')}${style('Heading1', 'heading 1')}${style('Heading2', 'heading 2')}</w:styles>`,
    'word/numbering.xml': `${XML}<w:numbering ${WORD}><w:abstractNum w:abstractNumId="1">${level('bullet')}</w:abstractNum><w:abstractNum w:abstractNumId="2">${level('decimal')}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num></w:numbering>`,
    'word/footnotes.xml': `${XML}<w:footnotes ${WORD}>${footnotes.map((text, i) => `<w:footnote w:id="${i + 1}">${paragraph(run(text))}</w:footnote>`).join('')}</w:footnotes>`,
    'word/document.xml': `${XML}<w:document ${WORD}><w:body>${body}</w:body></w:document>`,
  };
  const zip = new yazl.ZipFile();
  for (const [name, xml] of Object.entries(entries)) zip.addBuffer(Buffer.from(xml), name);
  for (const [i, { ending, content }] of pictures.entries()) zip.addBuffer(content, `word/media/${i + 1}.${ending}`);
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
