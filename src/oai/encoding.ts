export type Encoding = 'gzip' | 'deflate' | 'identity';

/** Of what an Accept-Encoding header allows, what its q-values like best; gzip where it likes two alike (RFC 9110 §12.5.3). */
export function encodingOf(header: string | undefined): Encoding {
  const wishes = new Map<string, number>();
  for (const part of (header ?? '').split(',').slice(0, 20)) {
    const [name, ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    if (!name) continue;
    const q = parameters.find((parameter) => /^q\s*=/.test(parameter))?.replace(/^q\s*=\s*/, '');
    const value = q === undefined ? 1 : /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(q) ? Number(q) : 0;
    wishes.set(name === 'x-gzip' ? 'gzip' : name, value);
  }
  const wish = (name: Encoding) => wishes.get(name) ?? wishes.get('*') ?? (name === 'identity' ? 0.001 : 0);
  const [best] = (['gzip', 'deflate', 'identity'] as const)
    .map((name) => ({ name, q: wish(name) }))
    .sort((a, b) => b.q - a.q);
  return best && best.q > 0 ? best.name : 'identity';
}
