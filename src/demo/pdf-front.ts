import type { Metadata } from '../works/schema';
import { drawCover } from './cover';
import { a5, type FONTS } from './pdf-design';
import { fullName, keywordsIn, namesOf, type Sheet } from './pdf-sheet';
import { wordsIn } from './words';

/** What stands before the text: title page, abstracts, imprint, or the head of an article. */
export class FrontPages {
  constructor(private readonly sheet: Sheet) {}

  draw(): void {
    const { metadata } = this.sheet.work;
    switch (this.sheet.design.front) {
      case 'thesis':
        this.titlePage();
        this.sheet.doc.addPage();
        this.abstractsPage(metadata);
        break;
      case 'autoreferat':
        this.titlePage();
        this.sheet.doc.addPage();
        this.councilPage();
        this.sheet.doc.addPage();
        break;
      case 'book':
        this.sheet.quietPages.add(0);
        drawCover(this.sheet.doc, this.sheet.work);
        this.sheet.doc.addPage();
        this.imprint();
        if (!this.sheet.design.contents && !this.sheet.design.chapters) this.sheet.doc.addPage();
        break;
      case 'article':
        this.articleHead(metadata);
        break;
      case 'patent':
        this.patentHead();
        break;
      case 'sheet':
        this.sheetHead();
    }
  }

  private titlePage(): void {
    const { metadata } = this.sheet.work;
    const { doc, words } = this.sheet;
    const small = this.sheet.design.size === a5.size;
    const size = (points: number) => (small ? points * 0.78 : points);
    this.sheet.quietPages.add(0);
    const centred = (text: string, font: keyof typeof FONTS, points: number, gap = 0.4) => {
      doc.font(font).fontSize(size(points)).fillColor('#111').text(text, { align: 'center', lineGap: 3 });
      doc.moveDown(gap);
    };
    const { thesis: about } = metadata;
    if (about?.institution) centred(about.institution, 'serif', 13, 0.2);
    if (about?.department) centred(about.department, 'serif', 11.5, 1);
    doc.font('serif-italic').fontSize(size(11)).text(words.manuscript, { align: 'right' });
    const udc = metadata.subjects.find((subject) => subject.scheme === 'udc');
    if (udc) doc.font('serif').text(`${words.udc} ${udc.value}`, { align: 'right' });
    doc.y = this.sheet.pageHeight * 0.31;
    centred(namesOf(metadata, 'author').map(fullName).join(', '), 'serif-bold', 15, 1);
    centred(metadata.titles[0]!.value, 'serif-bold', 18, 1.2);
    for (const line of this.sheet.work.front) centred(line, 'serif', 12.5, 0.25);
    doc.moveDown(1.5);
    for (const name of this.sheet.named('supervisor')) {
      doc.font('serif').fontSize(size(12)).text(`${words.supervisor}: ${name}`, { align: 'right' });
    }
    doc.y = this.sheet.pageHeight - this.sheet.design.margins.bottom - size(54);
    centred(`${metadata.place ?? ''} – ${metadata.issued?.slice(0, 4) ?? ''}`, 'serif', 12.5, 0.5);
    centred(words.sample, 'serif-italic', 8.5, 0);
  }

  private councilPage(): void {
    const { metadata } = this.sheet.work;
    const { doc, words } = this.sheet;
    const lines: string[] = [];
    if (metadata.thesis?.institution) lines.push(metadata.thesis.institution);
    lines.push(...this.sheet.named('supervisor').map((name) => `${words.supervisor}: ${name}`));
    const opponents = this.sheet.named('opponent');
    if (opponents.length) lines.push(`${words.opponents}: ${opponents.join('; ')}`);
    if (metadata.thesis?.council) lines.push(words.council(metadata.thesis.council));
    if (metadata.thesis?.defendedOn) lines.push(words.defence(metadata.thesis.defendedOn));
    for (const line of lines) {
      doc
        .font('serif')
        .fontSize(this.sheet.design.body)
        .text(line, { lineGap: this.sheet.design.lead, paragraphGap: 8 });
    }
    doc.moveDown(1);
    this.abstractsPage(metadata);
  }

