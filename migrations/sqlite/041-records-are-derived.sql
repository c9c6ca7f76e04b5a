-- They are kept in derived/records.sqlite, where those of one format lie side by side, and are written anew when asked for.
DROP TABLE records;
