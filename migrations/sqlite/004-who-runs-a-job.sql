-- Which process has a running job in hand: only it may say that the job is done, and a job of a process that died goes
-- back to the queue at once. NULL for what ran before this was noted.
ALTER TABLE jobs ADD COLUMN owner TEXT;
