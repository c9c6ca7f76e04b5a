import type { Work } from '../src/works/work';
import { openTestApp, type TestApp } from './support/app';
import { samplePdf } from './support/sample-pdf';

let app: TestApp;
let work: Work;
let pdf: Buffer;
let address: string;

beforeAll(async () => {
  app = await openTestApp();
  pdf = await samplePdf(['Бир', 'Эки']);
  work = await app.published({
    files: [{ name: 'Өрөөн (1).pdf', mediaType: 'application/pdf', content: pdf }],
  });
  address = `/works/${work.id}/files/${work.files[0]!.id}/${encodeURIComponent('Өрөөн (1).pdf')}`;
});

describe('the PDF itself', () => {
  test('is shown by the browser: inline, in parts where it asks for parts, with nothing that stops its viewer', async () => {
    const whole = await app.browse().get(address).expect(200);
    expect(whole.headers).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition': expect.stringMatching(/^inline; .*filename\*=UTF-8''%D3%A8/),
      'accept-ranges': 'bytes',
      'content-length': String(pdf.length),
      'x-content-type-options': 'nosniff',
      'content-security-policy': "frame-ancestors 'self'", // a sandbox, or object-src 'none', would leave it blank
      'cache-control': 'private, no-cache, no-transform',
    });
  });

  test('is saved where saving is asked for', async () => {
    const { headers } = await app.browse().get(`${address}?download`).expect(200);
    expect(headers['content-disposition']).toMatch(/^attachment; filename="_____ \(1\)\.pdf"/);
    expect(headers['content-security-policy']).toBe("default-src 'none'; sandbox");
  });

  test('is offered both ways on the page of its work and in the reader, there at the page that is open', async () => {
    const { text: page } = await app.browse().get(`/works/${work.id}`).expect(200);
    expect(page).toContain(`href="${address}"`);
    expect(page).toContain(`href="${address}?download"`);
    const { text: reader } = await app
      .browse()
      .get(`/works/${work.id}/files/${work.files[0]!.id}/read?page=2&q=эки`)
      .expect(200);
    expect(reader).toContain(`href="${address}#page=2"`);
    expect(reader).toContain(`href="${address}?download"`);
  });
});
