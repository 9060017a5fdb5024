// Package direct runs many statements on a connection of SQLite in one crossing from Go into C. An order is some twenty
// statements with two hundred and fifty values: by the driver, and still more by database/sql, putting each of them into
// an interface, copying it and crossing costs about half of what SQLite itself needs to write it.
package direct

/*
#include "direct.h"
*/
import "C"

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"unsafe"

	"github.com/mattn/go-sqlite3" // whose SQLite this is
)

func init() {
	if C.direct_register() != 0 {
		panic("SQLite takes no extension")
	}
}

// Conn is a connection below database/sql. It is for one goroutine at a time, together with the sql.Conn it is of.
type Conn struct {
	c *C.direct_conn
}

// Of gives the connection below conn, which must be held for as long as the Conn is used, and be closed after it.
func Of(ctx context.Context, conn *sql.Conn) (*Conn, error) {
	var handle int64
	if err := conn.QueryRowContext(ctx, "SELECT direct_handle()").Scan(&handle); err != nil {
		return nil, fmt.Errorf("reaching the connection: %w", err)
	}
	c := C.direct_open(C.uintptr_t(handle))
	if c == nil {
		return nil, errors.New("reaching the connection: out of memory")
	}
	return &Conn{c}, nil
}

// Close lets go of the prepared statements; the connection itself stays open.
func (c *Conn) Close() {
	C.direct_close(c.c)
	c.c = nil
}

// Statement is a prepared one; it lives as long as its Conn.
type Statement struct {
	number uint32
	places int
	query  string
}

// Prepare prepares the first statement of query.
func (c *Conn) Prepare(query string) (*Statement, error) {
	if query == "" {
		return nil, errors.New("preparing: there is no statement")
	}
	var number, places C.int
	text := (*C.char)(unsafe.Pointer(unsafe.StringData(query)))
	if code := C.direct_prepare(c.c, text, C.int(len(query)), &number, &places); code != 0 {
		return nil, fmt.Errorf("preparing %.60q: %w", query, c.trouble(code))
	}
	return &Statement{uint32(number), int(places), query}, nil
}

// trouble is the error of a code, which is the driver's where SQLite said it.
func (c *Conn) trouble(code C.int) error {
	message := C.GoString(C.direct_message(c.c))
	if code < 0 {
		return errors.New(message)
	}
	return fmt.Errorf("%s: %w", message, sqlite3.Error{Code: sqlite3.ErrNo(code & 0xff), ExtendedCode: sqlite3.ErrNoExtended(code)})
}

// Step is one statement of a program, by its number from 0 on.
type Step uint32

// Program is statements with their values. It is written from front to back (each statement, then its values), run by
// Conn.Do, and used again after Reset. Values are copied into it. The zero Program is ready.
type Program struct {
	code    []byte
	steps   []*Statement
	results []C.direct_result
}

// Reset empties the program and keeps its memory.
func (p *Program) Reset() { p.code, p.steps = p.code[:0], p.steps[:0] }

// Run adds a statement. As many values as it has places must follow.
func (p *Program) Run(s *Statement) Step {
	p.code = append(p.code, 'x')
	return p.add(s)
}

// RunUnless adds a statement that is left out when an earlier step gave a row; then it has that step's result.
func (p *Program) RunUnless(found Step, s *Statement) Step {
	p.code = binary.NativeEndian.AppendUint32(append(p.code, 'u'), uint32(found))
	return p.add(s)
}

func (p *Program) add(s *Statement) Step {
	p.code = binary.NativeEndian.AppendUint32(p.code, s.number)
	p.steps = append(p.steps, s)
	return Step(len(p.steps) - 1)
}

// Null adds a NULL.
func (p *Program) Null() { p.code = append(p.code, 'n') }

// Int adds a whole number.
func (p *Program) Int(n int64) {
	p.code = binary.NativeEndian.AppendUint64(append(p.code, 'i'), uint64(n))
}

// Bool adds 1 or 0.
func (p *Program) Bool(yes bool) {
	if yes {
		p.Int(1)
	} else {
		p.Int(0)
	}
}

// Float adds a real number; not-a-number is NULL in SQLite.
func (p *Program) Float(n float64) {
	p.code = binary.NativeEndian.AppendUint64(append(p.code, 'f'), math.Float64bits(n))
}

// Text adds a text; "" is the empty text, not NULL.
func (p *Program) Text(text string) {
	p.code = append(p.size('t', len(text)), text...)
}

// Blob adds bytes; an empty slice is the empty blob, and nil is NULL.
func (p *Program) Blob(bytes []byte) {
	if bytes == nil {
		p.Null()
		return
	}
	p.code = append(p.size('b', len(bytes)), bytes...)
}

func (p *Program) size(kind byte, n int) []byte {
	return binary.NativeEndian.AppendUint32(append(p.code, kind), uint32(min(n, math.MaxUint32)))
}

// Of adds the number that an earlier step gave: its new row's id, or the first column of its first row.
func (p *Program) Of(step Step) {
	p.code = binary.NativeEndian.AppendUint32(append(p.code, 'r'), uint32(step))
}

// Do runs the program to its end. Errors of SQLite are the driver's sqlite3.Error, with what it said and the statement;
// then what the steps before did stays done, and the caller has to roll it back.
func (c *Conn) Do(p *Program) error {
	if len(p.steps) == 0 {
		return nil
	}
	if cap(p.results) < len(p.steps) {
		p.results = make([]C.direct_result, 2*len(p.steps))
	}
	p.results = p.results[:len(p.steps)]
	var failed C.int
	code := C.direct_run(c.c, (*C.uchar)(unsafe.SliceData(p.code)), C.size_t(len(p.code)), unsafe.SliceData(p.results), C.int(len(p.results)), &failed)
	if code == 0 {
		return nil
	}
	return fmt.Errorf("running %.60q: %w", p.steps[min(int(failed), len(p.steps)-1)].query, c.trouble(code))
}

// Number is what a step of a program that was run gave: the first column of its first row, else the id of the last row
// inserted before it ended.
func (p *Program) Number(step Step) int64 { return int64(p.results[step].number) }

// Changed is how many rows a step inserted, updated or deleted, when it did.
func (p *Program) Changed(step Step) int64 { return int64(p.results[step].changed) }

// Row tells whether a step gave a row. It is an error when that does not begin with a whole number.
func (p *Program) Row(step Step) (bool, error) {
	switch p.results[step].kind {
	case 0:
		return false, nil
	case C.DIRECT_INTEGER:
		return true, nil
	}
	return true, errors.New("a number is none")
}
