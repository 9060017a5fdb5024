package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"tradepost/backend/accounting"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/syncing"
)

const postingColumns = `p.id, p.connection_id, p.document, COALESCE(p.intent_id, 0), p.total, p.ledger_id, p.ledger_number, p.ledger_total, p.ledger_version, p.known,
	p.difference, p.gone_at, p.read_at, p.posted_at, p.taken_at, p.again, p.unlike, p.made_at, p.seq, COALESCE(i.state, ''), COALESCE(i.problem, '')`

const postingTables = ` FROM posting p LEFT JOIN intent i ON i.id = p.intent_id `

func scanPosting(from scanner, p *syncing.Posting) error {
	var document, problem string
	if err := from.Scan(&p.ID, &p.ConnectionID, &document, &p.IntentID, amount{&p.Total}, &p.LedgerID, &p.LedgerNumber, amount{&p.LedgerTotal}, &p.LedgerVersion, &p.Known,
		amount{&p.Difference}, instant{&p.GoneAt}, instant{&p.ReadAt}, instant{&p.PostedAt}, instant{&p.TakenAt}, &p.Again, &p.Unlike, &p.MadeAt, &p.Seq, &p.Sending, &problem); err != nil {
		return err
	}
	return errors.Join(scanProblem(problem, &p.Problem), fromJSON(document, &p.Document))
}

func postings(q querier, rest string, args ...any) ([]syncing.Posting, error) {
	rows, err := q.Query(`SELECT `+postingColumns+postingTables+rest, args...)
	all, err := collect(rows, err, func(rows *sql.Rows, p *syncing.Posting) error { return scanPosting(rows, p) })
	return all, classify("reading postings", err)
}

func onePosting(q querier, where string, args ...any) (syncing.Posting, error) {
	all, err := postings(q, `WHERE `+where, args...)
	if err != nil || len(all) == 0 {
		return syncing.Posting{}, err
	}
	return all[0], nil
}

// Posting reads one posting.
func (s *Store) Posting(ctx context.Context, id int64) (syncing.Posting, error) {
	p, err := onePosting(s.reading(ctx), `p.id = ?`, id)
	if err == nil && p.ID == 0 {
		return p, fault.New(fault.NotFound, "There is no such posting.", "Look at the list of postings.")
	}
	return p, err
}

// Posting reads one posting inside a write; its id is 0 when there is none.
func (tx *Tx) Posting(id int64) (syncing.Posting, error) { return onePosting(tx, `p.id = ?`, id) }

// PostingOf finds the posting of a reference that was not taken back; its id is 0 when there is none.
func (s *Store) PostingOf(ctx context.Context, connectionID int64, reference string) (syncing.Posting, error) {
	return onePosting(s.reading(ctx), `p.connection_id = ? AND p.reference = ? AND p.taken_at IS NULL`, connectionID, reference)
}

// PostingOf finds the posting of a reference inside a write.
func (tx *Tx) PostingOf(connectionID int64, reference string) (syncing.Posting, error) {
	return onePosting(tx, `p.connection_id = ? AND p.reference = ? AND p.taken_at IS NULL`, connectionID, reference)
}

// PostingByLedger finds the posting of a ledger's id inside a write; its id is 0 when there is none.
func (tx *Tx) PostingByLedger(connectionID int64, ledgerID string) (syncing.Posting, error) {
	return onePosting(tx, `p.connection_id = ? AND p.ledger_id = ? AND p.taken_at IS NULL`, connectionID, ledgerID)
}

// PostingsOfOrder lists what holds an order and was not taken back, oldest first.
func (s *Store) PostingsOfOrder(ctx context.Context, connectionID, orderID int64) ([]syncing.Posting, error) {
	return postings(s.reading(ctx), `JOIN posting_order o ON o.posting_id = p.id WHERE o.order_id = ? AND p.connection_id = ? AND p.taken_at IS NULL ORDER BY p.id`, orderID, connectionID)
}

// the states of postings, as conditions. What was posted and reads back otherwise is different; gone is different too.
var postingStates = map[string]string{
	"waiting":   `p.taken_at IS NULL AND p.ledger_id = '' AND COALESCE(i.state, '') IN ('proposed', 'approved', 'sending', 'pending', 'unknown', '')`,
	"refused":   `p.taken_at IS NULL AND p.ledger_id = '' AND i.state = 'rejected'`,
	"dropped":   `p.taken_at IS NULL AND p.ledger_id = '' AND i.state = 'superseded'`,
	"posted":    `p.taken_at IS NULL AND p.ledger_id <> '' AND COALESCE(p.difference, 0) = 0 AND p.unlike = '' AND p.gone_at IS NULL`,
	"different": `p.taken_at IS NULL AND p.ledger_id <> '' AND (COALESCE(p.difference, 0) <> 0 OR p.unlike <> '' OR p.gone_at IS NOT NULL)`,
	"undone":    `p.taken_at IS NOT NULL AND p.ledger_id <> ''`,
}

