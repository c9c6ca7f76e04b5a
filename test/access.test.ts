import { isForReaders, mayDownload, mayEdit, mayReadFile } from '../src/access/access';
import { nobody, ROLES, type Visitor } from '../src/accounts/visitor';
import type { Columns, Row } from '../src/search/sqlite/columns';
import { Rights } from '../src/search/sqlite/rights';
import { ROW_SPAN } from '../src/search/sqlite/schema';
import { ACCESS_LEVELS, type Access, FILE_ROLES } from '../src/works/schema';

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

test('who may read a file may find it by its text, and nobody else, over every combination', () => {
  // What no reader may see, or is not published, is not in the index at all.
  const indexed = [...cases()].filter(
    (one) => one.state === 'published' && one.scan !== 'infected' && isForReaders({ role: one.role }),
  );
  expect(indexed.length).toBeGreaterThan(5000);
  const accessOf = new Map(indexed.map((one, i) => [ROW_SPAN * i + 1, one.own ?? one.access]));
  for (const visitor of VISITORS) {
    const rights = new Rights(visitor, TODAY, { accessOf } as unknown as Columns);
    const different = indexed.filter(
      (one, i) =>
        mayReadFile(visitor, facts(one), { access: one.own, scan: one.scan, role: one.role }, TODAY) !==
        rights.mayFind(ROW_SPAN * i + 1, { ownerId: one.ownerId } as Row),
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
