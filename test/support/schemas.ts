import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { validateXML, type XMLFileInfo } from 'xmllint-wasm';
import { sharedFolder } from './shared';

/**
 * The official schemas as judge. `driver` is the file that imports the others: `all` holds the OAI-PMH envelope and
 * every payload; the strict ones hold one payload each without a neighbour's namesakes.
 */
export function officialSchemas(): null | {
  /** What is wrong with the documents, each line led by the document's name; empty when all are valid. */
  faults(
    documents: Record<string, string>,
    driver?: 'all' | 'openaire40-strict' | 'datacite46-strict',
  ): Promise<string[]>;
} {
  const folder = sharedFolder('xsd');
  if (!folder) {
    console.log('Skipped: the folder of official schemas (../shared/xsd) is not here, so nothing judges the XML.');
    return null;
  }
  const schemas = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.xsd'))
    .map((name) => ({
      fileName: flat(name),
      contents: flattened(readFileSync(path.join(folder, name), 'utf8'), name),
    }));
  schemas.push({
    fileName: 'marcxchange.xsd',
    contents: readFileSync(path.join(__dirname, '../../../test/support/marcxchange.xsd'), 'utf8'),
  });

  return {
    async faults(documents, driver = 'all') {
      const found: string[] = [];
      const names = Object.keys(documents);
      for (let at = 0; at < names.length; at += 150) {
        const xml = names.slice(at, at + 150).map(
          (name, i): XMLFileInfo => ({
            fileName: `document-${at + i}.xml`,
            contents: documents[name]!,
          }),
        );
        const schema = schemas.find(({ fileName }) => fileName === `${driver}.xsd`)!;
        const result = await validateXML({
          xml,
          schema: driver === 'all' ? { ...schema, contents: withMarcXchange(schema.contents) } : schema,
          preload: schemas.filter(({ fileName }) => fileName !== `${driver}.xsd`),
          initialMemoryPages: 1024,
          maxMemoryPages: 16384,
        });
        if (result.valid) continue;
        for (const { rawMessage } of result.errors) {
          found.push(rawMessage.replace(/document-(\d+)\.xml/, (_, i) => names[Number(i)]!));
        }
        if (result.errors.length === 0) found.push(result.rawOutput);
      }
      return found;
    },
  };
}

const flat = (name: string) => name.replaceAll('/', '--');

/** The same schema with its neighbours' addresses as the validator's flat memory file system knows them. */
function flattened(schema: string, name: string): string {
  return schema.replace(/schemaLocation="([^":]+\.xsd)"/g, (_, location) => {
    return `schemaLocation="${flat(path.posix.join(path.posix.dirname(name), location))}"`;
  });
}

const withMarcXchange = (driver: string) =>
  driver.replace(
    '</xs:schema>',
    '<xs:import namespace="info:lc/xmlns/marcxchange-v1" schemaLocation="marcxchange.xsd"/></xs:schema>',
  );
