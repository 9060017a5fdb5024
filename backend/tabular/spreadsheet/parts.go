package spreadsheet

import (
	"fmt"
	"strings"
)

// The cell styles that stylesPart lists, by their place in it.
const (
	styleNumber = iota
	styleHeader
	styleText
	styleDay
	styleTime
)

const xmlStart = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

const mainNamespace = `http://schemas.openxmlformats.org/spreadsheetml/2006/main`

// contentTypesPart does not depend on the number of sheets: what is not named is a sheet. So it can stand first, where
// programs look that tell files by their beginning.
const contentTypesPart = xmlStart + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
	`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
	`<Default Extension="xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>` +
	`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>` +
	`<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>` +
	`</Types>`

const relationships = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`

const rootRelationsPart = xmlStart + relationships +
	`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>` +
	`</Relationships>`

const stylesPart = xmlStart + `<styleSheet xmlns="` + mainNamespace + `">` +
	`<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/><numFmt numFmtId="165" formatCode="yyyy\-mm\-dd\ hh:mm:ss"/></numFmts>` +
	`<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font><font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>` +
	`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
	`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
	`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
	`<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` +
	`<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>` +
	`<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
	`<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
	`<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>` +
	`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`

const sheetStart = xmlStart + `<worksheet xmlns="` + mainNamespace + `">`

const frozenPane = `<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>` +
	`<selection pane="bottomLeft" activeCell="A2" sqref="A2"/></sheetView></sheetViews>`

func (w *Writer) part(name, text string) error {
	part, err := w.zip.Create(name)
	if err != nil {
		return err
	}
	_, err = part.Write([]byte(text))
	return err
}

func (w *Writer) workbookPart() string {
	var b strings.Builder
	b.WriteString(xmlStart + `<workbook xmlns="` + mainNamespace + `" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">` +
		`<bookViews><workbookView/></bookViews><sheets>`)
	for i, name := range w.names {
		name = strings.ReplaceAll(string(appendText(nil, name)), `"`, "&quot;")
		fmt.Fprintf(&b, `<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, name, i+1, i+1)
	}
	b.WriteString(`</sheets></workbook>`)
	return b.String()
}

func (w *Writer) relationsPart() string {
	var b strings.Builder
	b.WriteString(xmlStart + relationships)
	const kind = `http://schemas.openxmlformats.org/officeDocument/2006/relationships/`
	for i := range w.names {
		fmt.Fprintf(&b, `<Relationship Id="rId%d" Type="%sworksheet" Target="worksheets/sheet%d.xml"/>`, i+1, kind, i+1)
	}
	fmt.Fprintf(&b, `<Relationship Id="rId%d" Type="%sstyles" Target="styles.xml"/></Relationships>`, len(w.names)+1, kind)
	return b.String()
}
