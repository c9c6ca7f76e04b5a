/** The most bytes of UTF-8 that ext4, XFS, NTFS and APFS all take as one name. */
const MOST_BYTES = 255;

const FORBIDDEN = /[<>:"/\\|?*\u0000-\u001f\u007f-\u009f]/g;
// Characters nobody sees that turn "fdp.exe" into "exe.pdf" before the reader's eyes, and noncharacters.
const INVISIBLE = /[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff]/g;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

/**
 * The name a person gave a file, made into one that every file system takes and that names nothing outside its
 * folder: no path, no control or invisible characters, no Windows device, at most 255 bytes, its ending kept.
 */
export function safeName(given: string, fallback = 'file'): string {
  const last = given.replace(LONE_SURROGATE, '').normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  let name = last
    .replace(INVISIBLE, '')
    .replace(FORBIDDEN, '_')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[. ]+$/, '');
  if (/^\.*$/.test(name)) name = fallback;
  if (name.startsWith('.')) name = `_${name.slice(1)}`;
  if (DEVICE.test(name)) name = `_${name}`;
  return shortened(name, MOST_BYTES);
}

/** `name`, or `name (2)`, `name (3)`… when it is taken; upper and lower case are one name, as on Windows and macOS. */
export function uniqueName(name: string, taken: Iterable<string>): string {
  const others = new Set([...taken].map((each) => each.normalize('NFC').toLowerCase()));
  for (let i = 1; ; i++) {
    const mark = i === 1 ? '' : ` (${i})`;
    const { stem, ending } = split(name);
    const candidate = shortened(stem, MOST_BYTES - Buffer.byteLength(mark + ending)) + mark + ending;
    if (!others.has(candidate.normalize('NFC').toLowerCase())) return candidate;
  }
}

function shortened(name: string, mostBytes: number): string {
  if (Buffer.byteLength(name) <= mostBytes) return name;
  const { stem, ending } = split(name);
  const room = mostBytes - Buffer.byteLength(ending);
  let kept = '';
  let bytes = 0;
  // By what a reader sees as one letter, so that no letter loses its accent.
  for (const { segment } of new Intl.Segmenter().segment(stem)) {
    bytes += Buffer.byteLength(segment);
    if (bytes > room) break;
    kept += segment;
  }
  return kept.trimEnd() + ending;
}

/** An ending is what follows the last full stop, if it is as short as endings are. */
function split(name: string): { stem: string; ending: string } {
  const at = name.lastIndexOf('.');
  if (at <= 0 || Buffer.byteLength(name) - Buffer.byteLength(name.slice(0, at)) > 32) return { stem: name, ending: '' };
  return { stem: name.slice(0, at), ending: name.slice(at) };
}
