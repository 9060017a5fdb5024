package delimited

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Writer writes records in a dialect, for files that go back in their original layout.
type Writer struct {
	out     *bufio.Writer
	dialect Dialect
	newline string
	always  bool
}

// NewWriter writes to dst with LF line ends.
func NewWriter(dst io.Writer, dialect Dialect) *Writer {
	return &Writer{out: bufio.NewWriter(dst), dialect: dialect, newline: "\n"}
}

// UseCRLF makes the line ends CRLF, as RFC 4180 and Windows programs like them.
func (w *Writer) UseCRLF() { w.newline = "\r\n" }

// QuoteAlways quotes every cell, for programs that take an unquoted one for something else.
func (w *Writer) QuoteAlways() { w.always = true }

// Write writes one record. Cells are quoted where reading back needs it; in a dialect without quoting, delimiters and
// line breaks inside a cell become blanks. The error is what the destination failed with, by Flush at the latest.
func (w *Writer) Write(cells []string) error {
	for i, cell := range cells {
		if i > 0 {
			_ = w.out.WriteByte(w.dialect.Comma)
		}
		w.cell(cell, len(cells) == 1)
	}
	if _, err := w.out.WriteString(w.newline); err != nil {
		return fmt.Errorf("writing record: %w", err)
	}
	return nil
}

// Flush writes what is still held back.
func (w *Writer) Flush() error {
	if err := w.out.Flush(); err != nil {
		return fmt.Errorf("writing record: %w", err)
	}
	return nil
}

func (w *Writer) cell(cell string, alone bool) {
	switch {
	case w.dialect.Quoting == None:
		_, _ = w.out.WriteString(w.flat(cell))
	case w.always || alone && cell == "" || w.special(cell):
		_, _ = w.out.WriteString(`"` + strings.ReplaceAll(cell, `"`, `""`) + `"`)
	default:
		_, _ = w.out.WriteString(cell)
	}
}

// special tells whether a cell must be quoted to come back as it is; blanks at an end are quoted for other readers.
func (w *Writer) special(cell string) bool {
	return strings.ContainsAny(cell, "\"\r\n") || strings.IndexByte(cell, w.dialect.Comma) >= 0 ||
		cell != strings.Trim(cell, " \t")
}

func (w *Writer) flat(cell string) string {
	return strings.Map(func(r rune) rune {
		if r == rune(w.dialect.Comma) || r == '\n' || r == '\r' {
			return ' '
		}
		return r
	}, cell)
}