  private abstractsPage(metadata: Metadata, compact = false): void {
    const points = this.sheet.design.body - (compact ? 1.2 : 1);
    for (const abstract of metadata.abstracts) {
      const words = wordsIn(abstract.lang);
      const title = metadata.titles.find((each) => each.lang === abstract.lang)?.value;
      this.sheet.room(70);
      if (compact) {
        this.sheet.doc
          .font('sans-bold')
          .fontSize(points)
          .fillColor('#111')
          .text(`${words.abstract}. `, { continued: true });
        this.sheet.doc.font('serif').text(abstract.value, { lineGap: 1.6 });
      } else {
        this.sheet.doc.font('sans-bold').fontSize(this.sheet.design.body).fillColor('#111').text(words.abstract);
        if (title && title !== metadata.titles[0]!.value)
          this.sheet.doc.font('serif-italic').fontSize(points).text(title, { lineGap: 2, paragraphGap: 3 });
        this.sheet.doc
          .font('serif')
          .fontSize(points)
          .text(abstract.value, { align: 'left', lineGap: 2.4, paragraphGap: 3 });
      }
      const keywords = keywordsIn(metadata, abstract.lang);
      if (keywords.length) {
        this.sheet.doc
          .font('serif-italic')
          .fontSize(points)
          .text(`${words.keywords}: ${keywords.join(', ')}.`, { lineGap: 1.6 });
      }
      this.sheet.doc.moveDown(0.8);
    }
  }

  /** What stands on the back of a title page: description, ISBN, people, the notice. */
  private imprint(): void {
    const { metadata } = this.sheet.work;
    const { doc, words } = this.sheet;
    const small = (text: string, font: keyof typeof FONTS = 'serif', gap = 4) =>
      doc.font(font).fontSize(8.6).fillColor('#222').text(text, { lineGap: 2, paragraphGap: gap });
    const udc = metadata.subjects.find((subject) => subject.scheme === 'udc');
    const bbk = metadata.subjects.find((subject) => subject.scheme === 'bbk');
    if (udc) small(`${words.udc} ${udc.value}`, 'sans', 0);
    if (bbk) small(`ББК ${bbk.value}`, 'sans', 0);
    doc.moveDown(1);
    const authors = namesOf(metadata, 'author');
    const year = metadata.issued?.slice(0, 4) ?? '';
    small(
      [
        authors.length ? `${authors.join(', ')}. ` : '',
        `${metadata.titles[0]!.value}. – ${metadata.place ?? ''}: ${metadata.publisher ?? ''}, ${year}.`,
      ].join(''),
      'sans-bold',
      6,
    );
    const roles = ['editor', 'compiler', 'translator', 'reviewer'] as const;
    for (const role of roles) {
      const names = this.sheet.named(role);
      if (names.length) small(`${words[role]}: ${names.join(', ')}`);
    }
    for (const { scheme, value } of metadata.identifiers) {
      if (scheme !== 'url') small(`${scheme.toUpperCase()} ${value}`, 'sans', 1);
    }
    doc.moveDown(1);
    for (const abstract of metadata.abstracts) small(abstract.value, 'serif', 7);
    small(words.sample, 'serif-italic');
    if (metadata.rights.licence === 'CC-BY-4.0') small('© Achyk, Creative Commons Attribution 4.0', 'sans');
  }

