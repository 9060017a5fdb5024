package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"tradepost/backend/commerce"
	"tradepost/backend/edi"
	"tradepost/backend/edi/exchange"
	"tradepost/backend/fault"
)

// Documents is the topic of what is exchanged by EDI.
const Documents Topic = "edi"

// exchangeLookup reads for plans what a write would read.
type exchangeLookup struct {
	q      querier
	unpack func(int, []byte) ([]byte, error)
}

// Exchange reads what is exchanged by EDI, from the reader pool.
func (s *Store) Exchange(ctx context.Context) exchange.Lookup {
	return exchangeLookup{s.reading(ctx), s.unpack}
}

// InExchangeTx runs do as one atomic write.
func (s *Store) InExchangeTx(ctx context.Context, do func(exchange.OutTx) error) error {
	return s.Write(ctx, Urgent, func(tx *Tx) error { return do(tx) })
}

func (tx *Tx) exchange() exchangeLookup { return exchangeLookup{tx, tx.unpack} }

const partnerColumns = `p.id, p.channel_id, c.name, p.syntax, p.kind, p.code, p.our_kind, p.our_code, p.outbox, p.wants, p.next, p.seq`

const partnerTables = ` FROM edi_partner p JOIN channel c ON c.id = p.channel_id `

func scanPartner(from scanner, p *exchange.Partner) error {
	var wants string
	if err := from.Scan(&p.ID, &p.ChannelID, &p.Channel, &p.Syntax, &p.Kind, &p.Code, &p.OurKind, &p.OurCode, &p.Outbox, &wants, &p.Next, &p.Seq); err != nil {
		return err
	}
	return fromJSON(wants, &p.Wants)
}

// Partner finds a partner by their id.
func (l exchangeLookup) Partner(syntax edi.Syntax, kind, code string) (p exchange.Partner, err error) {
	err = scanPartner(l.q.QueryRow(`SELECT `+partnerColumns+partnerTables+`WHERE p.syntax = ? AND p.kind = ? AND p.code = ?`, string(syntax), kind, code), &p)
	if errors.Is(err, sql.ErrNoRows) {
		return exchange.Partner{}, nil
	}
	return p, classify("reading partner", err)
}

const interchangeColumns = `x.id, x.partner_id, x.control, x.test, x.sha256, x.file_id, x.start, x.stop, x.import_id, x.clashes, x.answered_at`

func scanInterchange(from scanner, x *exchange.Interchange) error {
	return from.Scan(&x.ID, &x.PartnerID, &x.Control, &x.Test, &x.SHA256, &x.FileID, &x.Start, &x.End, &x.ImportID, &x.Clashes, instant{&x.AnsweredAt})
}

// Received finds an interchange of a partner by its control number.
func (l exchangeLookup) Received(partnerID int64, control string, test bool) (x exchange.Interchange, err error) {
	err = scanInterchange(l.q.QueryRow(`SELECT `+interchangeColumns+` FROM edi_interchange x WHERE x.partner_id = ? AND x.control = ? AND x.test = ?
		AND x.undone_at IS NULL AND x.clashes = 0`, partnerID, control, test), &x)
	if errors.Is(err, sql.ErrNoRows) {
		return exchange.Interchange{}, nil
	}
	return x, classify("reading interchange", err)
}

const documentColumns = `d.id, d.direction, d.partner_id, d.channel_id, c.name, COALESCE(d.interchange_id, 0), d.syntax, d.type, d.label, d.interchange, d.group_code,
	d.group_control, d.control, d.version, d.test, d.number, d.order_number, COALESCE(d.order_id, 0), d.date, d.words, d.status, d.problems, d.ack,
	COALESCE(d.ack_id, 0), d.ack_at, COALESCE(d.answers_id, 0), COALESCE(d.import_id, 0), COALESCE(d.run_id, 0), d.at, d.purged_at,
	COALESCE((SELECT y.state FROM edi_delivery y WHERE y.document_id = d.id ORDER BY y.id DESC LIMIT 1), ''),
	COALESCE((SELECT y.name FROM edi_delivery y WHERE y.document_id = d.id ORDER BY y.id DESC LIMIT 1), ''), d.seq`

