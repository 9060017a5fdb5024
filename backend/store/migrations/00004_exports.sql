-- +goose Up
-- Templates that people made; those that ship with the program are data files and have ids up to 1000.
CREATE TABLE export_template (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, name_key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
  format TEXT NOT NULL, body TEXT NOT NULL, created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL, seq INTEGER NOT NULL
);
INSERT INTO sqlite_sequence (name, seq) VALUES ('export_template', 1000);

-- The journal of exports: what a run of the kind export wrote, and where it went. No personal value.
CREATE TABLE export (
  run_id INTEGER PRIMARY KEY REFERENCES run (id), template_id INTEGER NOT NULL, template TEXT NOT NULL, kind TEXT NOT NULL,
  format TEXT NOT NULL, target TEXT NOT NULL, destination TEXT NOT NULL, filter TEXT NOT NULL, rows INTEGER NOT NULL,
  records INTEGER NOT NULL, left_out INTEGER NOT NULL, files TEXT NOT NULL, problems TEXT NOT NULL, seq INTEGER NOT NULL
);
-- Which orders went to a target by which run. An order that was taken back leaves its rows: they say what was sent.
CREATE TABLE exported_order (
  target TEXT NOT NULL, order_id INTEGER NOT NULL, run_id INTEGER NOT NULL, PRIMARY KEY (target, order_id, run_id)
) WITHOUT ROWID;
CREATE INDEX exported_order_run ON exported_order (run_id);
