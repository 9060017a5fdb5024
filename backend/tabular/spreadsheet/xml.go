package spreadsheet

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// kind is what a scanner stands on.
type kind uint8

const (
	startTag kind = iota
	endTag
	textRun
)

// scanner reads the XML of a workbook's part tag by tag. It knows as much of XML as workbooks use: names are compared
// without their prefix, so that the strict and the transitional namespace are one; of mc:AlternateContent the fallback
// counts; extension lists are passed over; document types, which could declare entities, are refused.
type scanner struct {
	src   io.Reader
	buf   []byte
	pos   int // what is not yet looked at
	end   int
	err   error // what the source ended with
	depth int

	kind  kind
	name  []byte // without prefix
	attrs []byte
	empty bool   // a start tag that is its own end: no end tag follows
	text  []byte // as it stands, with entities
	cdata bool   // text is to be taken literally
}

const window = 64 << 10

func newScanner(src io.Reader) (*scanner, error) {
	decoded, err := decode(src)
	return &scanner{src: decoded, buf: make([]byte, window)}, err
}

// decode gives a part as UTF-8 without byte order mark.
func decode(src io.Reader) (io.Reader, error) {
	in := bufio.NewReaderSize(src, 512)
	head, err := in.Peek(256)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	le, be := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	switch {
	case bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")):
		_, err = in.Discard(3)
		return in, err
	case bytes.HasPrefix(head, []byte("\xFF\xFE")), bytes.HasPrefix(head, []byte("<\x00")):
		return transform.NewReader(in, le.NewDecoder()), nil
	case bytes.HasPrefix(head, []byte("\xFE\xFF")), bytes.HasPrefix(head, []byte("\x00<")):
		return transform.NewReader(in, be.NewDecoder()), nil
	}
	switch declared(head) {
	case "", "utf-8", "utf8", "us-ascii", "ascii", "utf-16":
		return in, nil
	case "iso-8859-1", "latin1", "windows-1252":
		return transform.NewReader(in, charmap.Windows1252.NewDecoder()), nil
	}
	return nil, damaged("it is written in an encoding that is not known here")
}

// declared is the encoding that the first line names, "" when it names none.
func declared(head []byte) string {
	if !bytes.HasPrefix(head, []byte("<?xml")) {
		return ""
	}
	line, _, _ := bytes.Cut(head, []byte("?>"))
	_, said, _ := bytes.Cut(line, []byte("encoding="))
	if len(said) < 2 {
		return ""
	}
	name, _, _ := bytes.Cut(said[1:], said[:1])
	return strings.ToLower(string(name))
}

// errPartEnds is what reading on behind the last tag of a part gives.
var errPartEnds = io.EOF

// next moves on. The error is errPartEnds behind the last tag, else a *fault.Error or what the source failed with.
func (s *scanner) next() error {
	for {
		if s.pos == s.end {
			if err := s.fill(); err != nil {
				return s.ended(err)
			}
		}
		if s.buf[s.pos] != '<' {
			if s.depth == 0 { // what stands outside of the root element means nothing
				if err := s.pass("<"); err != nil {
					return s.ended(err)
				}
				s.pos--
				continue
			}
			return s.run()
		}
		if again, err := s.tag(); !again || err != nil {
			return err
		}
	}
}

func (s *scanner) ended(err error) error {
	if errors.Is(err, io.EOF) && s.depth > 0 {
		return damaged("one of its parts ends in the middle")
	}
	return err
}

// fill reads more behind what is not yet looked at, which moves to the front of the buffer; a full buffer grows.
func (s *scanner) fill() error {
	if s.err != nil {
		return s.err
	}
	if s.pos > 0 {
		s.end = copy(s.buf, s.buf[s.pos:s.end])
		s.pos = 0
	}
	if s.end == len(s.buf) {
		if len(s.buf) >= 2*maxTag {
			return damaged("one of its parts has a text or a tag of more than a million characters")
		}
		grown := make([]byte, 2*len(s.buf))
		copy(grown, s.buf)
		s.buf = grown
	}
	for range 100 {
		n, err := s.src.Read(s.buf[s.end:])
		s.end += n
		if n > 0 {
			s.err = err
			return nil
		}
		if err != nil {
			s.err = err
			return err
		}
	}
	s.err = io.ErrNoProgress
	return s.err
}

