export const ROLES = ['reader', 'depositor', 'reviewer', 'administrator'] as const;
export type Role = (typeof ROLES)[number];

/** Who is asking. */
export interface Visitor {
  /** null: not signed in. */
  accountId: number | null;
  role: Role | null;
  name: string | null;
  /** Comes from an address of CAMPUS_NETWORKS. */
  onCampus: boolean;
}

export const nobody: Visitor = { accountId: null, role: null, name: null, onCampus: false };

/** The house itself, where no person is behind an act: the demo, an import, a rebuild. */
export const theHouse: Visitor = { accountId: null, role: 'administrator', name: 'Achyk', onCampus: true };

export const isSignedIn = (visitor: Visitor): boolean => visitor.role !== null;
export const isStaff = (visitor: Visitor): boolean => visitor.role === 'reviewer' || visitor.role === 'administrator';
export const isAdministrator = (visitor: Visitor): boolean => visitor.role === 'administrator';
export const mayDeposit = (visitor: Visitor): boolean => isStaff(visitor) || visitor.role === 'depositor';