const documentTables = ` FROM edi_document d JOIN channel c ON c.id = d.channel_id `

func scanEDIDocument(from scanner, d *exchange.Document) error {
	var problems string
	if err := from.Scan(&d.ID, &d.Direction, &d.PartnerID, &d.ChannelID, &d.Channel, &d.InterchangeID, &d.Syntax, &d.Type, &d.Label, &d.Interchange, &d.GroupCode,
		&d.GroupControl, &d.Control, &d.Version, &d.Test, &d.Number, &d.OrderNumber, &d.OrderID, &d.Date, &d.Words, &d.Status, &problems, &d.Ack, &d.AckID,
		instant{&d.AckAt}, &d.AnswersID, &d.ImportID, &d.RunID, &d.At, instant{&d.PurgedAt}, &d.Delivery, &d.File, &d.Seq); err != nil {
		return err
	}
	return fromJSON(problems, &d.Problems)
}

func documents(q querier, rest string, args ...any) ([]exchange.Document, error) {
	rows, err := q.Query(`SELECT `+documentColumns+documentTables+rest, args...)
	all, err := collect(rows, err, func(rows *sql.Rows, d *exchange.Document) error { return scanEDIDocument(rows, d) })
	return all, classify("reading documents", err)
}

// Known finds a document of an interchange.
func (l exchangeLookup) Known(interchangeID int64, group, control, kind string) (exchange.Document, error) {
	all, err := documents(l.q, `WHERE d.interchange_id = ? AND d.group_control = ? AND d.control = ? AND d.type = ? AND d.undone_at IS NULL`, interchangeID, group, control, kind)
	if err != nil || len(all) == 0 {
		return exchange.Document{}, err
	}
	return all[0], nil
}

// OrderTexts reads the orders and changes of an order that were taken over, oldest first.
func (l exchangeLookup) OrderTexts(channelID int64, order string) ([]string, error) {
	rows, err := l.q.Query(`SELECT t.body FROM edi_document d JOIN edi_text t ON t.document_id = d.id WHERE d.channel_id = ? AND d.order_number = ? AND d.order_number <> ''
		AND d.direction = 'in' AND d.status = 'taken' AND d.undone_at IS NULL AND d.type IN ('850', 'ORDERS', '860', 'ORDCHG') ORDER BY d.id`, channelID, order)
	bodies, err := collect(rows, err, func(rows *sql.Rows, body *[]byte) error { return rows.Scan(body) })
	texts := make([]string, len(bodies))
	for i, body := range bodies {
		if err == nil {
			var plain []byte
			plain, err = l.unpack(codecZstd1, body)
			texts[i] = string(plain)
		}
	}
	return texts, classify("reading orders of EDI", err)
}

// Partner finds a partner inside a write.
func (tx *Tx) Partner(syntax edi.Syntax, kind, code string) (exchange.Partner, error) {
	return tx.exchange().Partner(syntax, kind, code)
}

// Received finds an interchange inside a write.
func (tx *Tx) Received(partnerID int64, control string, test bool) (exchange.Interchange, error) {
	return tx.exchange().Received(partnerID, control, test)
}

// Known finds a document of an interchange inside a write.
func (tx *Tx) Known(interchangeID int64, group, control, kind string) (exchange.Document, error) {
	return tx.exchange().Known(interchangeID, group, control, kind)
}

// OrderTexts reads the documents of an order inside a write.
func (tx *Tx) OrderTexts(channelID int64, order string) ([]string, error) {
	return tx.exchange().OrderTexts(channelID, order)
}

