package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"unsafe"

	"github.com/mattn/go-sqlite3"
)

// statement is one that the writer runs over and over, prepared once for the life of its connection. It goes past
// database/sql, and by the driver's way of asking, which binds all values and steps in one crossing into C where that of
// executing crosses once per value: an order is some twenty statements with two hundred and fifty values.
type statement struct {
	prepared *sqlite3.SQLiteStmt
	values   []driver.NamedValue
}

// rawConn gives the driver's own connection below conn. The writer is the only user of both, from one goroutine, and
// holds conn for as long as it lives.
func rawConn(conn *sql.Conn) (raw *sqlite3.SQLiteConn, err error) {
	err = conn.Raw(func(c any) error {
		var ok bool
		if raw, ok = c.(*sqlite3.SQLiteConn); !ok {
			return fmt.Errorf("the database's driver is %T", c)
		}
		return nil
	})
	return raw, err
}

// lately remembers statements by where the text of their query lies: for the constants of this package that says it all,
// and hashing their texts would cost as much as binding their values. It keeps the texts, so none of them can move.
type lately [256]struct {
	query string
	found *statement
}

func (l *lately) slot(query string) (at int, same bool) {
	text := unsafe.StringData(query)
	at = int(uintptr(unsafe.Pointer(text)) >> 3 % uintptr(len(l)))
	return at, len(l[at].query) == len(query) && unsafe.StringData(l[at].query) == text
}

func (tx *Tx) statement(query string) (*statement, error) {
	at, same := tx.lately.slot(query)
	if same {
		return tx.lately[at].found, nil
	}
	s, err := tx.prepared(query)
	if err == nil {
		tx.lately[at].query, tx.lately[at].found = query, s
	}
	return s, err
}

func (tx *Tx) prepared(query string) (*statement, error) {
	if s, ok := tx.direct[query]; ok {
		return s, nil
	}
	prepared, err := tx.raw.Prepare(query)
	if err != nil {
		return nil, fmt.Errorf("preparing %.60q: %w", query, err)
	}
	s := &statement{prepared: prepared.(*sqlite3.SQLiteStmt)} //nolint:forcetypeassert // the driver prepares nothing else
	s.values = make([]driver.NamedValue, s.prepared.NumInput())
	for i := range s.values {
		s.values[i].Ordinal = i + 1
	}
	tx.direct[query] = s
	return s, nil
}

// start binds args and takes the first step. Rows that are at their end need no closing: the next start resets them.
func (s *statement) start(args []any) (driver.Rows, error) {
	if len(args) != len(s.values) {
		return nil, fmt.Errorf("%d values for %d places", len(args), len(s.values))
	}
	for i, arg := range args {
		value, err := bindable(arg)
		if err != nil {
			return nil, fmt.Errorf("value %d: %w", i+1, err)
		}
		s.values[i].Value = value
	}
	return s.prepared.QueryContext(context.Background(), s.values)
}

// bindable is what the driver takes for a value.
func bindable(arg any) (driver.Value, error) {
	switch v := arg.(type) {
	case nil, string, int64, bool, []byte, float64:
		return v, nil
	case int:
		return int64(v), nil
	}
	return driver.DefaultParameterConverter.ConvertValue(arg)
}

// exec runs the statement to its end.
func (s *statement) exec(args []any) error {
	rows, err := s.start(args)
	if err != nil {
		return err
	}
	for err = rows.Next(nil); err == nil; err = rows.Next(nil) {
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return errors.Join(err, rows.Close())
}

// number reads the first column of the first row, a whole number; false when there is no row.
func (s *statement) number(args []any) (n int64, found bool, err error) {
	rows, err := s.start(args)
	if err != nil {
		return 0, false, err
	}
	var first [1]driver.Value
	if err := rows.Next(first[:]); err != nil {
		if errors.Is(err, io.EOF) {
			return 0, false, nil
		}
		return 0, false, errors.Join(err, rows.Close())
	}
	n, ok := first[0].(int64)
	if !ok {
		err = fmt.Errorf("a number is %T", first[0])
	}
	return n, true, errors.Join(err, rows.Close())
}
