import type { MetadataFormat } from './format';
import { mods, modsElement } from './mods';
import { coarAccess } from './vocabulary';
import { group, print, some, text, uri } from './xml';

/** METS: the description in MODS, and the files with their checksums and where they may be fetched. */
export const mets: MetadataFormat = {
  prefix: 'mets',
  name: 'METS',
  file: __filename,
  schema: 'http://www.loc.gov/standards/mets/mets.xsd',
  namespace: 'http://www.loc.gov/METS/',

  serialise(record) {
    const roles = [...new Set(record.files.map((file) => file.role))];
    // A response holds many records: what is an ID must be one in all of them.
    const fileId = (id: number) => `file-${id}`;
    const descriptionId = `description-${record.id}`;
    return print(
      group(
        'mets:mets',
        {
          'xmlns:mets': mets.namespace,
          'xmlns:mods': mods.namespace,
          'xmlns:xlink': 'http://www.w3.org/1999/xlink',
          'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
          'xsi:schemaLocation': `${mets.namespace} ${mets.schema} ${mods.namespace} ${mods.schema}`,
          OBJID: record.identifier,
          TYPE: record.metadata.type,
          LABEL: record.metadata.titles[0]?.value,
        },
        group(
          'mets:metsHdr',
          { CREATEDATE: seconds(record.publishedAt), LASTMODDATE: seconds(record.updatedAt) },
          group(
            'mets:agent',
            { ROLE: 'CUSTODIAN', TYPE: 'ORGANIZATION' },
            text('mets:name', record.repository.name),
            text('mets:note', record.repository.baseUrl),
          ),
          text('mets:altRecordID', record.landingUrl, { TYPE: 'URL' }),
        ),
        group(
          'mets:dmdSec',
          { ID: descriptionId },
          group(
            'mets:mdWrap',
            { MDTYPE: 'MODS', MDTYPEVERSION: '3.7', MIMETYPE: 'text/xml' },
            group('mets:xmlData', {}, modsElement(record)),
          ),
        ),
        some(
          'mets:fileSec',
          {},
          roles.map((role) =>
            group(
              'mets:fileGrp',
              { USE: GROUPS[role] ?? role.toUpperCase() },
              record.files
                .filter((file) => file.role === role)
                .map((file) =>
                  group(
                    'mets:file',
                    {
                      ID: fileId(file.id),
                      MIMETYPE: file.mediaType,
                      SIZE: file.size,
                      ...(file.sha512 ? { CHECKSUM: file.sha512, CHECKSUMTYPE: 'SHA-512' } : {}),
                      USE: coarAccess(file.access).label,
                    },
                    file.url && {
                      name: 'mets:FLocat',
                      attributes: {
                        LOCTYPE: 'URL',
                        'xlink:type': 'simple',
                        'xlink:href': uri(file.url) ?? file.url,
                        'xlink:title': file.name,
                      },
                      content: [],
                    },
                  ),
                ),
            ),
          ),
        ),
        group(
          'mets:structMap',
          { TYPE: 'LOGICAL' },
          group(
            'mets:div',
            { DMDID: descriptionId, TYPE: record.metadata.type, LABEL: record.metadata.titles[0]?.value },
            record.files.map((file, i) =>
              group(
                'mets:div',
                { TYPE: file.role, ORDER: i + 1 },
                { name: 'mets:fptr', attributes: { FILEID: fileId(file.id) }, content: [] },
              ),
            ),
          ),
        ),
      ),
    );
  },
};

const GROUPS: Partial<Record<string, string>> = { main: 'CONTENT', cover: 'THUMBNAIL', supplement: 'SUPPLEMENT' };
const seconds = (instant: string) => `${instant.slice(0, 19)}Z`;
