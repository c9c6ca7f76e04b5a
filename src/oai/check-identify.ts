import type { Answer, Inquiry } from './check-inquiry';
import { isEmail } from './email';
import type { Xml } from './xml-tree';

/** What the endpoint says of itself, and whether GET and POST are alike. */
export async function identify(inquiry: Inquiry): Promise<void> {
  const answer = await inquiry.ask([['verb', 'Identify']]);
  const identify = answer.root.child('Identify');
  if (!identify) return inquiry.broken(answer, '4.2', 'Identify is answered without an Identify element.');
  const one = (name: string) => identify.children(name)[0]?.text ?? '';
  for (const name of [
    'repositoryName',
    'baseURL',
    'protocolVersion',
    'adminEmail',
    'earliestDatestamp',
    'deletedRecord',
    'granularity',
  ]) {
    if (one(name) === '') inquiry.broken(answer, '4.2', `${name} is missing or empty.`);
  }
  if (one('protocolVersion') !== '2.0') inquiry.broken(answer, '4.2', 'protocolVersion is not 2.0.');
  if (one('baseURL') && one('baseURL') !== inquiry.baseUrl) {
    inquiry.doubt(answer, '4.2', `baseURL is ${one('baseURL')}, not the address that was asked.`);
  }
  for (const email of identify.children('adminEmail')) {
    if (!isEmail(email.text)) inquiry.broken(answer, '4.2', `adminEmail ${email.text} is no address.`);
  }
  if (!['YYYY-MM-DD', 'YYYY-MM-DDThh:mm:ssZ'].includes(one('granularity'))) {
    inquiry.broken(answer, '3.3.1', `granularity ${one('granularity')} is neither of the two.`);
  } else inquiry.granularity = one('granularity');
  if (!inquiry.stamp.test(one('earliestDatestamp'))) {
    inquiry.broken(answer, '4.2', `earliestDatestamp ${one('earliestDatestamp')} is not of the granularity declared.`);
  } else inquiry.earliest = one('earliestDatestamp');
  if (!['no', 'transient', 'persistent'].includes(one('deletedRecord'))) {
    inquiry.broken(answer, '2.5.1', `deletedRecord ${one('deletedRecord')} is none of no, transient, persistent.`);
  }
  inquiry.keepsDeleted = one('deletedRecord') !== 'no';
  if (one('deletedRecord') === 'no')
    inquiry.doubt(answer, '2.5.1', 'Deletions are not told: what is gone stays in portals for ever.');
  for (const description of identify.children('description')) checkDescription(inquiry, answer, description);

  const asked = identify.children('compression').map((element) => element.text);
  for (const encoding of ['gzip', 'deflate'].filter((name) => asked.includes(name))) {
    await inquiry.attempt(async () => {
      const { response } = await inquiry.whole([['verb', 'Identify']], { headers: { 'Accept-Encoding': encoding } });
      if (response.headers.get('content-encoding') !== encoding) {
        inquiry.broken(answer, '3.1.3', `${encoding} is declared as compression and not given when it is asked for.`);
      }
    });
  }
  await inquiry.attempt(async () => {
    const posted = await inquiry.ask([['verb', 'Identify']], 'POST');
    if (posted.root.child('Identify')?.text !== identify.text) {
      inquiry.broken(posted, '3.1.1', 'POST is answered differently from GET.');
    }
  });
}

function checkDescription(inquiry: Inquiry, answer: Answer, description: Xml): void {
  const container = description.elements()[0];
  if (!container) {
    inquiry.broken(answer, '4.2', 'A description is empty.');
    return;
  }
  if (!container.attribute('schemaLocation')) {
    inquiry.broken(answer, '4.2', `The description ${container.name} names no schema (xsi:schemaLocation).`);
  }
  if (container.name === 'oai-identifier') {
    const id = container.children('repositoryIdentifier', null)[0]?.text ?? '';
    if (!/^[a-zA-Z][a-zA-Z0-9-]*(\.[a-zA-Z][a-zA-Z0-9-]*)+$/.test(id)) {
      inquiry.broken(answer, 'oai-identifier', `repositoryIdentifier ${id} is no domain name with a dot.`);
    }
  }
}
