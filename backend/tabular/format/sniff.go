package format

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"tradepost/backend/fault"
	"tradepost/backend/tabular/delimited"
	"tradepost/backend/tabular/objects"
	"tradepost/backend/tabular/value"
)

// beginning is how far the search for a header row looks.
const (
	beginningSize = 256 << 10
	beginningRows = 20
)

// sniffed is the beginning of a file, decoded.
type sniffed struct {
	detected delimited.Detected
	text     []byte
	said     byte // the delimiter a first line "sep=;" names, 0 when there is none
	saidOn   int  // the physical line that names it
	best     byte // the delimiter that a header row was found by

	workbook bool
	sheets   []sheetHead // of a workbook, in place of text
	named    string      // the sheet that a person named: the only one to be read

	objects bool // JSON: the names of all its objects are the header row
	list    bool // they stand in a list, else one behind the other
	names   delimited.Record
}

// sniff tells the encoding from the whole file and reads its beginning. Empty files and files that are no text are
// *fault.Error in words.
func sniff(ctx context.Context, src Source) (sniffed, error) {
	detected, err := detect(ctx, src)
	if errors.Is(err, errWorkbook) {
		return sniffSheets(ctx, src)
	}
	if err != nil {
		return sniffed{}, err
	}
	text, err := beginning(ctx, src, detected.Encoding)
	if err != nil {
		return sniffed{}, err
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return sniffed{}, fault.New(fault.Invalid, "The file is empty.", "Export it again and check that it holds orders.")
	}
	if objects.Begins(text) {
		return sniffObjects(ctx, src, detected)
	}
	s := sniffed{detected: detected, text: text}
	s.said, s.saidOn = saidDelimiter(text)
	return s, nil
}

func detect(ctx context.Context, src Source) (delimited.Detected, error) {
	in, err := src.Open()
	if err != nil {
		return delimited.Detected{}, fmt.Errorf("opening file: %w", err)
	}
	defer in.Close()
	buffered := bufio.NewReader(contextReader{ctx, in})
	head, err := buffered.Peek(4096)
	if err != nil && !errors.Is(err, io.EOF) {
		return delimited.Detected{}, readError(err)
	}
	if err := notText(head); err != nil {
		return delimited.Detected{}, err
	}
	found, err := delimited.Detect(buffered)
	if err != nil {
		return found, readError(err)
	}
	if found.Encoding == delimited.UTF8 || found.Encoding == delimited.Windows1252 {
		err = tooManyZeros(head)
	}
	return found, err
}

func beginning(ctx context.Context, src Source, e delimited.Encoding) ([]byte, error) {
	in, err := src.Open()
	if err != nil {
		return nil, fmt.Errorf("opening file: %w", err)
	}
	defer in.Close()
	text, err := io.ReadAll(io.LimitReader(delimited.Decode(contextReader{ctx, in}, e), beginningSize))
	if err != nil {
		return nil, readError(err)
	}
	return text, nil
}

// contextReader stops reading when the context ends.
type contextReader struct {
	ctx context.Context
	src io.Reader
}

func (r contextReader) Read(into []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.src.Read(into)
}

// readError says what a failed read means: stopped by a person, or trouble with the disk.
func readError(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fault.Wrap(err, fault.Cancelled, "Reading the file was stopped.", "")
	}
	return fmt.Errorf("reading file: %w", err)
}

// saidDelimiter reads the line "sep=;" that spreadsheets put first, and says which line it is. Blank lines may stand
// before it.
func saidDelimiter(text []byte) (comma byte, line int) {
	start := bytes.TrimLeft(text, "\r\n")
	blank := text[:len(text)-len(start)]
	first, _, _ := bytes.Cut(start, []byte("\n"))
	first, _, _ = bytes.Cut(first, []byte("\r"))
	rest, ok := bytes.CutPrefix(bytes.ToLower(first), []byte("sep="))
	if ok && len(rest) == 1 && rest[0] < 0x80 && rest[0] != '"' {
		line = 1 + bytes.Count(blank, []byte("\n")) + bytes.Count(bytes.ReplaceAll(blank, []byte("\r\n"), nil), []byte("\r"))
		return rest[0], line
	}
	return 0, 0
}

// delimiters are tried in this order; of two that fit alike the first counts. Of a workbook they are the sheets, by
// their place.
func (s *sniffed) delimiters() []byte {
	if s.workbook {
		places := make([]byte, 0, len(s.sheets))
		for i := range s.sheets {
			if s.named == "" || s.named == s.sheets[i].Name {
				places = append(places, byte(i)) // mostSheets is below 256
			}
		}
		return places
	}
	if s.objects {
		return []byte{0}
	}
	if s.said != 0 {
		return []byte{s.said}
	}
	return []byte{',', '\t', ';', '|'}
}

// records reads the first records with a delimiter, without the line that names it.
func (s *sniffed) records(comma byte) []delimited.Record {
	if s.workbook {
		return s.sheets[comma].records
	}
	if s.objects {
		return []delimited.Record{s.names}
	}
	r := delimited.NewReader(bytes.NewReader(s.text), delimited.Dialect{Comma: comma, Quoting: delimited.Standard})
	var found []delimited.Record
	for len(found) < beginningRows {
		record, err := r.Read()
		if damaged, ok := errors.AsType[*delimited.Problem](err); ok {
			record, err = delimited.Record{Line: damaged.Start, Cells: damaged.Cells}, nil
		}
		if err != nil {
			break
		}
		if s.said == 0 || record.Line > s.saidOn {
			found = append(found, record)
		}
	}
	return found
}

// allQuoted tells whether every cell of the header row stands in quotes, so that a file of a format without quoting is
// quoted all the same.
func (s *sniffed) allQuoted(line int, comma byte) bool {
	if s.workbook || s.objects {
		return false
	}
	r := delimited.NewReader(bytes.NewReader(s.text), delimited.Dialect{Comma: comma, Quoting: delimited.None})
	for r.Next() == nil {
		if r.Line() < line {
			continue
		}
		for i := range r.Len() {
			cell := value.Text(string(r.Cell(i)))
			if len(cell) < 2 || !strings.HasPrefix(cell, `"`) || !strings.HasSuffix(cell, `"`) {
				return false
			}
		}
		return r.Line() == line
	}
	return false
}
