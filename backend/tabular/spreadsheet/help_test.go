package spreadsheet_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"tradepost/backend/tabular/spreadsheet"
)

const (
	xmlHead       = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`
	namespace     = `http://schemas.openxmlformats.org/spreadsheetml/2006/main`
	relationTypes = `http://schemas.openxmlformats.org/officeDocument/2006/relationships/`
)

// parts are the parts of a workbook by name.
type parts map[string]string

// simple is a workbook of one sheet with these rows, styles and shared strings (each "" for none).
func simple(rows, styles, shared string) parts {
	p := parts{
		"[Content_Types].xml":        `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
		"_rels/.rels":                relations("officeDocument xl/workbook.xml"),
		"xl/workbook.xml":            `<workbook xmlns="` + namespace + `" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Orders" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": relations("worksheet worksheets/sheet1.xml", "styles styles.xml", "sharedStrings sharedStrings.xml"),
		"xl/worksheets/sheet1.xml":   xmlHead + `<worksheet xmlns="` + namespace + `"><sheetData>` + rows + `</sheetData></worksheet>`,
	}
	if styles != "" {
		p["xl/styles.xml"] = xmlHead + `<styleSheet xmlns="` + namespace + `">` + styles + `</styleSheet>`
	}
	if shared != "" {
		p["xl/sharedStrings.xml"] = xmlHead + `<sst xmlns="` + namespace + `">` + shared + `</sst>`
	}
	return p
}

func relations(of ...string) string {
	out := `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	for i, r := range of {
		kind, target, _ := strings.Cut(r, " ")
		out += fmt.Sprintf(`<Relationship Id="rId%d" Type="%s%s" Target="%s"/>`, i+1, relationTypes, kind, target)
	}
	return out + `</Relationships>`
}

func (p parts) pack(tb testing.TB) []byte {
	tb.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(p)) {
		part, err := w.Create(name)
		must(tb, err)
		_, err = part.Write([]byte(p[name]))
		must(tb, err)
	}
	must(tb, w.Close())
	return out.Bytes()
}

// with is p with some parts changed; a part "" is taken out.
func (p parts) with(changed parts) parts {
	p = maps.Clone(p)
	for name, text := range changed {
		if p[name] = text; text == "" {
			delete(p, name)
		}
	}
	return p
}

// readSheet reads a sheet of a workbook: number and cells of each row, and the notes.
func readSheet(packed []byte, sheet int) (rows []string, notes []spreadsheet.Note, err error) {
	book, err := spreadsheet.Open(context.Background(), bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	r, err := book.Rows(sheet)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = r.Close() }()
	for {
		if err := r.Next(); errors.Is(err, io.EOF) {
			return rows, notes, nil
		} else if err != nil {
			return rows, notes, err
		}
		cells := r.Cells(nil)
		for i, cell := range cells {
			if string(r.Cell(i)) != cell && !strings.Contains(cell, "\uFFFD") {
				return rows, notes, fmt.Errorf("cell %d is %q and %q", i, r.Cell(i), cell)
			}
		}
		rows = append(rows, fmt.Sprintf("%d:%s", r.Line(), strings.Join(cells, "|")))
		notes = append(notes, r.Notes()...)
	}
}

func mustReadSheet(t testing.TB, packed []byte, sheet int) string {
	t.Helper()
	rows, _, err := readSheet(packed, sheet)
	must(t, err)
	return strings.Join(rows, "\n")
}

func sheetsOf(t testing.TB, packed []byte) []spreadsheet.Sheet {
	t.Helper()
	book, err := spreadsheet.Open(context.Background(), bytes.NewReader(packed), int64(len(packed)))
	must(t, err)
	defer func() { _ = book.Close() }()
	return book.Sheets()
}
