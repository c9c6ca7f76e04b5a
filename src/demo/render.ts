import { docxOf, htmlOf } from './document';
import type { SampleLibrary, SampleWork } from './library';
import { pdfOf } from './pdf';
import { scanOf } from './scan';

/** The bytes of a sample work's file, made of its text: the same every time. */
export async function fileOf(work: SampleWork, library: SampleLibrary): Promise<Buffer> {
  switch (work.file.format) {
    case 'pdf':
      return pdfOf(
        work,
        work.parts.map((key) => library.works.find((other) => other.key === key)!),
      );
    case 'scan':
      return scanOf(work);
    case 'docx':
      return docxOf(work);
    case 'html':
      return htmlOf(work);
  }
}