// run takes the text up to the next tag.
func (s *scanner) run() error {
	seen := 0
	for {
		if at := bytes.IndexByte(s.buf[s.pos+seen:s.end], '<'); at >= 0 {
			s.kind, s.cdata = textRun, false
			s.text = s.buf[s.pos : s.pos+seen+at]
			s.pos += seen + at
			return nil
		}
		seen = s.end - s.pos
		if err := s.fill(); err != nil {
			return s.ended(err)
		}
	}
}

// tag takes the tag at pos; again when it is none that anybody wants to see.
func (s *scanner) tag() (again bool, err error) {
	for s.end-s.pos < 2 {
		if err := s.fill(); err != nil {
			return false, cutOff(err)
		}
	}
	switch s.buf[s.pos+1] {
	case '?':
		return true, s.pass("?>")
	case '!':
		return s.declaration()
	case '/':
		return s.closing()
	}
	return s.opening()
}

func cutOff(err error) error {
	if errors.Is(err, io.EOF) {
		return damaged("one of its parts ends in the middle")
	}
	return err
}

// pass moves behind the next mark.
func (s *scanner) pass(mark string) error {
	for {
		if at := bytes.Index(s.buf[s.pos:s.end], []byte(mark)); at >= 0 {
			s.pos += at + len(mark)
			return nil
		}
		s.pos = max(s.pos, s.end-len(mark)+1)
		if err := s.fill(); err != nil {
			if s.depth == 0 && mark == "<" {
				return err
			}
			return cutOff(err)
		}
	}
}

const (
	commentStart = "<!--"
	cdataStart   = "<![CDATA["
)

func (s *scanner) declaration() (again bool, err error) {
	for s.end-s.pos < len(cdataStart) {
		if err := s.fill(); err != nil {
			return false, cutOff(err)
		}
	}
	at := s.buf[s.pos:s.end]
	switch {
	case bytes.HasPrefix(at, []byte(commentStart)):
		s.pos += len(commentStart)
		return true, s.pass("-->")
	case bytes.HasPrefix(at, []byte(cdataStart)) && s.depth > 0:
		return false, s.literal()
	}
	return false, damaged("one of its parts declares a document type, which no spreadsheet program writes")
}

func (s *scanner) literal() error {
	seen := len(cdataStart)
	for {
		if at := bytes.Index(s.buf[s.pos+seen:s.end], []byte("]]>")); at >= 0 {
			s.kind, s.cdata = textRun, true
			s.text = s.buf[s.pos+len(cdataStart) : s.pos+seen+at]
			s.pos += seen + at + 3
			return nil
		}
		seen = max(len(cdataStart), s.end-s.pos-2)
		if err := s.fill(); err != nil {
			return cutOff(err)
		}
	}
}

// tagEnd gives how far the tag at pos goes, its ">" included.
func (s *scanner) tagEnd() (int, error) {
	i, quote := 1, byte(0)
	for {
		for at := s.buf[s.pos:s.end]; i < len(at); i++ {
			switch c := at[i]; {
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case c == '>':
				if i > maxTag {
					return 0, damaged("one of its parts has a tag of more than a million characters")
				}
				return i + 1, nil
			case c == '"' || c == '\'':
				quote = c
			}
		}
		if err := s.fill(); err != nil {
			return 0, cutOff(err)
		}
	}
}

func (s *scanner) opening() (again bool, err error) {
	size, err := s.tagEnd()
	if err != nil {
		return false, err
	}
	inside := s.buf[s.pos+1 : s.pos+size-1]
	s.pos += size
	s.empty = len(inside) > 0 && inside[len(inside)-1] == '/'
	if s.empty {
		inside = inside[:len(inside)-1]
	}
	s.kind = startTag
	s.name, s.attrs = splitName(inside)
	if !s.empty {
		if s.depth++; s.depth > maxDepth {
			return false, damaged("its elements lie too deep inside of one another")
		}
	}
	return s.unwanted()
}

func (s *scanner) closing() (again bool, err error) {
	size, err := s.tagEnd()
	if err != nil {
		return false, err
	}
	s.kind, s.empty, s.attrs = endTag, false, nil
	s.name, _ = splitName(s.buf[s.pos+2 : s.pos+size-1])
	s.pos += size
	if s.depth--; s.depth < 0 {
		return false, damaged("one of its parts closes an element that was never opened")
	}
	return s.depth > 0 && (is(s.name, "AlternateContent") || is(s.name, "Fallback")), nil
}

