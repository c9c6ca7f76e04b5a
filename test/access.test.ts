import { mayDownload, mayEdit, mayReadFile, readableSql } from '../src/access/access';
import { nobody, ROLES, type Visitor } from '../src/accounts/visitor';
import { ACCESS_LEVELS, type Access, FILE_ROLES } from '../src/works/schema';
import { openTestApp } from './support/app';

const TODAY = '2026-03-10';
const DAYS = [null, '2026-03-09', TODAY, '2026-03-11'];
const ACCESSES: Access[] = ACCESS_LEVELS.flatMap((level) =>
  DAYS.flatMap((openFrom) => [true, false].map((viewOnly) => ({ level, openFrom, viewOnly }))),
);
const OWNERS = [1, 2, null];
const STATES = ['unpublished', 'published', 'withdrawn'] as const;
const SCANS = ['waiting', 'clean', 'infected', 'unscanned', 'failed'] as const;

const VISITORS: Visitor[] = [true, false].flatMap((onCampus) => [
  { ...nobody, onCampus },
  ...ROLES.flatMap((role) => [1, 2].map((accountId) => ({ accountId, role, name: 'x', onCampus }))),
]);

interface Case {
  ownerId: number | null;
  state: (typeof STATES)[number];
  access: Access;
  own: Access | null;
  scan: (typeof SCANS)[number];
  role: (typeof FILE_ROLES)[number];
}

/** Every state, owner, scan and kind of file, under every access of the work, and of the file where it has its own. */
function* cases(): Generator<Case> {
  const pairs: [Access, Access | null][] = [
    ...ACCESSES.map((access): [Access, null] => [access, null]),
    // An access of its own decides alone: two works under it are enough to see that the work's does not.
    ...ACCESSES.flatMap((own): [Access, Access][] => [
      [{ level: 'open', openFrom: null, viewOnly: false }, own],
      [{ level: 'closed', openFrom: '2026-03-11', viewOnly: true }, own],
    ]),
  ];
  for (const [access, own] of pairs)
    for (const state of STATES)
      for (const ownerId of OWNERS)
        for (const scan of SCANS) for (const role of FILE_ROLES) yield { ownerId, state, access, own, scan, role };
}

const facts = ({ ownerId, state, access }: Case) => ({
  ownerId,
  state: state === 'unpublished' ? ('draft' as const) : state,
  metadata: { access },
});

test('who may read a file is the same in TypeScript and in SQL, over every combination', async () => {
  const app = await openTestApp();
  const { sqlite, db } = app.house.database;
  sqlite.exec(`CREATE TABLE w (id INTEGER PRIMARY KEY, owner_id, state, access_level, open_from);
    CREATE TABLE f (id INTEGER PRIMARY KEY, scan);
    CREATE TABLE v (id INTEGER PRIMARY KEY, role, access_level, open_from)`);
  const all = [...cases()];
  const work = sqlite.prepare('INSERT INTO w VALUES (?, ?, ?, ?, ?)');
  const file = sqlite.prepare('INSERT INTO f VALUES (?, ?)');
  const own = sqlite.prepare('INSERT INTO v VALUES (?, ?, ?, ?)');
  sqlite.transaction(() => {
    for (const [i, one] of all.entries()) {
      work.run(i, one.ownerId, one.state, one.access.level, one.access.openFrom);
      file.run(i, one.scan);
      own.run(i, one.role, one.own?.level ?? null, one.own?.openFrom ?? null);
    }
  })();
  expect(all.length).toBeGreaterThan(30_000);
  for (const visitor of VISITORS) {
    const rows = await db
      .withTables<{ w: { id: number }; f: { id: number }; v: { id: number } }>()
      .selectFrom('w')
      .innerJoin('f', 'f.id', 'w.id')
      .innerJoin('v', 'v.id', 'w.id')
      .select('w.id')
      .where(readableSql(visitor, TODAY, { works: 'w', files: 'f', versionFiles: 'v' }))
      .orderBy('w.id')
      .execute();
    const inSql = new Set(rows.map(({ id }) => id));
    const different = all.filter(
      (one, i) =>
        mayReadFile(visitor, facts(one), { access: one.own, scan: one.scan, role: one.role }, TODAY) !== inSql.has(i),
    );
    expect({ visitor, different: different.slice(0, 3) }).toEqual({ visitor, different: [] });
  }
});

test('what no combination may ever allow', () => {
  for (const one of cases()) {
    const file = { access: one.own, scan: one.scan, role: one.role };
    const access = one.own ?? one.access;
    for (const visitor of VISITORS) {
      const reads = mayReadFile(visitor, facts(one), file, TODAY);
      const isKeeper = mayEdit(visitor, facts(one));
      if (one.scan === 'infected' && reads) throw new Error('an infected file is read');
      if (!isKeeper && reads) {
        const wrong =
          one.state !== 'published' ||
          access.level === 'closed' ||
          (access.openFrom ?? '') > TODAY ||
          (access.level === 'campus' && !visitor.onCampus) ||
          (access.level === 'registered' && visitor.role === null && !visitor.onCampus) ||
          one.role === 'agreement' ||
          one.role === 'review';
        if (wrong) throw new Error(JSON.stringify({ visitor, one }));
      }
      if (mayDownload(visitor, facts(one), file, TODAY) && (!reads || (access.viewOnly && !isKeeper))) {
        throw new Error(`bytes leave: ${JSON.stringify({ visitor, one })}`);
      }
    }
  }
});

test('an embargo ends on its day by itself, without anybody’s act', () => {
  const work = facts({
    ownerId: 1,
    state: 'published',
    access: { level: 'open', openFrom: '2026-03-11', viewOnly: false },
    own: null,
    scan: 'clean',
    role: 'main',
  });
  const file = { access: null, scan: 'clean', role: 'main' } as const;
  expect(mayReadFile(nobody, work, file, '2026-03-10')).toBe(false);
  expect(mayReadFile(nobody, work, file, '2026-03-11')).toBe(true);
});
