package store

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"time"
	"unsafe"

	"tradepost/backend/commerce"
	"tradepost/backend/store/direct"
)

// lately remembers statements by where the text of their query lies: for the constants of this package that says it all,
// and hashing their texts would cost as much as binding their values. It keeps the texts, so none of them can move.
type lately [256]struct {
	query string
	found *direct.Statement
}

func (l *lately) slot(query string) (at int, same bool) {
	text := unsafe.StringData(query)
	at = int(uintptr(unsafe.Pointer(text)) >> 3 % uintptr(len(l)))
	return at, len(l[at].query) == len(query) && unsafe.StringData(l[at].query) == text
}

// statement prepares a query once for the life of the connection.
func (tx *Tx) statement(query string) (*direct.Statement, error) {
	at, same := tx.lately.slot(query)
	if same {
		return tx.lately[at].found, nil
	}
	s, known := tx.direct[query]
	if !known {
		var err error
		if s, err = tx.below.Prepare(query); err != nil {
			return nil, err
		}
		tx.direct[query] = s
	}
	tx.lately[at].query, tx.lately[at].found = query, s
	return s, nil
}

// batch is statements of one write that are run in one go, by run. What goes wrong on the way is told there.
type batch struct {
	direct.Program
	tx  *Tx
	err error
}

// batch begins an empty batch. There is one at a time; Exec and its like may come between.
func (tx *Tx) batch() *batch { return tx.many.begin(tx) }

func (b *batch) begin(tx *Tx) *batch {
	b.Reset()
	b.tx, b.err = tx, nil
	return b
}

// single runs one statement.
func (tx *Tx) single(query string, args []any) (*batch, error) {
	b := tx.one.begin(tx)
	b.add(query)
	b.values(args)
	return b, b.run()
}

// add adds a statement; its values must follow.
func (b *batch) add(query string) direct.Step {
	s, err := b.tx.statement(query)
	if err != nil {
		b.err = err
		return 0
	}
	return b.Run(s)
}

// addUnless adds a statement that is spared when an earlier one gave a row.
func (b *batch) addUnless(found direct.Step, query string) direct.Step {
	s, err := b.tx.statement(query)
	if err != nil {
		b.err = err
		return 0
	}
	return b.RunUnless(found, s)
}

// run runs what was added. On an error the write that it is part of must end with one.
func (b *batch) run() error {
	if b.err != nil {
		return b.err
	}
	return b.tx.below.Do(&b.Program)
}

func (b *batch) texts(all ...string) {
	for _, text := range all {
		b.Text(text)
	}
}

// amounts adds amounts, NULL for those that are not stated.
func (b *batch) amounts(all ...commerce.Amount) {
	for _, a := range all {
		if a.Stated {
			b.Int(a.Minor)
		} else {
			b.Null()
		}
	}
}

// stated adds a number that is NULL when it is 0: an instant or an id.
func (b *batch) stated(n int64) {
	if n != 0 {
		b.Int(n)
	} else {
		b.Null()
	}
}

// values adds what Exec and its like are given.
func (b *batch) values(args []any) {
	for i, arg := range args {
		if err := b.value(arg); err != nil && b.err == nil {
			b.err = fmt.Errorf("value %d: %w", i+1, err)
		}
	}
}

func (b *batch) value(arg any) error {
	switch v := arg.(type) {
	case nil:
		b.Null()
	case string:
		b.Text(v)
	case int64:
		b.Int(v)
	case int:
		b.Int(int64(v))
	case bool:
		b.Bool(v)
	case []byte:
		b.Blob(v)
	case float64:
		b.Float(v)
	default:
		plain, err := driver.DefaultParameterConverter.ConvertValue(arg)
		if _, instant := plain.(time.Time); instant {
			return errors.New("an instant is a number here")
		}
		if err != nil {
			return err
		}
		return b.value(plain)
	}
	return nil
}