// Postings lists postings, newest first.
func (s *Store) Postings(ctx context.Context, f syncing.PostingFilter) ([]syncing.Posting, error) {
	where := postingStates[f.State]
	if where == "" {
		where = `(p.taken_at IS NULL OR p.ledger_id <> '')`
	}
	return postings(s.reading(ctx), `WHERE p.connection_id = ?1 AND (?2 = 0 OR p.id < ?2) AND (?3 = '' OR p.day = ?3) AND `+where+` ORDER BY p.id DESC LIMIT ?4`,
		f.ConnectionID, f.Before, f.Day, f.Limit)
}

// CountPostings counts postings by state.
func (s *Store) CountPostings(ctx context.Context, connectionID int64) (map[string]int, error) {
	counts := map[string]int{}
	q := s.reading(ctx)
	for state, where := range postingStates {
		n, err := q.Number(`SELECT count(*)`+postingTables+`WHERE p.connection_id = ? AND `+where, connectionID)
		if err != nil {
			return counts, classify("counting postings", err)
		}
		counts[state] = int(n)
	}
	return counts, nil
}

// PostedIDs lists the ledger's ids of what was posted since an instant and not taken back, but lists' entries.
func (s *Store) PostedIDs(ctx context.Context, connectionID int64, since commerce.Instant) ([]string, error) {
	rows, err := s.reading(ctx).Query(`SELECT ledger_id FROM posting WHERE connection_id = ? AND taken_at IS NULL AND ledger_id <> '' AND kind NOT IN ('item', 'customer')
		AND posted_at >= ? ORDER BY id`, connectionID, int64(since))
	all, err := collect(rows, err, func(rows *sql.Rows, id *string) error { return rows.Scan(id) })
	return all, classify("reading postings", err)
}

// mostPosted is how many postings are added up at once.
const mostPosted = 10_000

// Posted lists what was posted of a span of days and not taken back, but lists' entries, the newest days first. Of more than ten thousand the oldest days are
// left out as a whole: cut tells so.
func (s *Store) Posted(ctx context.Context, connectionID int64, from, to string) (all []syncing.Posting, cut bool, err error) {
	all, err = postings(s.reading(ctx), `WHERE p.connection_id = ? AND p.day >= ? AND p.day <= ? AND p.taken_at IS NULL AND p.ledger_id <> '' ORDER BY p.day DESC, p.id LIMIT ?`,
		connectionID, from, to, mostPosted+1)
	if len(all) <= mostPosted {
		return all, false, err
	}
	last := all[mostPosted].Document.Day
	return slices.DeleteFunc(all, func(p syncing.Posting) bool { return p.Document.Day == last }), true, err
}