// EnsurePartner finds the partner of an id or makes it, and fills it in.
func (tx *Tx) EnsurePartner(p *exchange.Partner) error {
	known, err := tx.Partner(p.Syntax, p.Kind, p.Code)
	if err != nil || known.ID != 0 {
		*p = known
		return err
	}
	tx.touch(Documents)
	p.Seq, p.Next = tx.seq, 1
	p.ID, err = tx.Insert(`INSERT INTO edi_partner (channel_id, syntax, kind, code, our_kind, our_code, wants, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		p.ChannelID, string(p.Syntax), p.Kind, p.Code, p.OurKind, p.OurCode, asJSON(p.Wants), tx.seq)
	return err
}

// InsertInterchange keeps an interchange and fills in its id; one that clashes and is kept already is found. One that was taken back, and comes
// again, is not acknowledged again where it was.
func (tx *Tx) InsertInterchange(x *exchange.Interchange) (err error) {
	tx.touch(Documents)
	if x.Clashes {
		if x.ID, err = tx.Number(`SELECT id FROM edi_interchange WHERE partner_id = ? AND control = ? AND sha256 = ? AND clashes = 1 AND undone_at IS NULL`,
			x.PartnerID, x.Control, x.SHA256); err != nil || x.ID != 0 {
			return err
		}
	}
	answered, err := tx.Number(`SELECT COALESCE(max(x.answered_at), 0) FROM edi_interchange x JOIN edi_document d ON d.interchange_id = x.id JOIN edi_document a ON a.id = d.ack_id
		WHERE x.partner_id = ? AND x.control = ? AND x.sha256 = ? AND x.undone_at IS NOT NULL AND a.undone_at IS NULL`, x.PartnerID, x.Control, x.SHA256)
	if err != nil {
		return err
	}
	x.AnsweredAt = commerce.Instant(answered)
	x.ID, err = tx.Insert(`INSERT INTO edi_interchange (partner_id, control, test, sha256, file_id, start, stop, import_id, clashes, answered_at, seq)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, x.PartnerID, x.Control, x.Test, x.SHA256, x.FileID, x.Start, x.End, x.ImportID, x.Clashes, instantArg(x.AnsweredAt), tx.seq)
	return err
}