  articleHead(metadata: Metadata): void {
    const { doc } = this.sheet;
    const words = wordsIn(metadata.languages[0]);
    const source = metadata.source;
    if (source?.title) {
      const place = [source.title, source.volume && `${source.volume}`, source.issue && `№ ${source.issue}`];
      const line = [...place, metadata.issued?.slice(0, 4), source.pages].filter(Boolean).join(' · ');
      doc.font('sans').fontSize(8).fillColor('#555').text(line);
      const y = doc.y + 3;
      doc.moveTo(this.sheet.left, y).lineTo(this.sheet.right, y).lineWidth(0.6).stroke(this.sheet.work.colour);
      doc.moveDown(1.2);
    }
    const udc = metadata.subjects.find((subject) => subject.scheme === 'udc');
    const doi = metadata.identifiers.find((identifier) => identifier.scheme === 'doi');
    const codes = [udc && `${words.udc} ${udc.value}`, doi && `DOI ${doi.value}`].filter(Boolean).join('    ');
    if (codes) doc.font('sans').fontSize(8.5).fillColor('#333').text(codes, { paragraphGap: 8 });
    doc.font('serif-bold').fontSize(16).fillColor('#111').text(metadata.titles[0]!.value, { lineGap: 2 });
    doc.moveDown(0.4);
    for (const author of metadata.contributors.filter((each) => each.role === 'author')) {
      doc.font('sans-bold').fontSize(10).text(fullName(author.name));
      if (author.affiliation) doc.font('serif-italic').fontSize(9).fillColor('#444').text(author.affiliation);
      doc.fillColor('#111');
    }
    for (const title of metadata.titles.slice(1)) {
      doc.moveDown(0.3).font('serif-italic').fontSize(9.5).fillColor('#444').text(title.value);
    }
    doc.fillColor('#111').moveDown(0.8);
    this.abstractsPage(metadata, true);
    doc.moveDown(0.3);
  }

  private sheetHead(): void {
    const { metadata } = this.sheet.work;
    const { doc, words } = this.sheet;
    doc.rect(0, 0, this.sheet.pageWidth, 18).fill(this.sheet.work.colour);
    const authors = metadata.contributors.filter((each) => each.role.endsWith('author'));
    for (const author of authors) {
      doc.font('sans').fontSize(10.5).fillColor('#333');
      doc.text(
        [author.role === 'author' ? fullName(author.name) : author.name, author.affiliation].filter(Boolean).join(', '),
      );
    }
    doc.moveDown(0.6).font('sans-bold').fontSize(21).fillColor(this.sheet.work.colour).text(metadata.titles[0]!.value);
    doc.fillColor('#111').moveDown(0.3);
    for (const line of this.sheet.work.front) doc.font('serif-italic').fontSize(11).text(line, { lineGap: 2 });
    const udc = metadata.subjects.find((subject) => subject.scheme === 'udc');
    const line = [udc && `${words.udc} ${udc.value}`, metadata.publisher, metadata.issued].filter(Boolean).join(' · ');
    doc.font('sans').fontSize(9).fillColor('#555').text(line, { lineGap: 2 });
    doc.font('serif-italic').fontSize(8.5).text(words.sample);
    doc.fillColor('#111').moveDown(1.2);
    this.abstractsPage(metadata);
  }

  /** The first page of a patent description, with the codes of WIPO ST.9. */
  private patentHead(): void {
    const { metadata } = this.sheet.work;
    const { doc, words } = this.sheet;
    const row = (code: string, text: string, font: keyof typeof FONTS = 'serif') => {
      const y = doc.y;
      doc.font('sans-bold').fontSize(9).fillColor('#333').text(`(${code})`, this.sheet.left, y, { width: 34 });
      doc
        .font(font)
        .fontSize(10.5)
        .fillColor('#111')
        .text(text, this.sheet.left + 38, y, {
          width: this.sheet.textWidth - 38,
          lineGap: 2,
          paragraphGap: 4,
        });
      doc.x = this.sheet.left;
    };
    for (const line of this.sheet.work.front) doc.font('sans-bold').fontSize(12).text(line, { align: 'center' });
    doc.moveDown(1);
    const number = metadata.identifiers.find((identifier) => identifier.scheme === 'other');
    if (number) row('11', number.value, 'sans-bold');
    for (const subject of metadata.subjects.filter((each) => each.scheme === 'udc'))
      row('51', `${words.udc} ${subject.value}`);
    row('45', metadata.issued ?? '');
    row('72', namesOf(metadata, 'author').map(fullName).join(', '));
    row('73', metadata.contributors.find((each) => each.role === 'corporate-author')?.name ?? metadata.publisher ?? '');
    row('54', metadata.titles[0]!.value, 'serif-bold');
    for (const abstract of metadata.abstracts) row('57', abstract.value);
    doc.moveDown(0.5).font('serif-italic').fontSize(8.5).fillColor('#444').text(words.sample);
    doc.fillColor('#111').moveDown(1);
  }
}
