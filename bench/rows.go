package main

import (
	"bufio"
	"database/sql"
	"encoding/binary"
	"fmt"
	"os"
	"strings"
)

// statement is one of those that the yardstick prepares, and the query that gives what to bind: the transaction first
// (the commit sequence), then where in it the row stands, then the values.
type statement struct{ sql, rows string }

// inserted are the tables to which an applied order is written, with how a row names its commit and its place in it.
// Ids are left to the database, as the product leaves them, so that equal ids prove the same order of writing.
var inserted = []struct{ table, leave, from, seq, place string }{
	{"listing", "id", "listing t", "t.seq", "0, t.id"},
	{"external_reference", "", "external_reference t JOIN listing g ON g.id = t.record_id AND t.kind = 'listing'", "g.seq", "1, g.id"},
	{"customer", "id", "customer t", "t.seq", "2, t.id"},
	{"orders", "id", "orders t", "t.seq", "3, t.id * 1000"},
	{"order_line", "id", "order_line t JOIN orders o ON o.id = t.order_id", "o.seq", "3, t.order_id * 1000 + 100 + t.position"},
	{"contact", "id", "contact t JOIN order_party p ON p.contact_id = t.id JOIN orders o ON o.id = p.order_id", "o.seq", "3, p.order_id * 1000 + 400 + row_number() OVER (PARTITION BY p.order_id ORDER BY t.id)"},
	{"order_party", "", "order_party t JOIN orders o ON o.id = t.order_id", "o.seq", "3, t.order_id * 1000 + 500"},
	{"order_tag", "", "order_tag t JOIN orders o ON o.id = t.order_id", "o.seq", "3, t.order_id * 1000 + 600"},
	{"external_reference", "", "external_reference t JOIN orders o ON o.id = t.record_id AND t.kind = 'order'", "o.seq", "3, t.record_id * 1000 + 700"},
	{"message", "id", "message t", "t.seq", "3, t.record_id * 1000 + 800"},
	{"payload", "", "payload t JOIN message m ON m.id = t.message_id", "m.seq", "3, m.record_id * 1000 + 900"},
	{"change", "id", "change t", "t.seq", "3, t.record_id * 1000 + 1000"},
}

// counted are the read models: one upsert per key and commit, as the product gathers them.
var counted = []statement{
	{`INSERT INTO order_count (facet, channel_id, value, n) VALUES (?, ?, ?, ?) ON CONFLICT (facet, channel_id, value) DO UPDATE SET n = n + excluded.n`,
		`SELECT seq, 4, 0, 'stage', channel_id, stage, count(*) FROM orders GROUP BY seq, channel_id, stage
		UNION ALL SELECT seq, 4, 0, 'unlinked', channel_id, '', count(*) FROM orders WHERE unlinked > 0 GROUP BY seq, channel_id
		UNION ALL SELECT o.seq, 4, 0, 'tag', o.channel_id, t.tag, count(*) FROM order_tag t JOIN orders o ON o.id = t.order_id GROUP BY o.seq, o.channel_id, t.tag`},
	{`INSERT INTO order_day (day, channel_id, currency, orders, total) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (day, channel_id, currency) DO UPDATE SET orders = orders + excluded.orders, total = total + excluded.total`,
		`SELECT seq, 5, 0, placed_at / 86400000, channel_id, currency, count(*), sum(COALESCE(total, computed_total, 0)) FROM orders
		GROUP BY seq, channel_id, currency, placed_at / 86400000`},
	{`UPDATE run SET checkpoint = ?, counts = ?, done = ?, total = ?, seq = ? WHERE id = ?`,
		`SELECT o.seq, 6, 0, r.checkpoint, r.counts, r.done, r.total, o.seq, r.id FROM (SELECT DISTINCT seq FROM orders) o
		JOIN run r ON r.kind = 'import'`},
	{`UPDATE commit_sequence SET value = ? WHERE id = 1`, `SELECT DISTINCT seq, 7, 0, seq FROM orders`},
}

// stream writes to path, as replay.c reads it, every row that applying wrote into db after the database that before
// names, in its transactions. It returns how many transactions there are.
func stream(db *sql.DB, path string) (int, error) {
	statements, err := statements(db)
	if err != nil {
		return 0, err
	}
	file, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	w := &streamWriter{Writer: bufio.NewWriterSize(file, 1<<20)}
	_ = w.WriteByte(byte(len(statements)))
	for _, s := range statements {
		w.text(s.sql)
	}
	if err := w.merge(db, statements); err != nil {
		return 0, err
	}
	if err := w.Flush(); err != nil {
		return 0, err
	}
	return w.transactions, file.Close()
}

