package delimited

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Encoding names how a file writes its characters as bytes.
type Encoding string

// The encodings read and written here.
const (
	UTF8        Encoding = "UTF-8"
	UTF16LE     Encoding = "UTF-16LE"
	UTF16BE     Encoding = "UTF-16BE"
	Windows1252 Encoding = "Windows-1252"
	ShiftJIS    Encoding = "Shift JIS"
)

// Detected is what the bytes of a whole file tell about its encoding.
type Detected struct {
	Encoding  Encoding
	BOM       bool
	Truncated bool  // the file ends within a UTF-8 character
	Malformed int   // places that are no UTF-8
	Multibyte bool  // has characters of two and more bytes that are UTF-8
	Undefined int   // bytes that Windows-1252 does not define, when it is that
	Foreign   bool  // letters stand together as no Western language has them: likely a code page of another script
	Size      int64 // bytes read
}

var marks = []struct {
	encoding Encoding
	bytes    []byte
}{
	{UTF8, []byte("\xEF\xBB\xBF")},
	{UTF16LE, []byte("\xFF\xFE")},
	{UTF16BE, []byte("\xFE\xFF")},
}

// sampleSize is how much of the beginning the guess at UTF-16 without a mark looks at.
const sampleSize = 4096

const headerSize = 512

// Detect reads src to its end and tells its encoding: a byte order mark decides; many zero bytes at every second place
// are UTF-16; bytes that are no UTF-8 anywhere but at the very end are Shift JIS when they look like Japanese, else
// Windows-1252; else it is UTF-8. The error is
// what src failed with.
func Detect(src io.Reader) (Detected, error) {
	sample := make([]byte, sampleSize)
	n, err := io.ReadFull(src, sample)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return Detected{}, fmt.Errorf("reading file: %w", err)
	}
	found := beginning(sample[:n])
	var check validity
	if err := check.readAll(io.MultiReader(bytes.NewReader(sample[:n]), src)); err != nil {
		return Detected{}, fmt.Errorf("reading file: %w", err)
	}
	return check.judge(found), nil
}

func beginning(sample []byte) Detected {
	for _, m := range marks {
		if bytes.HasPrefix(sample, m.bytes) {
			return Detected{Encoding: m.encoding, BOM: true}
		}
	}
	return Detected{Encoding: guessUTF16(sample)}
}

// LooksUTF16 tells whether a file that begins like head is UTF-16, with or without a mark.
func LooksUTF16(head []byte) bool {
	found := beginning(head[:min(len(head), sampleSize)]).Encoding
	return found == UTF16LE || found == UTF16BE
}

// guessUTF16 counts zero bytes at even and odd places: delimiters, digits and Latin letters have one each.
// It looks at the beginning, where a header row stands.
func guessUTF16(sample []byte) Encoding {
	sample = sample[:min(len(sample), headerSize)]
	var zeros [2]int
	for i, b := range sample {
		if b == 0 {
			zeros[i%2]++
		}
	}
	enough := max(4, len(sample)/5)
	switch {
	case zeros[1] >= enough && zeros[0]*8 <= zeros[1]:
		return UTF16LE
	case zeros[0] >= enough && zeros[1]*8 <= zeros[0]:
		return UTF16BE
	}
	return UTF8
}

// validity checks a stream for UTF-8.
type validity struct {
	malformed, undefined int
	multibyte, truncated bool
	size                 int64
	japanese             shiftJIS
	script               foreign
}

