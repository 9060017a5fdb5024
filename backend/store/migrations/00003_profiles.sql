-- +goose Up
-- A person's own mappings of file layouts, and their corrections to planned imports.

-- body is the mapping as JSON; fingerprint a hash of the header names it was made for, whatever their order.
CREATE TABLE profile (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, name_key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
  fingerprint TEXT NOT NULL, body TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, used_at INTEGER,
  seq INTEGER NOT NULL
);

-- The mapping as it was when an import was planned: changing the profile later changes no stored plan. profile_id may
-- name a profile that is gone.
CREATE TABLE import_profile (
  import_id INTEGER PRIMARY KEY REFERENCES import (id), profile_id INTEGER, body TEXT NOT NULL
);

-- Corrections of cells, laid over the kept file when it is read. row is the physical line, 0 every row whose cell in that
-- column says what found says. The values may be personal: they are part of the kept file, and are purged with it.
CREATE TABLE file_edit (
  id INTEGER PRIMARY KEY AUTOINCREMENT, import_id INTEGER NOT NULL REFERENCES import (id),
  file_id INTEGER NOT NULL REFERENCES file (id), row INTEGER NOT NULL, column_name TEXT NOT NULL, found TEXT NOT NULL,
  value TEXT NOT NULL, made_at INTEGER NOT NULL, seq INTEGER NOT NULL
);
CREATE INDEX file_edit_import ON file_edit (import_id, id);
CREATE INDEX file_edit_file ON file_edit (file_id);