// statements lists what is replayed. The channel, which the first write of an import makes, and the run are rows of
// their own in a transaction before all others.
func statements(db *sql.DB) ([]statement, error) {
	all := []statement{}
	for _, made := range []struct{ table, where string }{{"channel", ""}, {"run", " WHERE kind = 'import'"}} {
		s, err := insert(db, made.table, "", made.table+" t"+made.where, "0", "0, t.id")
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	for _, i := range inserted {
		s, err := insert(db, i.table, i.leave, i.from, i.seq, i.place)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return append(all, counted...), nil
}

func insert(db *sql.DB, table, leave, from, seq, place string) (statement, error) {
	names, err := columnsOf(db, table)
	if err != nil {
		return statement{}, err
	}
	var kept, read []string
	for _, name := range names {
		if name != leave {
			kept, read = append(kept, name), append(read, "t."+name)
		}
	}
	return statement{"INSERT INTO " + table + " (" + strings.Join(kept, ", ") + ") VALUES (?" + strings.Repeat(", ?", len(kept)-1) + ")",
		"SELECT " + seq + ", " + place + ", " + strings.Join(read, ", ") + " FROM " + from}, nil
}

func columnsOf(db *sql.DB, table string) (names []string, err error) {
	rows, err := db.Query("SELECT name FROM pragma_table_info(?)", table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

// streamWriter writes values with their lengths.
type streamWriter struct {
	*bufio.Writer
	transactions int
}

func (w *streamWriter) text(s string) {
	_ = binary.Write(w, binary.LittleEndian, uint32(len(s)))
	_, _ = w.WriteString(s)
}

func (w *streamWriter) value(v any) error {
	switch v := v.(type) {
	case nil:
		return w.WriteByte('n')
	case int64:
		_ = w.WriteByte('i')
		return binary.Write(w, binary.LittleEndian, v)
	case string:
		_ = w.WriteByte('t')
		w.text(v)
	case []byte:
		_ = w.WriteByte('b')
		w.text(string(v))
	default:
		return fmt.Errorf("a value of type %T", v)
	}
	return nil
}

// source is one statement's rows in the order of writing.
type source struct {
	rows   *sql.Rows
	values []any
	number byte
}

func (s *source) next() (bool, error) {
	if !s.rows.Next() {
		return false, s.rows.Err()
	}
	into := make([]any, len(s.values))
	for i := range into {
		s.values[i] = nil
		into[i] = &s.values[i]
	}
	return true, s.rows.Scan(into...)
}

func (s *source) before(o *source) bool {
	for i := range 3 {
		a, b := s.values[i].(int64), o.values[i].(int64)
		if a != b {
			return a < b
		}
	}
	return s.number < o.number
}

// merge writes the rows of all statements in the order in which they were written.
func (w *streamWriter) merge(db *sql.DB, statements []statement) error {
	var open []*source
	for i, s := range statements {
		rows, err := db.Query("SELECT * FROM (" + s.rows + ") ORDER BY 1, 2, 3") //nolint:rowserrcheck,unqueryvet // source.next checks; the columns are those of s.rows
		if err != nil {
			return fmt.Errorf("%s: %w", s.rows, err)
		}
		defer rows.Close()
		names, err := rows.Columns()
		if err != nil {
			return err
		}
		o := &source{rows: rows, values: make([]any, len(names)), number: byte(i + 1)}
		more, err := o.next()
		if err != nil {
			return err
		}
		if more {
			open = append(open, o)
		}
	}
	transaction := int64(-1)
	for len(open) > 0 { // source.next tells what went wrong with rows
		least := 0
		for i := range open {
			if open[i].before(open[least]) {
				least = i
			}
		}
		o := open[least]
		if seq := o.values[0].(int64); seq != transaction {
			if transaction >= 0 {
				_ = w.WriteByte(0)
			}
			transaction = seq
			w.transactions++
		}
		_ = w.WriteByte(o.number)
		for _, v := range o.values[3:] {
			if err := w.value(v); err != nil {
				return err
			}
		}
		more, err := o.next()
		if err != nil {
			return err
		}
		if !more {
			open = append(open[:least], open[least+1:]...)
		}
	}
	return w.WriteByte(0)
}
