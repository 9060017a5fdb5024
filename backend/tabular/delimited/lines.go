package delimited

import (
	"bytes"
	"errors"
	"io"
)

// lines finds physical lines in a growing window over the source. Offsets are relative to pos, the start of the
// current record, so that the window may move while a record is being read.
type lines struct {
	src  io.Reader
	buf  []byte
	pos  int   // start of the current record in buf
	end  int   // end of what is read into buf
	err  error // what the source ended with
	line int   // physical line number at pos
}

const firstWindow = 64 << 10

// maxEmptyReads ends reading from a source that neither gives bytes nor ends.
const maxEmptyReads = 100

var errTooLong = errors.New("line too long")

// lineEnd gives where the line that starts at offset from ends and where the next one starts. The error is io.EOF when
// no line starts there, errTooLong past the limit, else the source's.
func (l *lines) lineEnd(from int) (end, next int, err error) {
	for scanned := from; ; {
		window := l.buf[l.pos:l.end]
		if at := lineBreak(window, scanned); at >= 0 && (window[at] == '\n' || at+1 < len(window) || l.err != nil) {
			return at, at + breakLength(window[at:]), nil //nolint:nilerr // a source that failed behind this line fails the next
		} else if at < 0 {
			scanned = len(window)
		} else {
			scanned = at
		}
		if l.err != nil {
			return l.lastLine(from, len(window))
		}
		if len(window) >= MaxRecord {
			return 0, 0, errTooLong
		}
		l.fill()
	}
}

func (l *lines) lastLine(from, size int) (end, next int, err error) {
	if !errors.Is(l.err, io.EOF) || from == size {
		return 0, 0, l.err
	}
	return size, size, nil
}

// lineBreak finds the first LF or CR at or after from, or -1. It looks in blocks, so that a file without any LF costs
// no more than one with.
func lineBreak(window []byte, from int) int {
	const block = 1024
	for ; from < len(window); from += block {
		part := window[from:min(from+block, len(window))]
		lf := bytes.IndexByte(part, '\n')
		if lf >= 0 {
			part = part[:lf]
		}
		if cr := bytes.IndexByte(part, '\r'); cr >= 0 {
			return from + cr
		}
		if lf >= 0 {
			return from + lf
		}
	}
	return -1
}

func breakLength(at []byte) int {
	if at[0] == '\r' && len(at) > 1 && at[1] == '\n' {
		return 2
	}
	return 1
}

// fill reads more behind the current record: the record moves to the front of the buffer, which grows when full.
func (l *lines) fill() {
	if l.pos > 0 {
		l.end = copy(l.buf, l.buf[l.pos:l.end])
		l.pos = 0
	}
	if l.end == len(l.buf) {
		grown := make([]byte, max(firstWindow, 2*len(l.buf)))
		copy(grown, l.buf)
		l.buf = grown
	}
	for range maxEmptyReads {
		n, err := l.src.Read(l.buf[l.end:])
		l.end += n
		l.err = err
		if n > 0 || err != nil {
			return
		}
	}
	l.err = io.ErrNoProgress
}

// skipLine drops the rest of a line that is too long, in bounded memory.
func (l *lines) skipLine() {
	for {
		window := l.buf[l.pos:l.end]
		at := lineBreak(window, 0)
		if at >= 0 && (window[at] == '\n' || at+1 < len(window) || l.err != nil) {
			l.pos += at + breakLength(window[at:])
			break
		}
		if l.err != nil {
			l.pos = l.end
			break
		}
		if at < 0 {
			at = len(window)
		}
		l.pos += at
		l.fill()
	}
	l.line++
}