// InsertPosting writes a new posting with the orders and movements of stock that it holds, and fills in its id.
func (tx *Tx) InsertPosting(p *syncing.Posting) (err error) {
	tx.touch(Intents)
	d := p.Document
	p.MadeAt, p.Seq, p.Total = tx.now, tx.seq, d.Total()
	if p.ID, err = tx.Insert(`INSERT INTO posting (connection_id, reference, kind, number, day, channel_id, currency, total, document, made_at, seq)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, p.ConnectionID, d.Reference, string(d.Kind), d.Number, d.Day, idArg(d.ChannelID), string(d.Currency), amountArg(p.Total),
		asJSON(d), int64(tx.now), tx.seq); err != nil {
		return err
	}
	for _, id := range d.Held() {
		if err := tx.Exec(`INSERT INTO posting_order (order_id, posting_id) VALUES (?, ?)`, id, p.ID); err != nil {
			return err
		}
	}
	return tx.hold(p.ConnectionID, p.ID, d.Movements)
}

// UpdatePosting writes all of a posting that changes.
func (tx *Tx) UpdatePosting(p syncing.Posting) error {
	tx.touch(Intents)
	return tx.Exec(`UPDATE posting SET intent_id = ?, ledger_id = ?, ledger_number = ?, ledger_total = ?, ledger_version = ?, known = ?, difference = ?, gone_at = ?, read_at = ?,
		posted_at = ?, taken_at = ?, again = ?, unlike = ?, seq = ? WHERE id = ?`, idArg(p.IntentID), p.LedgerID, p.LedgerNumber, amountArg(p.LedgerTotal), p.LedgerVersion, p.Known,
		amountArg(p.Difference), instantArg(p.GoneAt), instantArg(p.ReadAt), instantArg(p.PostedAt), instantArg(p.TakenAt), p.Again, p.Unlike, tx.seq, p.ID)
}

// PutAwayDropped takes off what a person dropped before it was posted, so that it is planned anew; the orders are looked at again.
func (tx *Tx) PutAwayDropped(connectionID int64) error {
	dropped := `SELECT p.id` + postingTables + `WHERE p.connection_id = ? AND ` + postingStates["dropped"]
	return errors.Join(
		tx.Exec(`UPDATE posting_movement SET freed = 1 WHERE posting_id IN (`+dropped+`)`, connectionID),
		tx.Exec(`DELETE FROM booked WHERE connection_id = ? AND order_id IN (SELECT order_id FROM posting_order WHERE posting_id IN (`+dropped+`))`, connectionID, connectionID),
		tx.Exec(`UPDATE posting SET taken_at = ?, seq = ? WHERE id IN (`+dropped+`)`, int64(tx.now), tx.seq, connectionID))
}

// LookAgain lets the orders and movements of stock that a posting holds be planned anew.
func (tx *Tx) LookAgain(connectionID, postingID int64) error {
	return errors.Join(
		tx.Exec(`UPDATE posting_movement SET freed = 1 WHERE posting_id = ?`, postingID),
		tx.Exec(`DELETE FROM booked WHERE connection_id = ? AND order_id IN (SELECT order_id FROM posting_order WHERE posting_id = ?)`, connectionID, postingID))
}

// OrderChangedAt is when an order last changed here; 0 is not known.
func (s *Store) OrderChangedAt(ctx context.Context, orderID int64) (at commerce.Instant, err error) {
	err = s.reading(ctx).QueryRow(`SELECT COALESCE(max(recorded_at), 0) FROM change WHERE record_kind = 'order' AND record_id = ?`, orderID).Scan(&at)
	return at, classify("reading changes", err)
}

// Unbooked lists orders of channels, ids above after, placed since an instant, that changed since they were looked at for the books.
func (s *Store) Unbooked(ctx context.Context, connectionID int64, channels []int64, since commerce.Instant, after int64, limit int) ([]int64, error) {
	rows, err := s.reading(ctx).Query(`SELECT o.id FROM orders o WHERE o.id > ?1 AND o.channel_id IN (SELECT value FROM json_each(?2)) AND o.placed_at >= ?3
		AND NOT EXISTS (SELECT 1 FROM booked b WHERE b.connection_id = ?4 AND b.order_id = o.id AND b.seq >= o.seq) ORDER BY o.id LIMIT ?5`,
		after, asJSON(channels), int64(since), connectionID, limit)
	return collect(rows, err, scanID)
}

// NoteBooked notes up to which version an order was looked at, and why it cannot be posted; "" is nothing.
func (tx *Tx) NoteBooked(connectionID, orderID, seq int64, problem string) error {
	return tx.Exec(`INSERT INTO booked (connection_id, order_id, seq, problem) VALUES (?, ?, ?, ?)
		ON CONFLICT (connection_id, order_id) DO UPDATE SET seq = excluded.seq, problem = excluded.problem`, connectionID, orderID, seq, problem)
}

// Unbookable lists orders that cannot be posted, ids above after.
func (s *Store) Unbookable(ctx context.Context, connectionID, after int64, limit int) ([]syncing.Unbookable, error) {
	rows, err := s.reading(ctx).Query(`SELECT b.order_id, o.number, c.name, b.problem FROM booked b JOIN orders o ON o.id = b.order_id JOIN channel c ON c.id = o.channel_id
		WHERE b.connection_id = ? AND b.problem <> '' AND b.order_id > ? ORDER BY b.order_id LIMIT ?`, connectionID, after, limit)
	all, err := collect(rows, err, func(rows *sql.Rows, u *syncing.Unbookable) error {
		return rows.Scan(&u.OrderID, &u.Number, &u.Channel, &u.Problem)
	})
	return all, classify("reading orders", err)
}

// Mapping reads how orders are posted to a ledger system; ok is false where nobody said so yet.
func (s *Store) Mapping(ctx context.Context, connectionID int64) (m accounting.Mapping, seq int64, ok bool, err error) {
	var text string
	err = s.reading(ctx).QueryRow(`SELECT mapping, seq FROM ledger_mapping WHERE connection_id = ?`, connectionID).Scan(&text, &seq)
	if errors.Is(err, sql.ErrNoRows) {
		return m, 0, false, nil
	}
	return m, seq, err == nil, classify("reading mapping", errors.Join(err, fromJSON(text, &m)))
}

// PutMapping keeps how orders are posted. All orders are looked at again; what is posted stays.
func (s *Store) PutMapping(ctx context.Context, connectionID int64, m accounting.Mapping, ifSeq int64) error {
	return s.Write(ctx, Urgent, func(tx *Tx) error {
		tx.touch(Intents)
		seq, err := tx.Number(`SELECT seq FROM ledger_mapping WHERE connection_id = ?`, connectionID)
		if err != nil {
			return err
		}
		if err := expect(seq, ifSeq); err != nil {
			return err
		}
		confirmed := commerce.Instant(0)
		if m.Confirmed {
			confirmed = tx.now
		}
		if err := tx.Exec(`INSERT INTO ledger_mapping (connection_id, mapping, confirmed_at, seq) VALUES (?, ?, ?, ?) ON CONFLICT (connection_id)
			DO UPDATE SET mapping = excluded.mapping, confirmed_at = excluded.confirmed_at, seq = excluded.seq`, connectionID, asJSON(m), instantArg(confirmed), tx.seq); err != nil {
			return err
		}
		return errors.Join(tx.Exec(`DELETE FROM booked WHERE connection_id = ?`, connectionID), tx.Exec(`DELETE FROM booked_movement WHERE connection_id = ?`, connectionID))
	})
}

// LedgerEntries lists what a ledger system's lists hold, by name; all kinds for "".
func (s *Store) LedgerEntries(ctx context.Context, connectionID int64, kind accounting.EntryKind) ([]accounting.Entry, error) {
	rows, err := s.reading(ctx).Query(`SELECT external_id, kind, name, type, number, account, asset, cost, currency, quantity, active, version FROM ledger_entry
		WHERE connection_id = ?1 AND (?2 = '' OR kind = ?2) ORDER BY kind, name_key`, connectionID, string(kind))
	all, err := collect(rows, err, func(rows *sql.Rows, e *accounting.Entry) error {
		return rows.Scan(&e.ID, &e.Kind, &e.Name, &e.Type, &e.Number, &e.Account, &e.Asset, &e.Cost, &e.Currency, &e.Quantity, &e.Active, &e.Version)
	})
	return all, classify("reading entries", err)
}

// PutLedgerEntry keeps an entry as it is there now; fresh tells that it was not known.
func (tx *Tx) PutLedgerEntry(connectionID int64, e accounting.Entry) (fresh bool, err error) {
	tx.touch(Connections)
	known, err := tx.Number(`SELECT count(*) FROM ledger_entry WHERE connection_id = ? AND external_id = ?`, connectionID, e.ID)
	if err != nil {
		return false, err
	}
	return known == 0, tx.Exec(`INSERT INTO ledger_entry (connection_id, external_id, kind, name, name_key, type, number, account, asset, cost, currency, quantity, active, version, seq)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (connection_id, external_id) DO UPDATE SET kind = excluded.kind, name = excluded.name,
		name_key = excluded.name_key, type = excluded.type, number = excluded.number, account = excluded.account, asset = excluded.asset, cost = excluded.cost, currency = excluded.currency, quantity = excluded.quantity,
		active = excluded.active, version = excluded.version, seq = excluded.seq`, connectionID, e.ID, string(e.Kind), e.Name, accounting.Fold(e.Name), e.Type, e.Number,
		e.Account, e.Asset, string(e.Cost), string(e.Currency), string(e.Quantity), e.Active, e.Version, tx.seq)
}

// EndLedgerEntry notes that an entry is no longer there.
func (tx *Tx) EndLedgerEntry(connectionID int64, id string) error {
	tx.touch(Connections)
	return tx.Exec(`DELETE FROM ledger_entry WHERE connection_id = ? AND external_id = ?`, connectionID, id)
}

// SoldIn lists the currencies of the latest orders.
func (s *Store) SoldIn(ctx context.Context) ([]commerce.Currency, error) {
	rows, err := s.reading(ctx).Query(`SELECT DISTINCT currency FROM (SELECT currency FROM orders ORDER BY id DESC LIMIT 5000) WHERE currency <> '' ORDER BY 1 LIMIT 50`)
	all, err := collect(rows, err, func(rows *sql.Rows, c *commerce.Currency) error { return rows.Scan(c) })
	return all, classify("reading currencies", err)
}

// SoldWith lists the payment methods of the newest orders, and the newest SKUs, each once, for proposals.
func (s *Store) SoldWith(ctx context.Context) (methods, skus []string, err error) {
	text := func(rows *sql.Rows, t *string) error { return rows.Scan(t) }
	rows, err := s.reading(ctx).Query(`SELECT DISTINCT payment_method FROM (SELECT payment_method FROM orders ORDER BY id DESC LIMIT 5000) WHERE payment_method <> '' ORDER BY 1 LIMIT 50`)
	if methods, err = collect(rows, err, text); err != nil {
		return nil, nil, classify("reading payment methods", err)
	}
	rows, err = s.reading(ctx).Query(`SELECT sku FROM (SELECT DISTINCT sku FROM listing WHERE sku <> '' ORDER BY id DESC LIMIT 5000)
		UNION SELECT sku FROM (SELECT sku FROM variant WHERE sku <> '' ORDER BY id DESC LIMIT 5000)`)
	skus, err = collect(rows, err, text)
	return methods, skus, classify("reading SKUs", err)
}