// unwanted passes over what this program has no use for.
func (s *scanner) unwanted() (again bool, err error) {
	switch {
	case is(s.name, "extLst"), is(s.name, "Choice"):
		return true, s.skip()
	case is(s.name, "AlternateContent"), is(s.name, "Fallback"):
		return true, nil
	}
	return false, nil
}

// skip passes over the element whose start tag the scanner stands on.
func (s *scanner) skip() error {
	if s.empty {
		return nil
	}
	for until := s.depth - 1; s.depth > until; {
		if err := s.next(); err != nil {
			return cutOff(err)
		}
	}
	return nil
}

func is(name []byte, want string) bool { return string(name) == want }

// splitName takes the name of a tag, without prefix, from its attributes.
func splitName(tag []byte) (name, attrs []byte) {
	from := 0
	for i, c := range tag {
		switch {
		case c <= ' ':
			return tag[from:i], tag[i:]
		case c == ':':
			from = i + 1
		}
	}
	return tag[from:], nil
}

// attr takes the first attribute off attrs: its name without prefix, and its value as it stands. more is false at the end.
func attr(attrs []byte) (name, value, rest []byte, more bool) {
	i := 0
	for i < len(attrs) && attrs[i] <= ' ' {
		i++
	}
	from := i
	for i < len(attrs) && attrs[i] != '=' && attrs[i] > ' ' {
		if attrs[i] == ':' {
			from = i + 1
		}
		i++
	}
	name = attrs[from:i]
	for i < len(attrs) && (attrs[i] <= ' ' || attrs[i] == '=') {
		i++
	}
	if i >= len(attrs) || attrs[i] != '"' && attrs[i] != '\'' {
		return nil, nil, nil, false
	}
	length := bytes.IndexByte(attrs[i+1:], attrs[i])
	if length < 0 {
		return nil, nil, nil, false
	}
	return name, attrs[i+1 : i+1+length], attrs[i+2+length:], true
}

// attribute is the value of the attribute with a name, entities resolved; "" when there is none.
func (s *scanner) attribute(want string) string {
	for rest := s.attrs; ; {
		name, value, after, more := attr(rest)
		if !more {
			return ""
		}
		if is(name, want) {
			return string(appendUnescaped(nil, value))
		}
		rest = after
	}
}

// characters appends the text that the scanner stands on.
func (s *scanner) characters(to []byte) []byte {
	if s.cdata {
		return append(to, s.text...)
	}
	return appendUnescaped(to, s.text)
}

// appendUnescaped resolves the entities of XML; one that is none of the five, nor a number, stays as it stands. A line
// break is one LF.
func appendUnescaped(to, text []byte) []byte {
	for {
		at := bytes.IndexByte(text, '&')
		if at < 0 {
			return appendLines(to, text)
		}
		to = appendLines(to, text[:at])
		text = text[at:]
		size := bytes.IndexByte(text[:min(len(text), 12)], ';')
		if size < 0 {
			to, text = append(to, '&'), text[1:]
			continue
		}
		if r := entity(text[1:size]); r >= 0 {
			to = utf8.AppendRune(to, r)
		} else {
			to = append(to, text[:size+1]...)
		}
		text = text[size+1:]
	}
}

// appendLines appends text, its CRLF and CR as LF, as XML asks for.
func appendLines(to, text []byte) []byte {
	if bytes.IndexByte(text, '\r') < 0 {
		return append(to, text...)
	}
	for i, c := range text {
		switch {
		case c != '\r':
			to = append(to, c)
		case i+1 == len(text) || text[i+1] != '\n':
			to = append(to, '\n')
		}
	}
	return to
}

func entity(name []byte) rune {
	switch string(name) {
	case "lt":
		return '<'
	case "gt":
		return '>'
	case "amp":
		return '&'
	case "quot":
		return '"'
	case "apos":
		return '\''
	}
	if len(name) < 2 || name[0] != '#' {
		return -1
	}
	digits, base := name[1:], rune(10)
	if digits[0] == 'x' || digits[0] == 'X' {
		digits, base = digits[1:], 16
	}
	r := rune(0)
	for _, c := range digits {
		v := rune(hexValue(c))
		if v < 0 || v >= base || r > utf8.MaxRune {
			return -1
		}
		r = r*base + v
	}
	if len(digits) == 0 || !utf8.ValidRune(r) {
		return -1
	}
	return r
}
