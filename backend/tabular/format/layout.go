package format

import (
	"context"
	"fmt"
	"strings"

	"tradepost/backend/fault"
	"tradepost/backend/tabular/delimited"
)

// FileLayout is what a person said of how a file is laid out; what is not said is found out.
type FileLayout struct {
	Sheet     string `json:"sheet,omitempty" doc:"Of a workbook, the sheet to read."`
	Encoding  string `json:"encoding,omitempty" doc:"UTF-8, UTF-16LE, UTF-16BE or Windows-1252."`
	Delimiter string `json:"delimiter,omitempty" doc:"The sign between cells."`
	HeaderRow int    `json:"header_row,omitempty" minimum:"0" doc:"The physical line with the names of the columns, counted from 1."`
	// DescriptionRow says that the row below the header describes the columns and is no record.
	DescriptionRow bool `json:"description_row,omitempty"`
}

// encodings are those that can be read, by normalised name.
var encodings = map[string]delimited.Encoding{"utf8": delimited.UTF8, "utf16le": delimited.UTF16LE, "utf16be": delimited.UTF16BE,
	"windows1252": delimited.Windows1252, "latin1": delimited.Windows1252, "iso88591": delimited.Windows1252}

// check finds what cannot be meant.
func (l FileLayout) check() error {
	if _, ok := encodings[normal(l.Encoding)]; l.Encoding != "" && !ok {
		return fault.New(fault.Invalid, fmt.Sprintf("%q is not an encoding that can be read.", l.Encoding),
			"Use UTF-8, UTF-16LE, UTF-16BE or Windows-1252.").InField("encoding")
	}
	if l.Delimiter != "" && (len(l.Delimiter) != 1 || l.Delimiter[0] >= 0x80 || strings.ContainsAny(l.Delimiter, "\"\r\n") || l.Delimiter[0] == 0) {
		return fault.New(fault.Invalid, fmt.Sprintf("%q cannot separate cells.", l.Delimiter), "Use one sign, such as a comma, a semicolon or a tab.").InField("delimiter")
	}
	if l.HeaderRow < 0 {
		return fault.New(fault.Invalid, "The header row is a line of the file, counted from 1.", "Name a line, or none.").InField("header_row")
	}
	return nil
}

// sniffAs is sniff, as far as a person did not say how the file is laid out.
func sniffAs(ctx context.Context, src Source, l FileLayout) (sniffed, error) {
	if err := l.check(); err != nil {
		return sniffed{}, err
	}
	s, err := sniff(ctx, onSheetOf(src, l))
	if err != nil || s.workbook || s.objects {
		return s, err
	}
	if e, ok := encodings[normal(l.Encoding)]; ok && l.Encoding != "" && e != s.detected.Encoding {
		s.detected = delimited.Detected{Encoding: e}
		if s.text, err = beginning(ctx, src, e); err != nil {
			return s, err
		}
		s.said, s.saidOn = saidDelimiter(s.text)
	}
	if l.Delimiter != "" {
		s.said = l.Delimiter[0]
	}
	return s, nil
}

// headerAt is the record that begins on a line, with every delimiter that is tried. Objects have no such line.
func (s *sniffed) headerAt(line int) (record delimited.Record, comma byte, ok bool) {
	if s.objects {
		return s.names, 0, true
	}
	for _, comma := range s.delimiters() {
		for _, r := range s.records(comma) {
			if r.Line == line && (!ok || len(r.Cells) > len(record.Cells)) {
				record, ok = r, true
				s.best = comma
			}
		}
	}
	return record, s.best, ok
}

// onSheetOf names the sheet to read, where a person did.
func onSheetOf(src Source, l FileLayout) Source {
	if l.Sheet == "" {
		return src
	}
	return OnSheet(src, l.Sheet)
}

func noHeaderAt(line int) error {
	return fault.New(fault.Invalid, fmt.Sprintf("There is no header row in line %d.", line),
		fmt.Sprintf("Name one of the first %d rows that are not blank.", beginningRows)).InField("header_row")
}
