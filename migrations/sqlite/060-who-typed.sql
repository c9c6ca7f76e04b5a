-- Who last changed the copy being prepared, to tell the other when two people edit one draft.
ALTER TABLE drafts ADD COLUMN updated_by INTEGER REFERENCES accounts (id);
