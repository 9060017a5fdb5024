// Package objects reads JSON as rows of a table: a list of objects, or objects one behind the other (JSON lines). A row is
// an object, a column a name. Memory is bounded by the largest object allowed, and a damaged object is named and passed
// over where the next one can be told.
//
// An object inside of an object gives columns of joined names ("buyer.city"); a list of texts and numbers gives its parts
// with a comma and a blank between them; any other list stays as it is written. null states nothing (RFC 8259).
package objects

import (
	"bytes"
	"fmt"
)

// The limits on one file. What is larger or deeper is a Problem of its object, or a NamesError, never more memory.
const (
	MaxObject  = 4 << 20
	MaxDepth   = 32
	MaxNames   = 2000
	mostNaming = 1 << 20 // bytes of all names together
)

// Problem is the error for one damaged object. Reading may go on behind it.
type Problem struct {
	Record int // which object of the file, from 1
	Line   int // the physical line of the damage, from 1
	Place  int // the byte of that line, from 1
	What   string
}

// Error says where what is broken.
func (p *Problem) Error() string {
	return fmt.Sprintf("reading object %d: line %d, place %d: %s", p.Record, p.Line, p.Place, p.What)
}

// NamesError says that objects have too many different names to be rows of one table.
type NamesError struct{ Line int }

// Error says where the names became too many.
func (e *NamesError) Error() string {
	return fmt.Sprintf("line %d: more than %d different names", e.Line, MaxNames)
}

// Begins tells whether a decoded text begins like a list of objects or like an object. A list without anything in it is one.
func Begins(text []byte) bool {
	start := bytes.TrimLeft(text, blanks)
	if list, ok := bytes.CutPrefix(start, []byte("[")); ok {
		start = bytes.TrimLeft(list, blanks)
		if len(start) > 0 && start[0] == ']' {
			return len(bytes.TrimLeft(start[1:], blanks)) == 0
		}
	}
	object, ok := bytes.CutPrefix(start, []byte("{"))
	object = bytes.TrimLeft(object, blanks)
	return ok && len(object) > 0 && (object[0] == '"' || object[0] == '}')
}

const blanks = " \t\r\n"