// InsertDocument keeps a document with its text and fills in id and instant.
func (tx *Tx) InsertDocument(d *exchange.Document, text string) (err error) {
	tx.touch(Documents)
	d.At, d.Seq = tx.now, tx.seq
	if d.OrderID == 0 && d.OrderNumber != "" {
		if d.OrderID, err = tx.OrderNumbered(d.ChannelID, d.OrderNumber); err != nil {
			return err
		}
	}
	if d.ID, err = tx.Insert(`INSERT INTO edi_document (direction, partner_id, channel_id, interchange_id, syntax, type, label, interchange, group_code, group_control, control,
		version, test, number, order_number, order_id, date, words, status, problems, answers_id, import_id, run_id, at, seq)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, string(d.Direction), d.PartnerID, d.ChannelID, idArg(d.InterchangeID), string(d.Syntax),
		d.Type, d.Label, d.Interchange, d.GroupCode, d.GroupControl, d.Control, d.Version, d.Test, d.Number, d.OrderNumber, idArg(d.OrderID), d.Date, d.Words,
		string(d.Status), asJSON(withoutFound(d.Problems)), idArg(d.AnswersID), idArg(d.ImportID), idArg(d.RunID), int64(d.At), tx.seq); err != nil {
		return err
	}
	if err := tx.Exec(`INSERT INTO edi_text (document_id, body) VALUES (?, ?)`, d.ID, tx.pack([]byte(text))); err != nil {
		return err
	}
	if d.Direction == exchange.Out {
		return nil
	}
	return tx.sayAgain(d)
}

// sayAgain gives a document that was taken back, and came again, the verdict that its acknowledgement told.
func (tx *Tx) sayAgain(d *exchange.Document) error {
	return tx.Exec(`UPDATE edi_document SET (ack, ack_id, ack_at) = (SELECT o.ack, o.ack_id, o.ack_at FROM edi_document o JOIN edi_document a ON a.id = o.ack_id
			WHERE o.partner_id = ?1 AND o.interchange = ?2 AND o.group_control = ?3 AND o.control = ?4 AND o.type = ?5 AND o.undone_at IS NOT NULL AND a.undone_at IS NULL
			ORDER BY o.id DESC LIMIT 1)
		WHERE id = ?6 AND EXISTS (SELECT 1 FROM edi_document o JOIN edi_document a ON a.id = o.ack_id WHERE o.partner_id = ?1 AND o.interchange = ?2 AND o.group_control = ?3
			AND o.control = ?4 AND o.type = ?5 AND o.undone_at IS NOT NULL AND a.undone_at IS NULL)`,
		d.PartnerID, d.Interchange, d.GroupControl, d.Control, d.Type, d.ID)
}

// UpdateDocument writes status, problems and order.
func (tx *Tx) UpdateDocument(d exchange.Document) error {
	tx.touch(Documents)
	return tx.Exec(`UPDATE edi_document SET status = ?, problems = ?, order_id = ?, order_number = ?, run_id = ?, seq = ? WHERE id = ?`, string(d.Status),
		asJSON(withoutFound(d.Problems)), idArg(d.OrderID), d.OrderNumber, idArg(d.RunID), tx.seq, d.ID)
}

// SentDocuments lists what was sent and is named by a key, the newest first. Control numbers count without their zeros.
func (tx *Tx) SentDocuments(k exchange.SentKey) ([]exchange.Document, error) {
	return documents(tx, `WHERE d.direction = 'out' AND d.channel_id = ?1 AND d.undone_at IS NULL AND d.type NOT IN ('997', '999', 'TA1', 'CONTRL')
		AND (?2 = '' OR ltrim(d.interchange, '0') = ltrim(?2, '0')) AND (?3 = '' OR d.group_code = ?3) AND (?4 = '' OR ltrim(d.group_control, '0') = ltrim(?4, '0'))
		AND (?2 <> '' OR ?4 <> '') ORDER BY d.id DESC LIMIT 100`, k.ChannelID, k.Interchange, k.GroupCode, k.Group)
}

// DocumentNumbered finds the newest documents of a channel by their own number.
func (tx *Tx) DocumentNumbered(channelID int64, direction exchange.Direction, number string) ([]exchange.Document, error) {
	return documents(tx, `WHERE d.channel_id = ? AND d.number = ? AND d.number <> '' AND d.direction = ? AND d.undone_at IS NULL AND d.type NOT IN ('997', '999', 'TA1', 'CONTRL')
		ORDER BY d.id DESC LIMIT 5`, channelID, number, string(direction))
}

// OrderNumbered finds an order of a channel by its number; 0 when there is none.
func (tx *Tx) OrderNumbered(channelID int64, number string) (int64, error) {
	return tx.Number(`SELECT record_id FROM external_reference WHERE channel_id = ? AND kind = 'order' AND namespace = 'number' AND value = ?`, channelID, number)
}

// SayOf notes what the receiver of a document said, and what they found wrong.
func (tx *Tx) SayOf(documentID int64, v exchange.Verdict, ackID int64, wrong []fault.Problem) error {
	tx.touch(Documents)
	return tx.Exec(`UPDATE edi_document SET ack = ?, ack_id = ?, ack_at = ?, problems = ?, seq = ? WHERE id = ?`, string(v), ackID, int64(tx.now), asJSON(withoutFound(wrong)),
		tx.seq, documentID)
}

// LinkDocuments notes that one document is about another.
func (tx *Tx) LinkDocuments(from, to int64) error {
	return tx.Exec(`INSERT INTO edi_link (from_id, to_id) VALUES (?, ?) ON CONFLICT DO NOTHING`, from, to)
}

// TakeNumber uses up a partner's next control number if it still is the one expected.
func (tx *Tx) TakeNumber(partnerID, expected int64) (bool, error) {
	n, err := tx.Affect(`UPDATE edi_partner SET next = next + 1 WHERE id = ? AND next = ?`, partnerID, expected)
	return n == 1, err
}

// DocumentsOf lists the documents of an interchange that came in.
func (tx *Tx) DocumentsOf(interchangeID int64) ([]exchange.Document, error) {
	return documents(tx, `WHERE d.interchange_id = ? AND d.undone_at IS NULL ORDER BY d.id`, interchangeID)
}

// Owed reports whether an interchange still waits for its acknowledgement.
func (tx *Tx) Owed(interchangeID int64) (bool, error) {
	n, err := tx.Number(`SELECT count(*) FROM edi_interchange WHERE id = ? AND answered_at IS NULL AND undone_at IS NULL`, interchangeID)
	return n == 1, err
}

// Answered notes that an interchange was acknowledged, or needs no acknowledgement.
func (tx *Tx) Answered(interchangeID int64) error {
	tx.touch(Documents)
	return tx.Exec(`UPDATE edi_interchange SET answered_at = ?, seq = ? WHERE id = ?`, int64(tx.now), tx.seq, interchangeID)
}

// InsertEDIDelivery writes down that a document is to be put into a folder.
func (tx *Tx) InsertEDIDelivery(documentID int64, folder, name string) error {
	tx.touch(Documents)
	return tx.Exec(`INSERT INTO edi_delivery (document_id, folder, name, state, created_at, seq) VALUES (?, ?, ?, 'prepared', ?, ?)`, documentID, folder, name, int64(tx.now), tx.seq)
}

// UndoDocuments takes back what an import kept of EDI. What was acknowledged and delivered stays so at the partner; it is counted.
func (tx *Tx) UndoDocuments(importID int64) (acknowledged int, err error) {
	tx.touch(Documents)
	mine := `(SELECT id FROM edi_document WHERE import_id = ?)`
	n, err := tx.Number(`SELECT count(*) FROM edi_document a WHERE a.undone_at IS NULL AND a.id IN (SELECT ack_id FROM edi_document WHERE import_id = ? AND direction = 'in')
		AND EXISTS (SELECT 1 FROM edi_delivery y WHERE y.document_id = a.id AND y.state IN ('sending', 'sent', 'unknown'))`, importID)
	if err != nil {
		return 0, err
	}
	gone := `(SELECT ack_id FROM edi_document d WHERE d.import_id = ? AND d.direction = 'in' AND d.ack_id IS NOT NULL
		AND NOT EXISTS (SELECT 1 FROM edi_delivery y WHERE y.document_id = d.ack_id AND y.state IN ('sending', 'sent', 'unknown')))`
	return int(n), errors.Join(
		tx.Exec(`UPDATE edi_document SET undone_at = ?, seq = ? WHERE id IN `+gone, int64(tx.now), tx.seq, importID),
		tx.Exec(`DELETE FROM edi_delivery WHERE state = 'prepared' AND document_id IN `+gone, importID),
		tx.Exec(`UPDATE edi_document SET ack = '', ack_id = NULL, ack_at = NULL, problems = '[]', seq = ? WHERE direction = 'out' AND ack_id IN `+mine, tx.seq, importID),
		tx.Exec(`DELETE FROM edi_link WHERE from_id IN `+mine, importID),
		tx.Exec(`UPDATE edi_document SET undone_at = ?, seq = ? WHERE import_id = ? AND direction = 'in'`, int64(tx.now), tx.seq, importID),
		tx.Exec(`UPDATE edi_interchange SET undone_at = ?, seq = ? WHERE import_id = ?`, int64(tx.now), tx.seq, importID))
}

// DeliveredAcks counts the acknowledgements of an import's documents that were delivered.
func (s *Store) DeliveredAcks(ctx context.Context, importID int64) (int, error) {
	n, err := s.reading(ctx).Number(`SELECT count(*) FROM edi_document a WHERE a.undone_at IS NULL AND a.id IN (SELECT ack_id FROM edi_document WHERE import_id = ? AND direction = 'in')
		AND EXISTS (SELECT 1 FROM edi_delivery y WHERE y.document_id = a.id AND y.state IN ('sending', 'sent', 'unknown'))`, importID)
	return int(n), classify("reading acknowledgements", err)
}

// OwedInterchanges lists what was taken in whole and is not acknowledged yet, the oldest first.
func (s *Store) OwedInterchanges(ctx context.Context) ([]exchange.Interchange, error) {
	rows, err := s.reading(ctx).Query(`SELECT ` + interchangeColumns + ` FROM edi_interchange x JOIN import i ON i.id = x.import_id
		WHERE x.answered_at IS NULL AND x.undone_at IS NULL AND i.state = 'applied' ORDER BY x.id`)
	all, err := collect(rows, err, func(rows *sql.Rows, x *exchange.Interchange) error { return scanInterchange(rows, x) })
	return all, classify("reading interchanges", err)
}

// PartnerByID reads one partner.
func (s *Store) PartnerByID(ctx context.Context, id int64) (p exchange.Partner, err error) {
	err = scanPartner(s.reading(ctx).QueryRow(`SELECT `+partnerColumns+partnerTables+`WHERE p.id = ?`, id), &p)
	return p, classify("reading partner", err)
}

// Partners lists the partners by their channels' names.
func (s *Store) Partners(ctx context.Context) ([]exchange.Partner, error) {
	rows, err := s.reading(ctx).Query(`SELECT ` + partnerColumns + partnerTables + `ORDER BY c.name_key, p.id`)
	all, err := collect(rows, err, func(rows *sql.Rows, p *exchange.Partner) error { return scanPartner(rows, p) })
	return all, classify("reading partners", err)
}

// RevisePartner writes outbox and expectations. ifSeq, unless negative, is the version the writer saw.
func (s *Store) RevisePartner(ctx context.Context, p exchange.Partner, ifSeq int64) error {
	return s.Write(ctx, Urgent, func(tx *Tx) error {
		tx.touch(Documents)
		seq, err := tx.Number(`SELECT seq FROM edi_partner WHERE id = ?`, p.ID)
		if err != nil {
			return err
		}
		if err := expect(seq, ifSeq); err != nil {
			return err
		}
		return tx.Exec(`UPDATE edi_partner SET outbox = ?, wants = ?, seq = ? WHERE id = ?`, p.Outbox, asJSON(p.Wants), tx.seq, p.ID)
	})
}

// EDIDocument reads one document.
func (s *Store) EDIDocument(ctx context.Context, id int64) (exchange.Document, error) {
	all, err := documents(s.reading(ctx), `WHERE d.id = ?`, id)
	if err == nil && len(all) == 0 {
		err = classify("reading document", sql.ErrNoRows)
	}
	if err != nil {
		return exchange.Document{}, err
	}
	return all[0], nil
}

// ediWaits are the conditions by which a document waits for the merchant: an order that nothing answers and that was not called off, what was made and did not leave, and
// what the partner rejected and nothing replaces. Those of the last ninety days count.
const ediWaits = `(d.direction = 'in' AND d.type IN ('850', 'ORDERS') AND d.status = 'taken' AND json_extract(p.wants, '$.response') > 0
		AND NOT EXISTS (SELECT 1 FROM orders c WHERE c.id = d.order_id AND c.stage = 'cancelled')
		AND NOT EXISTS (SELECT 1 FROM edi_document o WHERE o.channel_id = d.channel_id AND o.order_number = d.order_number AND o.order_number <> '' AND o.direction = 'out'
			AND o.type IN ('855', '856', 'ORDRSP', 'DESADV') AND o.ack <> 'rejected' AND o.undone_at IS NULL)
	OR d.direction = 'out' AND d.ack = '' AND NOT EXISTS (SELECT 1 FROM edi_delivery y WHERE y.document_id = d.id AND y.state IN ('sending', 'sent'))
	OR d.direction = 'out' AND d.ack = 'rejected' AND NOT EXISTS (SELECT 1 FROM edi_document o WHERE o.channel_id = d.channel_id AND o.order_number = d.order_number
		AND o.order_number <> '' AND o.direction = 'out' AND o.type = d.type AND o.id > d.id AND o.ack <> 'rejected' AND o.undone_at IS NULL))`

const ninetyDays = 90 * 24 * 60 * 60 * 1000

// EDIWaiting counts what waits for the merchant, and what of it is late by what its partner expects.
func (s *Store) EDIWaiting(ctx context.Context) (all, late int, err error) {
	now := int64(s.Now())
	err = s.reading(ctx).QueryRow(`SELECT count(*), COALESCE(sum(d.at + json_extract(p.wants, CASE d.direction WHEN 'in' THEN '$.response' ELSE '$.ack' END) * 3600000 < ?1), 0)
		FROM edi_document d JOIN edi_partner p ON p.id = d.partner_id WHERE d.at > ?2 AND d.undone_at IS NULL AND `+ediWaits, now, now-ninetyDays).Scan(&all, &late)
	return all, late, classify("counting documents", err)
}

// EDIDocuments lists documents, newest first; those that were taken back are not.
func (s *Store) EDIDocuments(ctx context.Context, f exchange.Filter) ([]exchange.Document, error) {
	if f.Show == "waiting" {
		return documents(s.reading(ctx), `JOIN edi_partner p ON p.id = d.partner_id WHERE d.at > ?1 AND d.undone_at IS NULL AND (?2 = 0 OR d.id < ?2) AND `+ediWaits+`
			ORDER BY d.id DESC LIMIT ?3`, int64(s.Now())-ninetyDays, f.Before, f.Limit)
	}
	return documents(s.reading(ctx), `WHERE d.undone_at IS NULL AND (?1 = 0 OR d.id < ?1) AND (?2 = '' OR d.direction = ?2) AND (?3 = '' OR d.type = ?3)
		AND (?4 = '' OR d.number = ?4 OR d.order_number = ?4) AND (?5 = 0 OR d.channel_id = ?5) AND (?6 = '' OR ?6 = 'orders' AND d.type IN ('850', 'ORDERS')
			OR ?6 = 'refused' AND (d.status IN ('refused', 'waits') OR d.direction = 'out' AND d.ack = 'rejected')
			OR ?6 = 'unmatched' AND d.direction = 'in' AND d.type IN ('997', '999', 'TA1', 'CONTRL') AND NOT EXISTS (SELECT 1 FROM edi_link l WHERE l.from_id = d.id)
			OR ?6 = 'unacknowledged' AND d.direction = 'out' AND d.ack = '' AND d.type NOT IN ('997', '999', 'TA1', 'CONTRL'))
		AND (?7 = 0 OR d.order_id = ?7) ORDER BY d.id DESC LIMIT ?8`,
		f.Before, string(f.Direction), f.Type, f.Number, f.ChannelID, f.Show, f.OrderID, f.Limit)
}

// EDIText reads the text of a document in its envelopes. One that was emptied is an error of code not_found that says so.
func (s *Store) EDIText(ctx context.Context, id int64) (string, error) {
	var body []byte
	err := s.reading(ctx).QueryRow(`SELECT body FROM edi_text WHERE document_id = ?`, id).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return "", fault.Wrap(err, fault.NotFound, "The text of this document is no longer kept.", "How long texts of EDI are kept is set under EDI, Partners.")
	}
	if err != nil {
		return "", classify("reading document", err)
	}
	plain, err := s.unpack(codecZstd1, body)
	if err != nil {
		return "", fmt.Errorf("reading document %d: %w", id, err)
	}
	return string(plain), nil
}

// DocumentsAround lists the documents of an order, what they are about and what is about them, the oldest first.
func (s *Store) DocumentsAround(ctx context.Context, d exchange.Document) ([]exchange.Document, error) {
	return documents(s.reading(ctx), `WHERE d.undone_at IS NULL AND d.id IN (
		WITH own (id) AS (SELECT ?1 UNION SELECT id FROM edi_document WHERE channel_id = ?2 AND order_number = ?3 AND order_number <> ''
			UNION SELECT o.id FROM edi_document o WHERE o.channel_id = ?2 AND ?3 = '' AND o.order_number <> '' AND o.order_number IN (
				SELECT t.order_number FROM edi_link l JOIN edi_document t ON t.id = l.to_id WHERE l.from_id = ?1))
		SELECT id FROM own UNION SELECT l.from_id FROM edi_link l JOIN own ON own.id = l.to_id UNION SELECT l.to_id FROM edi_link l WHERE l.from_id = ?1
		UNION SELECT a.ack_id FROM edi_document a JOIN own ON own.id = a.id WHERE a.ack_id IS NOT NULL
		UNION SELECT m.ack_id FROM edi_document m JOIN edi_link l ON l.from_id = m.id JOIN own ON own.id = l.to_id WHERE m.ack_id IS NOT NULL)
		ORDER BY d.id LIMIT 500`, d.ID, d.ChannelID, d.OrderNumber)
}

// OpenEDIDeliveries lists what is prepared or sending, the oldest first.
func (s *Store) OpenEDIDeliveries(ctx context.Context) ([]exchange.Delivery, error) {
	return s.ediDeliveries(ctx, `WHERE state IN ('prepared', 'sending') ORDER BY id`)
}

// EDIDeliveries lists the deliveries of a document, the newest first.
func (s *Store) EDIDeliveries(ctx context.Context, documentID int64) ([]exchange.Delivery, error) {
	return s.ediDeliveries(ctx, `WHERE document_id = ? ORDER BY id DESC`, documentID)
}

func (s *Store) ediDeliveries(ctx context.Context, rest string, args ...any) ([]exchange.Delivery, error) {
	rows, err := s.reading(ctx).Query(`SELECT id, document_id, folder, name, state, attempts, problem, created_at, settled_at FROM edi_delivery `+rest, args...)
	all, err := collect(rows, err, func(rows *sql.Rows, d *exchange.Delivery) error {
		var problem string
		if err := rows.Scan(&d.ID, &d.DocumentID, &d.Folder, &d.Name, &d.State, &d.Attempts, &problem, &d.CreatedAt, instant{&d.SettledAt}); err != nil {
			return err
		}
		return scanProblem(problem, &d.Problem)
	})
	return all, classify("reading deliveries", err)
}

// MoveEDIDelivery writes name, state, attempts and problem if the state still is expected.
func (s *Store) MoveEDIDelivery(ctx context.Context, d exchange.Delivery, expected string) (won bool, err error) {
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		tx.touch(Documents)
		n, err := tx.Affect(`UPDATE edi_delivery SET name = ?, state = ?, attempts = ?, problem = ?, settled_at = CASE WHEN ? = 'sent' THEN ? END, seq = ? WHERE id = ? AND state = ?`,
			d.Name, d.State, d.Attempts, problemText(d.Problem), d.State, int64(tx.now), tx.seq, d.ID, expected)
		won = n == 1
		return err
	})
	return won, classify("writing delivery", err)
}

// OrderClock is what of an order its documents wait by.
func (s *Store) OrderClock(ctx context.Context, orderID int64) (c exchange.Clock, err error) {
	err = s.reading(ctx).QueryRow(`SELECT COALESCE(ship_by, 0), stage = 'cancelled' FROM orders WHERE id = ?`, orderID).Scan(&c.ShipBy, &c.Cancelled)
	return c, classify("reading order", err)
}
