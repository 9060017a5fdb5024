-- +goose Up
-- What is exchanged with trading partners by EDI.

-- A partner is one id by which somebody exchanges EDI with us; several may be of one channel. wants: what is expected within how many hours, JSON.
-- next is the control number of the next interchange to them; it only ever grows.
CREATE TABLE edi_partner (
  id INTEGER PRIMARY KEY AUTOINCREMENT, channel_id INTEGER NOT NULL REFERENCES channel (id), syntax TEXT NOT NULL, kind TEXT NOT NULL, code TEXT NOT NULL,
  our_kind TEXT NOT NULL, our_code TEXT NOT NULL, outbox TEXT NOT NULL DEFAULT '', wants TEXT NOT NULL, next INTEGER NOT NULL DEFAULT 1, seq INTEGER NOT NULL,
  UNIQUE (syntax, kind, code)
);

-- An interchange that came in: where it lies in which kept file. clashes: its number had been used by another one, so it is refused.
-- answered_at is when its acknowledgement was made, or found not to be needed.
CREATE TABLE edi_interchange (
  id INTEGER PRIMARY KEY AUTOINCREMENT, partner_id INTEGER NOT NULL REFERENCES edi_partner (id), control TEXT NOT NULL, test INTEGER NOT NULL, sha256 TEXT NOT NULL,
  file_id INTEGER NOT NULL REFERENCES file (id), start INTEGER NOT NULL, stop INTEGER NOT NULL, import_id INTEGER NOT NULL, clashes INTEGER NOT NULL, answered_at INTEGER,
  undone_at INTEGER, seq INTEGER NOT NULL
);
CREATE UNIQUE INDEX edi_interchange_control ON edi_interchange (partner_id, control, test) WHERE undone_at IS NULL AND clashes = 0;
CREATE INDEX edi_interchange_open ON edi_interchange (id) WHERE answered_at IS NULL AND undone_at IS NULL;
CREATE INDEX edi_interchange_import ON edi_interchange (import_id);

-- A document that came in or that we made. ack is what its receiver said of it, ack_id the document that said so; answers_id is the one that it
-- answers. words and numbers are never personal; the text is in edi_text.
CREATE TABLE edi_document (
  id INTEGER PRIMARY KEY AUTOINCREMENT, direction TEXT NOT NULL, partner_id INTEGER NOT NULL REFERENCES edi_partner (id), channel_id INTEGER NOT NULL REFERENCES channel (id),
  interchange_id INTEGER REFERENCES edi_interchange (id), syntax TEXT NOT NULL, type TEXT NOT NULL, label TEXT NOT NULL, interchange TEXT NOT NULL, group_code TEXT NOT NULL,
  group_control TEXT NOT NULL, control TEXT NOT NULL, version TEXT NOT NULL, test INTEGER NOT NULL, number TEXT NOT NULL, order_number TEXT NOT NULL, order_id INTEGER,
  date TEXT NOT NULL, words TEXT NOT NULL, status TEXT NOT NULL, problems TEXT NOT NULL DEFAULT '', ack TEXT NOT NULL DEFAULT '', ack_id INTEGER, ack_at INTEGER,
  answers_id INTEGER, import_id INTEGER, run_id INTEGER, at INTEGER NOT NULL, undone_at INTEGER, seq INTEGER NOT NULL
);
CREATE INDEX edi_document_interchange ON edi_document (interchange_id);
CREATE INDEX edi_document_order ON edi_document (channel_id, order_number) WHERE order_number <> '';
CREATE INDEX edi_document_order_id ON edi_document (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX edi_document_number ON edi_document (channel_id, number) WHERE number <> '';
CREATE INDEX edi_document_sent ON edi_document (channel_id, interchange) WHERE direction = 'out';
CREATE INDEX edi_document_group ON edi_document (channel_id, group_control) WHERE direction = 'out';
CREATE INDEX edi_document_at ON edi_document (at) WHERE undone_at IS NULL;
CREATE INDEX edi_document_import ON edi_document (import_id) WHERE import_id IS NOT NULL;
CREATE INDEX edi_document_answers ON edi_document (answers_id) WHERE answers_id IS NOT NULL;
CREATE INDEX edi_document_ack ON edi_document (ack_id) WHERE ack_id IS NOT NULL;
-- The text of a document in its envelopes, zstd. Like payloads it may hold personal values.
CREATE TABLE edi_text (document_id INTEGER PRIMARY KEY REFERENCES edi_document (id), body BLOB NOT NULL);
-- from_id is about to_id: an acknowledgement about what was sent, a payment about invoices.
CREATE TABLE edi_link (from_id INTEGER NOT NULL, to_id INTEGER NOT NULL, PRIMARY KEY (from_id, to_id)) WITHOUT ROWID;
CREATE INDEX edi_link_to ON edi_link (to_id);

-- A file on its way to an outbox, written before it is put there. state is prepared, sending (it lies in the folder under a passing name, and is
-- being renamed), sent or dropped.
CREATE TABLE edi_delivery (
  id INTEGER PRIMARY KEY AUTOINCREMENT, document_id INTEGER NOT NULL REFERENCES edi_document (id), folder TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0, problem TEXT NOT NULL DEFAULT '', created_at INTEGER NOT NULL, settled_at INTEGER, seq INTEGER NOT NULL
);
CREATE INDEX edi_delivery_document ON edi_delivery (document_id);
CREATE INDEX edi_delivery_open ON edi_delivery (id) WHERE state IN ('prepared', 'sending');
