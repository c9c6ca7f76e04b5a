// Every format the repository speaks: one line each.

export { marcxml } from './marcxml';
export { mets } from './mets';
export { mods } from './mods';
export { oaiDatacite } from './oai-datacite';
export { oaiDc } from './oai-dc';
export { oaiEtdms } from './oai-etdms';
export { oaiOpenaire } from './oai-openaire';
export { qdc } from './qdc';
export { rusmarc } from './rusmarc';
