import { openTestApp, type TestApp } from './support/app';
import { openMailbox } from './support/mailbox';

let mailbox: Awaited<ReturnType<typeof openMailbox>>;
let app: TestApp;
beforeEach(async () => {
  mailbox = await openMailbox();
  app = await openTestApp({ SMTP_URL: mailbox.url, MAIL_FROM: 'library@library.test', REPOSITORY_NAME: 'Ачык' });
});
afterEach(async () => {
  await app.close();
  await mailbox.close();
});

async function submitted() {
  await app.account('reviewer');
  const work = await app.draft();
  await app.runner.drain();
  await app.house.deposits.submit(work.id, await app.visitor('depositor'), { licenceAccepted: true });
  await app.runner.drain();
  return work.id;
}

test('what is submitted is told to the librarians, each in his language', async () => {
  const { accounts } = app.house;
  await accounts.change((await app.account('administrator')).id, { language: 'ky' });
  const id = await submitted();
  expect(mailbox.letters.map((letter) => letter.to[0]).sort()).toEqual([
    'administrator@library.test',
    'reviewer@library.test',
  ]);
  const inEnglish = mailbox.letters.find((letter) => letter.to[0] === 'reviewer@library.test')!;
  expect(inEnglish).toMatchObject({
    from: 'library@library.test',
    subject: 'A work waits for review: Мөңгүлөр жана суу',
  });
  expect(inEnglish.text).toContain(`http://library.test/review/${id}`);
  expect(inEnglish.headers).toMatch(/^Content-Type: text\/plain/m);
  expect(inEnglish.headers).toMatch(/^Auto-Submitted: auto-generated$/m);
  const inKyrgyz = mailbox.letters.find((letter) => letter.to[0] === 'administrator@library.test')!;
  expect(inKyrgyz.subject).toContain('Текшерүүгө жаңы эмгек келди');
});

test.each([
  ['accept', /^Your work is published/, '/works/'],
  ['return', /^Your work needs some mending/, '/deposit/'],
  ['reject', /^Your work was not accepted/, '/deposit/'],
] as const)('the depositor is told of: %s', async (act, subject, link) => {
  const id = await submitted();
  mailbox.letters.length = 0;
  await app.house.deposits[act](id, await app.visitor('reviewer'), 'Титул барак жок.');
  await app.runner.drain();
  const [letter, ...others] = mailbox.letters;
  expect(others).toEqual([]);
  expect(letter!.to).toEqual(['depositor@library.test']);
  expect(letter!.subject).toMatch(subject);
  expect(letter!.text).toContain(`http://library.test${link}${id}`);
  if (act !== 'accept') expect(letter!.text).toContain('Титул барак жок.');
});

test('the depositor is told when his work is withdrawn, and why', async () => {
  const id = await submitted();
  await app.house.deposits.accept(id, await app.visitor('reviewer'));
  await app.runner.drain();
  mailbox.letters.length = 0;
  await app.house.deposits.withdraw(id, await app.visitor('reviewer'), 'Автордун өтүнүчү.');
  await app.runner.drain();
  expect(mailbox.letters.map((letter) => letter.to[0])).toEqual(['depositor@library.test']);
  expect(mailbox.letters[0]!.text).toContain('Автордун өтүнүчү.');
});

test('a title with line breaks cannot add a header', async () => {
  const id = await submitted();
  mailbox.letters.length = 0;
  const { works, deposits } = app.house;
  await works.drafts.save(
    id,
    { ...(await works.drafts.of(id))!.metadata, titles: [{ value: 'a\r\nBcc: evil@example.com', lang: 'ky' }] },
    null,
  );
  await deposits.return(id, await app.visitor('reviewer'), 'x');
  await app.runner.drain();
  expect(mailbox.letters[0]!.to).toEqual(['depositor@library.test']);
  expect(mailbox.letters[0]!.headers).not.toMatch(/^Bcc/m);
});

test('a link for a new password comes by mail, works, and stands nowhere in the database', async () => {
  const { accounts, jobs } = app.house;
  await app.account('depositor');
  const ask = (email: string) =>
    app.browse().post('/sign-in/forgotten').set('Sec-Fetch-Site', 'same-origin').type('form').send({ email });
  const known = await ask('depositor@library.test');
  const unknown = await ask('nobody@library.test');
  expect([unknown.status, unknown.headers.location]).toEqual([known.status, known.headers.location]);
  expect(JSON.stringify(await jobs.list())).not.toContain('/welcome/');
  await app.runner.drain();
  expect(mailbox.letters).toHaveLength(1);
  const secret = /\/welcome\/(\S+)/.exec(mailbox.letters[0]!.text)![1]!;
  await accounts.useLink(secret, 'another long phrase');
  expect(await accounts.signIn('depositor@library.test', 'another long phrase')).not.toBeNull();
});

test('without a mail server no letter is promised, and the page says whom to ask', async () => {
  const silent = await openTestApp();
  const work = await silent.draft();
  await silent.runner.drain();
  await silent.account('reviewer');
  await silent.house.deposits.submit(work.id, await silent.visitor('depositor'), { licenceAccepted: true });
  expect((await silent.house.jobs.list()).filter((job) => job.kind === 'send-mail')).toEqual([]);
  const { text } = await silent.browse().get('/sign-in/forgotten?lang=en').expect(200);
  expect(text).toContain('does not send mail');
});

test('a letter that the server refuses is tried again later, and the act stands', async () => {
  const id = await submitted();
  mailbox.letters.length = 0;
  await mailbox.close();
  await app.house.deposits.return(id, await app.visitor('reviewer'), 'x');
  await expect(app.runner.drain()).rejects.toThrow('send-mail');
  expect((await app.house.works.drafts.of(id))!.state).toBe('returned');
  expect((await app.house.jobs.list()).map((job) => [job.kind, job.state])).toContainEqual(['send-mail', 'waiting']);
  mailbox = await openMailbox();
});
