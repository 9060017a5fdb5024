package spreadsheet_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"tradepost/backend/fault"
	"tradepost/backend/tabular/spreadsheet"
)

func TestWhatCannotBeReadIsNamed(t *testing.T) {
	sound := simple(`<row><c><v>1</v></c></row>`, "", "")
	sheet := func(text string) []byte { return sound.with(parts{"xl/worksheets/sheet1.xml": text}).pack(t) }
	rows := func(text string) []byte { return simple(text, "", "").pack(t) }
	whole := sound.pack(t)
	tests := []struct {
		name   string
		packed []byte
		want   string // part of the message
	}{
		{"nothing", nil, "no Excel workbook"}, {"text", []byte("a,b\n1,2\n"), "no Excel workbook"},
		{"old workbook", oldFile("Workbook"), "old Excel workbook"}, {"password", oldFile("EncryptedPackage"), "protected by a password"}, {"letter", oldFile("WordDocument"), "old Office document"},
		{"password of a zip", locked(whole), "protected by a password"},
		{"OpenDocument", parts{"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}.pack(t), "OpenDocument"},
		{"Numbers", parts{"Index/Document.iwa": "x", "Metadata/Properties.plist": "x"}.pack(t), "Numbers"}, {"zip", parts{"orders.csv": "a,b"}.pack(t), "zip archive"},
		{"binary workbook", parts{"_rels/.rels": relations("officeDocument xl/workbook.bin"), "xl/workbook.bin": "x"}.pack(t), "xlsb"},
		{"letter of today", parts{"_rels/.rels": relations("officeDocument word/document.xml"), "word/document.xml": "<x/>"}.pack(t), "document or presentation"},
		{"no list of sheets", parts{"[Content_Types].xml": "<x/>"}.pack(t), "list of sheets"}, {"no sheets", sound.with(parts{"xl/worksheets/sheet1.xml": ""}).pack(t), "no sheets with rows"},
		{"cut off", whole[:len(whole)-30], "cut off"}, {"cut off in the middle", whole[:len(whole)/2], "cut off"}, {"flipped", flipped(whole), "damaged"},
		{"sheet ends early", sheet(`<worksheet><sheetData><row><c><v>1</v></c></row>`), "ends in the middle"}, {"tag ends early", sheet(`<worksheet><sheetData><row r="1`), "ends in the middle"},
		{"value ends early", sheet(`<worksheet><sheetData><row><c><v>1`), "ends in the middle"}, {"blank sheet", sheet(` `), "no rows"}, {"junk", sheet("\x00\x01\x02"), "no rows"},
		{"entities", sheet(`<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet><sheetData/></worksheet>`), "document type"},
		{"deep", sheet(strings.Repeat("<a>", 100_000)), "too deep"}, {"deep in a cell", rows("<row><c>" + strings.Repeat("<x>", 1000) + "</c></row>"), "too deep"},
		{"closed too often", sheet(`</worksheet>`), "never opened"}, {"another encoding", sheet(`<?xml version="1.0" encoding="EBCDIC"?><worksheet/>`), "encoding"},
		{"a long tag", rows(`<row x="` + strings.Repeat("x", 3<<20) + `"/>`), "million"}, {"a long text", rows(`<row><c t="str"><v>` + strings.Repeat("x", 3<<20) + `</v></c></row>`), "million"},
		{"a text in pieces", rows(`<row><c t="inlineStr"><is>` + strings.Repeat("<t>"+strings.Repeat("x", 1000)+"</t>", 2000) + `</is></c></row>`), "million"},
		{"a long row", rows(`<row>` + strings.Repeat(`<c t="str"><v>`+strings.Repeat("x", 600_000)+`</v></c>`, 9) + `</row>`), "too long to be meant"},
		{"too many rows", rows(`<row r="1048577"><c><v>1</v></c></row>`), "more than 1048576 rows"}, {"too many columns", rows(`<row><c r="XFE1"><v>1</v></c></row>`), "more than 16384 columns"},
		{"a place far off", rows(`<row r="99999999999999999999"><c><v>1</v></c></row>`), "more than 1048576 rows"}, {"a column far off", rows(`<row><c r="ZZZZZZZZ1"><v>1</v></c></row>`), "columns"},
		{"too many cells", rows(`<row>` + strings.Repeat(`<c><v>1</v></c>`, 16385) + `</row>`), "more than 16384 columns"},
		{"rows out of order", rows(`<row r="5"><c><v>1</v></c></row><row r="5"><c><v>2</v></c></row>`), "row 5 comes after row 5"},
		{"a bomb", sheet(`<worksheet><sheetData>` + strings.Repeat("<x/>", 12<<20)), "times its size"},
		{"a bomb of texts", simple(`<row><c t="s"><v>99999999</v></c></row>`, "", strings.Repeat("<si/>", 10<<20)).pack(t), "times its size"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := readSheet(tt.packed, 0)
			if !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Of(err).Message, tt.want) || fault.Of(err).Remedy == "" {
				t.Errorf("got %v, want words with %q", err, tt.want)
			}
		})
	}
}

