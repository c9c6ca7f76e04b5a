import type { SampleWork } from './library';
import type { Pdf } from './pdf-sheet';

/** A book's cover in the work's colour, with a border of felt-carpet horns and diamonds drawn from the work's key. */
export function drawCover(doc: Pdf, work: SampleWork): void {
  const { width, height } = doc.page;
  const { metadata } = work;
  doc.rect(0, 0, width, height).fill(work.colour);
  const unit = width / 14;
  const kind = [...work.key].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 3;
  for (let i = 0; i < 14; i++) {
    for (const y of [height - unit * 2.1, height - unit * 4.1]) ornament(doc, i * unit, y, unit, kind, y);
  }
  doc.rect(0, height - unit * 4.9, width, 1.6).fill('#f4efe2');
  doc.rect(0, height - unit * 0.55, width, 1.6).fill('#f4efe2');
  const margin = 40;
  const authors = metadata.contributors
    .filter((each) => each.role === 'author')
    .map((each) => each.name.replace(/,/, ''));
  doc.fillColor('#f4efe2').font('sans').fontSize(11);
  doc.text(authors.join('\n') || (metadata.publisher ?? ''), margin, 58, { width: width - 2 * margin, lineGap: 2 });
  const title = metadata.titles[0]!.value;
  doc
    .font('serif-bold')
    .fontSize(title.length > 70 ? 20 : 25)
    .fillColor('#ffffff');
  doc.text(title, margin, height * 0.22, { width: width - 2 * margin, lineGap: 4 });
  doc.moveDown(0.6).font('sans').fontSize(11).fillColor('#f4efe2');
  for (const line of work.front) doc.text(line, { width: width - 2 * margin, lineGap: 2 });
  doc.fontSize(10).text(`${metadata.place ?? ''} ${metadata.issued?.slice(0, 4) ?? ''}`, margin, height - unit * 6, {
    width: width - 2 * margin,
    lineBreak: false,
  });
  doc.x = doc.page.margins.left;
  doc.y = doc.page.margins.top;
}

function ornament(doc: Pdf, x: number, y: number, unit: number, kind: number, seed: number): void {
  const middle = x + unit / 2;
  doc.fillColor(seed % 2 < 1 ? '#f4efe2' : '#e3b75c').fillOpacity(0.88);
  if (kind === 0) {
    doc
      .polygon([middle, y], [x + unit * 0.95, y + unit / 2], [middle, y + unit], [x + unit * 0.05, y + unit / 2])
      .fill();
    doc.fillColor('#2b2b2b').fillOpacity(0.35);
    doc.polygon(
      [middle, y + unit * 0.3],
      [x + unit * 0.7, y + unit / 2],
      [middle, y + unit * 0.7],
      [x + unit * 0.3, y + unit / 2],
    );
    doc.fill();
  } else if (kind === 1) {
    doc.path(`M ${x} ${y + unit} Q ${middle} ${y - unit * 0.6} ${x + unit} ${y + unit} Z`).fill();
    doc
      .fillColor('#2b2b2b')
      .fillOpacity(0.35)
      .circle(middle, y + unit * 0.72, unit * 0.16)
      .fill();
  } else {
    doc.path(
      `M ${x + unit * 0.08} ${y + unit} L ${x + unit * 0.08} ${y + unit * 0.2} L ${middle} ${y + unit * 0.62} L ${x + unit * 0.92} ${y + unit * 0.2} L ${x + unit * 0.92} ${y + unit} Z`,
    );
    doc.fill();
  }
  doc.fillOpacity(1);
}