func (v *validity) readAll(src io.Reader) error {
	buf := make([]byte, firstWindow)
	kept := 0
	for {
		n, err := src.Read(buf[kept:])
		v.size += int64(n)
		rest := v.check(buf[:kept+n])
		kept = copy(buf, rest)
		if err == io.EOF {
			v.truncated = kept > 0
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// check gives back the beginning of a character that is cut off at the end of part.
func (v *validity) check(part []byte) []byte {
	part, rest := cutPartial(part)
	valid := utf8.Valid(part)
	if !valid || v.malformed > 0 { // only then is it asked what else the bytes could be
		v.japanese.watch(part)
		v.script.watch(part)
	}
	if valid {
		v.multibyte = v.multibyte || !ascii(part)
		return rest
	}
	for len(part) > 0 {
		r, size := utf8.DecodeRune(part)
		if r == utf8.RuneError && size == 1 {
			v.malformed++
		}
		v.multibyte = v.multibyte || size > 1
		v.undefined += undefined(part[0], size)
		part = part[size:]
	}
	return rest
}

func ascii(part []byte) bool {
	for _, b := range part {
		if b >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// undefined is 1 for a byte alone that Windows-1252 leaves undefined.
func undefined(b byte, size int) int {
	switch b {
	case 0x81, 0x8D, 0x8F, 0x90, 0x9D:
		if size == 1 {
			return 1
		}
	}
	return 0
}

// cutPartial splits off up to three bytes at the end that begin a character but do not finish it.
func cutPartial(part []byte) (whole, rest []byte) {
	for i := 1; i <= min(3, len(part)); i++ {
		tail := part[len(part)-i:]
		if utf8.RuneStart(tail[0]) {
			if tail[0] >= 0xC0 && !utf8.FullRune(tail) {
				return part[:len(part)-i], tail
			}
			break
		}
	}
	return part, nil
}

func (v *validity) judge(found Detected) Detected {
	found.Size = v.size
	if found.Encoding != UTF8 {
		return found
	}
	found.Malformed, found.Multibyte, found.Truncated = v.malformed, v.multibyte, v.truncated
	if v.malformed > 0 && !found.BOM {
		found.Encoding, found.Undefined, found.Truncated = Windows1252, v.undefined, false
		found.Foreign = v.script.is()
		if v.japanese.is() {
			found.Encoding, found.Undefined, found.Foreign = ShiftJIS, 0, false
		}
	}
	return found
}

func codec(e Encoding, policy unicode.BOMPolicy) encoding.Encoding {
	switch e {
	case UTF16LE:
		return unicode.UTF16(unicode.LittleEndian, policy)
	case UTF16BE:
		return unicode.UTF16(unicode.BigEndian, policy)
	case Windows1252:
		return charmap.Windows1252
	case ShiftJIS:
		return japanese.ShiftJIS
	}
	return nil
}

// Decode gives src as UTF-8, without its byte order mark.
func Decode(src io.Reader, e Encoding) io.Reader {
	if c := codec(e, unicode.UseBOM); c != nil {
		return transform.NewReader(src, c.NewDecoder())
	}
	return &markless{src: src}
}

// markless drops a UTF-8 byte order mark.
type markless struct {
	src  io.Reader
	head io.Reader
}

func (m *markless) Read(into []byte) (int, error) {
	if m.head == nil {
		first := make([]byte, len(marks[0].bytes))
		n, err := io.ReadFull(m.src, first)
		if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
			return 0, err
		}
		m.head = bytes.NewReader(bytes.TrimPrefix(first[:n], marks[0].bytes))
	}
	if n, err := m.head.Read(into); n > 0 || err == nil {
		return n, err
	}
	return m.src.Read(into)
}

// Encode gives a writer of UTF-8 text that writes e to dst, with a byte order mark first when bom is set. Characters
// that e lacks become its substitute. Close flushes; it does not close dst.
func Encode(dst io.Writer, e Encoding, bom bool) (io.WriteCloser, error) {
	var out io.WriteCloser = plain{dst}
	if c := codec(e, unicode.IgnoreBOM); c != nil {
		out = transform.NewWriter(dst, encoding.ReplaceUnsupported(c.NewEncoder()))
	}
	if bom && e != Windows1252 && e != ShiftJIS {
		if _, err := out.Write(marks[0].bytes); err != nil {
			return nil, fmt.Errorf("writing byte order mark: %w", err)
		}
	}
	return out, nil
}

type plain struct{ io.Writer }

func (plain) Close() error { return nil }