// oldFile is the beginning of an OLE2 container whose directory has one name.
func oldFile(name string) []byte {
	file := make([]byte, 4096)
	copy(file, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
	file[30], file[48] = 9, 2
	for i := range len(name) {
		file[3*512+2*i] = name[i]
	}
	return file
}

// locked sets the flag by which a zip archive says that its files need a password.
func locked(packed []byte) []byte {
	packed = bytes.Clone(packed)
	packed[bytes.Index(packed, []byte("PK\x01\x02"))+8] |= 1
	return packed
}

// flipped changes a byte in the middle of a packed sheet.
func flipped(packed []byte) []byte {
	packed = bytes.Clone(packed)
	r, _ := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	for _, f := range r.File {
		if strings.HasSuffix(f.Name, "sheet1.xml") {
			at, _ := f.DataOffset()
			packed[at+int64(f.CompressedSize64)/2] ^= 0x40
		}
	}
	return packed
}

var errGone = errors.New("the drive is gone")

// failing reads fail from a place on.
type failingAt struct {
	io.ReaderAt

	from int64
	err  error
}

func (f failingAt) ReadAt(into []byte, at int64) (int, error) {
	if at+int64(len(into)) > f.from {
		return 0, f.err
	}
	return f.ReaderAt.ReadAt(into, at)
}

func TestTroubleOfTheDiskIsNotTheWorkbooks(t *testing.T) {
	packed := simple(strings.Repeat(`<row><c t="str"><v>x</v></c></row>`, 10), "", "").pack(t)
	for from := range int64(len(packed)) {
		book, err := spreadsheet.Open(context.Background(), failingAt{bytes.NewReader(packed), from, errGone}, int64(len(packed)))
		if err == nil {
			rows, rowsErr := book.Rows(0)
			for err = rowsErr; err == nil; {
				err = rows.Next()
			}
		}
		if !errors.Is(err, errGone) || fault.Is(err, fault.Invalid) {
			t.Fatalf("from %d: %v", from, err)
		}
	}
}

func TestReadingStopsWhenItsContextEnds(t *testing.T) {
	var all strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&all, `<row><c t="str"><v>row %d</v></c></row>`, i*7919%20_011)
	}
	packed := simple(all.String(), "", "").pack(t)
	ctx, cancel := context.WithCancel(context.Background())
	book, err := spreadsheet.Open(ctx, bytes.NewReader(packed), int64(len(packed)))
	must(t, err)
	rows, err := book.Rows(0)
	must(t, err)
	must(t, rows.Next())
	cancel()
	for err == nil {
		err = rows.Next()
	}
	if !fault.Is(err, fault.Cancelled) {
		t.Errorf("got %v", err)
	}
	if _, err := spreadsheet.Open(ctx, bytes.NewReader(packed), int64(len(packed))); !fault.Is(err, fault.Cancelled) {
		t.Errorf("got %v", err)
	}
}
