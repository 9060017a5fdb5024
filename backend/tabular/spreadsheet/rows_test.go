package spreadsheet_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"

	"tradepost/backend/tabular/spreadsheet"
)

// styleSheet makes a cellXfs of format ids and codes; codes get the ids 164 and up.
func styleSheet(formats ...any) string {
	var codes, styles strings.Builder
	for i, f := range formats {
		id, builtIn := f.(int)
		if !builtIn {
			id = 164 + i
			fmt.Fprintf(&codes, `<numFmt numFmtId="%d" formatCode="%s"/>`, id, strings.NewReplacer("&", "&amp;", `"`, "&quot;", "<", "&lt;", ">", "&gt;").Replace(f.(string)))
		}
		fmt.Fprintf(&styles, `<xf numFmtId="%d" xfId="0"><alignment horizontal="left"/></xf>`, id)
	}
	return `<numFmts count="9">` + codes.String() + `</numFmts><cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs><cellXfs count="9">` + styles.String() +
		`</cellXfs><dxfs><dxf><numFmt numFmtId="164" formatCode="0%"/></dxf></dxfs>`
}

func TestNumbersAsTheirFormatShowsThem(t *testing.T) {
	tests := []struct {
		format any
		value  string
		want   string
	}{
		{0, "12", "12"}, {0, "12.50", "12.5"}, {0, "19.989999999999998", "19.99"}, {0, "0.30000000000000004", "0.3"}, {0, "-0.1", "-0.1"}, {0, "-0", "0"},
		{0, "1E-3", "0.001"}, {0, "1.2E+2", "120"}, {0, "9007199254740991", "9007199254740991"}, {0, "9.007199254740991E15", "9007199254740991"},
		{0, "9007199254740992", "9007199254740992"}, {0, "1.23456789012346E+17", "123456789012346000"}, {0, "123456789012345678901", "123456789012345678901"},
		{0, "1E+300", "1E+300"}, {0, "007", "7"}, {0, ".5", "0.5"}, {0, "abc", "abc"}, {0, " 7 ", "7"}, {0, "NaN", "NaN"},
		{49, "123456789012", "123456789012"}, {"[Red]General", "5.0", "5"}, {"#,##0.00 \"USD\"", "1045.99", "1045.99"}, {"\"days\" 0", "3", "3"},
		{9, "0.15", "15%"}, {10, "0.0825", "8.25%"}, {"0.0%", "-0.005", "-0.5%"}, {9, "1", "100%"}, {9, "0.07", "7%"}, {9, "0.29", "29%"}, {9, "0.00001", "0.001%"},
		{"00000", "2139", "02139"}, {"00000-0000", "21391234", "02139-1234"}, {"000\\-00\\-0000", "12345678", "012-34-5678"}, {"00000", "123456", "123456"},
		{"00000", "2139.5", "2139.5"}, {"\"A0\"000", "7", "A0007"}, {"00000", "-5", "-5"}, {"0", "7", "7"}, {"0.00", "7", "7"},
		{14, "46224", "2026-07-21"}, {14, "46224.5", "2026-07-21T12:00:00"}, {22, "46224.5451388889", "2026-07-21T13:05:00"}, {22, "46224", "2026-07-21T00:00:00"},
		{"yyyy\\-mm\\-dd", "46224", "2026-07-21"}, {"[$-409]m/d/yy h:mm AM/PM;@", "46224.54514", "2026-07-21T13:05:00"}, {"dd.mm.yyyy", "46224", "2026-07-21"},
		{"yyyy-mm-dd hh:mm:ss.000", "46224.5451401", "2026-07-21T13:05:00.105"}, {"yyyy\"年\"m\"月\"d\"日\"", "46224", "2026-07-21"}, {"mmm-yy", "46224", "2026-07-21"},
		{"mmmm", "46224", "2026-07-21"}, {"m/d", "46224", "2026-07-21"}, {"[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "46224", "2026-07-21"}, {30, "46224", "2026-07-21"}, {34, "0.5", "12:00:00"},
		{14, "0", "1899-12-31"}, {14, "1", "1900-01-01"}, {14, "59", "1900-02-28"}, {14, "60", "1900-02-29"}, {14, "61", "1900-03-01"}, {14, "-1", "-1"}, {14, "2958465", "9999-12-31"}, {14, "2958466", "2958466"},
		{20, "0.5451388889", "13:05:00"}, {"h:mm", "0.999999", "23:59:59"}, {21, "46224.5", "2026-07-21T12:00:00"}, {45, "0.01", "00:14:24"}, {"mm:ss.0", "0.0000057870", "00:00:00.500"},
		{46, "1.1458333333", "27:30:00"}, {"[hh]:mm", "0.5", "12:00:00"}, {"[h]:mm", "-0.5", "-12:00:00"}, {"[mm]:ss", "0.5", "12:00:00"},
		{14, "46223.9999999999", "2026-07-21"}, {"0.00E+00", "12000", "12000"}, {"General", "12", "12"}, {"# ?/?", "0.5", "0.5"}, {"[<=9999999]###-####;(###) ###-####", "5551234", "5551234"},
		{"\"Date\" 0", "46224", "46224"}, {"[Blue]0", "5", "5"}, {"@", "5", "5"}, {"_-* #,##0.00_-", "1.5", "1.5"}, {"[$€-407] #,##0.00", "1.5", "1.5"}, {"yyyy", "46224", "2026-07-21"},
	}
	var rows strings.Builder
	formats := make([]any, len(tests))
	for i, tt := range tests {
		formats[i] = tt.format
		fmt.Fprintf(&rows, `<row r="%d"><c r="A%d" s="%d"><v>%s</v></c></row>`, i+1, i+1, i, tt.value)
	}
	got, _, err := readSheet(simple(rows.String(), styleSheet(formats...), "").pack(t), 0)
	must(t, err)
	for i, tt := range tests {
		if want := fmt.Sprintf("%d:%s", i+1, tt.want); got[i] != want {
			t.Errorf("%v of %s is %s, want %s", tt.value, tt.format, got[i], want)
		}
	}
}

func TestDatesSince1904(t *testing.T) {
	p := simple(`<row><c s="0"><v>44762</v></c><c s="0"><v>0</v></c></row>`, styleSheet(14), "")
	p["xl/workbook.xml"] = strings.Replace(p["xl/workbook.xml"], "<sheets>", `<workbookPr date1904="true"/><sheets>`, 1)
	if got := mustReadSheet(t, p.pack(t), 0); got != "1:2026-07-21|1904-01-01" {
		t.Error(got)
	}
}

// TestDayNumbersWithoutADateFormat: only where the workbook states from when it counts days, in the columns named, and for
// days that can be meant.
func TestDayNumbersWithoutADateFormat(t *testing.T) {
	const row = `<row><c><v>46224</v></c><c><v>46224.5</v></c><c><v>44762.25</v></c><c><v>20260721</v></c><c><v>46224</v></c><c><v>-5</v></c></row>`
	for said, want := range map[string]string{
		``:                               "1:46224|46224.5|44762.25|20260721|46224|-5 []",
		`<workbookPr/>`:                  "1:46224|46224.5|44762.25|20260721|46224|-5 []",
		`<workbookPr date1904="0"/>`:     "1:2026-07-21|2026-07-21T12:00:00|2022-07-20T06:00:00|20260721|46224|-5 [{0 dated} {1 dated} {2 dated}]",
		`<workbookPr date1904="false"/>`: "1:2026-07-21|2026-07-21T12:00:00|2022-07-20T06:00:00|20260721|46224|-5 [{0 dated} {1 dated} {2 dated}]",
		`<workbookPr date1904="1"/>`:     "1:2030-07-22|2030-07-22T12:00:00|2026-07-21T06:00:00|20260721|46224|-5 [{0 dated} {1 dated} {2 dated}]",
	} {
		p := simple(row, "", "")
		p["xl/workbook.xml"] = strings.Replace(p["xl/workbook.xml"], "<sheets>", said+"<sheets>", 1)
		packed := p.pack(t)
		book, err := spreadsheet.Open(context.Background(), bytes.NewReader(packed), int64(len(packed)))
		must(t, err)
		book.ReadDates([]int{0, 1, 2, 3, 5})
		r, err := book.Rows(0)
		must(t, err)
		must(t, r.Next())
		if got := fmt.Sprintf("%d:%s %v", r.Line(), strings.Join(r.Cells(nil), "|"), r.Notes()); got != want {
			t.Errorf("%s: %s instead of %s", said, got, want)
		}
		must(t, r.Close())
		must(t, book.Close())
	}
}

func TestNumbersThatSpreadsheetsCutShortAreNoted(t *testing.T) {
	for value, noted := range map[string]bool{"123456789012345": false, "100000000000000": false, "1234567890123456": false, "1234567890123450": true, "1.23456789012346E+17": true,
		"123456789012345000000": true, "-1234567890123450": true, "0.12345678901234567": false, "1E+15": true} {
		_, notes, err := readSheet(simple(`<row><c/><c><v>`+value+`</v></c></row>`, "", "").pack(t), 0)
		must(t, err)
		if (len(notes) == 1) != noted || noted && notes[0] != (spreadsheet.Note{Column: 1, Code: spreadsheet.Rounded}) {
			t.Errorf("%s: notes %v", value, notes)
		}
	}
}

func TestCellsOfEveryKind(t *testing.T) {
	shared := `<si><t>plain</t></si><si><r><rPr><b/></rPr><t>ri</t></r><r><t xml:space="preserve">ch </t></r><rPh sb="0" eb="1"><t>READING</t></rPh><phoneticPr fontId="1"/></si><si/>` +
		`<si><t> trimmed </t></si><si><t xml:space="preserve"> kept </t></si><si><t>a_x000D_
b_x005F_x000D_c_xD83C__xDF88_</t></si><si><t>&lt;&amp;&gt;&quot;&apos;&#65;&#x42;&nbsp;&</t></si><si><t><![CDATA[<raw>&amp;]]>!<!-- not this --></t></si>`
	tests := []struct{ name, rows, want string }{
		{"shared", `<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>2</v></c><c t="s"><v>3</v></c><c t="s"><v>4</v></c></row>`, "1:plain|rich ||trimmed| kept "},
		{"escapes", `<row><c t="s"><v>5</v></c><c t="s"><v>6</v></c><c t="s"><v>7</v></c></row>`, "1:a\nb_x000D_c🎈|<&>\"'AB&nbsp;&|<raw>&amp;!"},
		{"inline", `<row><c t="inlineStr"><is><t>one</t></is></c><c t="inlineStr"><is><r><t>t</t></r><r><t>wo</t></r><rPh><t>x</t></rPh></is></c></row>`, "1:one|two"},
		{"a text that is not there", `<row><c t="s"><v>99</v></c><c t="s"><v>0</v></c></row><row><c t="s"><v>-1</v></c></row>`, "1:#LOST_TEXT!|plain\n2:#LOST_TEXT!"},
		{"booleans", `<row><c t="b"><v>1</v></c><c t="b"><v>0</v></c></row>`, "1:TRUE|FALSE"},
		{"errors", `<row><c t="e"><v>#N/A</v></c><c t="e"><f>1/0</f><v>#DIV/0!</v></c></row>`, "1:#N/A|#DIV/0!"},
		{"formulas", `<row><c><f>A1*2</f><v>4.5</v></c><c t="str"><f>A1&amp;"x"</f><v>4x</v></c><c t="str"><f>""</f><v></v></c><c><f t="shared" si="0"/><v>7</v></c><c><f>NOW()</f></c></row>`, "1:4.5|4x||7|#FORMULA!"},
		{"dates as text", `<row><c t="d"><v>2026-07-21T13:05:00</v></c></row>`, "1:2026-07-21T13:05:00"},
		{"sparse", `<row r="3"><c r="B3"><v>1</v></c><c r="D3"><v>2</v></c></row><row r="7"><c r="A7"><v>3</v></c></row>`, "3:|1||2\n7:3"},
		{"no places", `<row><c><v>1</v></c><c/><c><v>2</v></c></row><row/><row><c><v>3</v></c></row>`, "1:1||2\n3:3"},
		{"some places", `<row r="2"><c><v>1</v></c><c r="D2"><v>2</v></c><c><v>3</v></c></row><row><c><v>4</v></c></row>`, "2:1|||2|3\n3:4"},
		{"places out of order", `<row><c r="C1"><v>3</v></c><c r="A1"><v>1</v></c></row>`, "1:1||3"},
		{"only looks", `<row r="1"><c r="A1" s="1"/><c r="B1" s="1"><v></v></c></row><row r="2"><c r="A2"><v>1</v></c><c r="XFD2" s="1"/></row>`, "2:1"},
		{"the last cell", `<row r="1048576"><c r="XFD1048576"><v>9</v></c></row>`, "1048576:" + strings.Repeat("|", 16383) + "9"},
		{"lower case and prefixes", `<x:row r="2"><x:c r="b2"><x:v>1</x:v></x:c></x:row>`, "2:|1"},
		{"alternate content", `<mc:AlternateContent><mc:Choice Requires="x14"><row><c><v>1</v></c></row></mc:Choice><mc:Fallback><row><c><v>2</v></c></row></mc:Fallback></mc:AlternateContent>`, "1:2"},
		{"extensions", `<row><c><v>1</v><extLst><ext><c><v>9</v></c></ext></extLst></c><extLst><c><v>8</v></c></extLst></row>`, "1:1"},
		{"blanks between", "<row>\n  <c>\n    <v>\n 5 </v>\n  </c>\r\n</row>\n", "1:5"},
		{"quotes in attributes", `<row spans='1:2' x="a>b"><c r='B1' q='">"'><v>5</v></c></row>`, "1:|5"},
		{"no rows", ``, ""},
		{"unknown elements", `<row><foo><c><v>9</v></c></foo><c><bar/><v>1</v></c></row><foo/>`, "1:1"},
		{"shared beyond styles", `<row><c s="99"><v>1</v></c></row>`, "1:1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, _, err := readSheet(simple(tt.rows, "", shared).pack(t), 0)
			if err != nil || strings.Join(got, "\n") != tt.want {
				t.Errorf("got %q (%v), want %q", strings.Join(got, "\n"), err, tt.want)
			}
		})
	}
}

func TestSheetsAreFoundAsTheWorkbookNamesThem(t *testing.T) {
	p := simple("", "", "").with(parts{
		"xl/workbook.xml": `<workbook xmlns:r="x"><sheets><sheet name="B &amp; C" sheetId="4" state="veryHidden" r:id="b"/><sheet name="Chart" sheetId="9" r:id="c"/><sheet name="Last" sheetId="1" r:id="a"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="a" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/worksheet" Target="/xl/Sheets/One.xml"/>` +
			`<Relationship Target="worksheets\two.xml" Type="` + relationTypes + `worksheet" Id="b"/><Relationship Id="c" Type="` + relationTypes + `chartsheet" Target="chart.xml"/>` +
			`<Relationship Id="w" TargetMode="External" Type="x/worksheet" Target="http://example.com/"/></Relationships>`,
		"xl/sheets/one.xml":     `<worksheet xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"><dimension ref="A1"/><sheetData><row><c><v>1</v></c><c><v>2</v></c></row></sheetData></worksheet>trailing <junk`,
		"xl/worksheets/two.xml": `<worksheet><dimension ref="A1:ZZ99"/><sheetData><row><c><v>3</v></c></row></sheetData><mergeCells/></worksheet>`,
	})
	packed := p.pack(t)
	sheets := sheetsOf(t, packed)
	if len(sheets) != 2 || sheets[0].Name != "B & C" || !sheets[0].Hidden || sheets[1].Name != "Last" || sheets[1].Hidden {
		t.Fatalf("sheets %+v", sheets)
	}
	if got := mustReadSheet(t, packed, 0) + " " + mustReadSheet(t, packed, 1); got != "1:3 1:1|2" {
		t.Error(got)
	}
}

func TestPartsInOtherEncodings(t *testing.T) {
	sheet := `<worksheet><sheetData><row><c t="inlineStr"><is><t>Zoë 🎈</t></is></c></row></sheetData></worksheet>`
	utf16 := func(order unicode.Endianness, mark unicode.BOMPolicy) string {
		text, err := unicode.UTF16(order, mark).NewEncoder().String(`<?xml version="1.0" encoding="UTF-16"?>` + sheet)
		must(t, err)
		return text
	}
	for name, text := range map[string]string{
		"BOM": "\xEF\xBB\xBF" + xmlHead + sheet, "UTF-16LE": utf16(unicode.LittleEndian, unicode.UseBOM), "UTF-16BE": utf16(unicode.BigEndian, unicode.UseBOM),
		"no mark": utf16(unicode.LittleEndian, unicode.IgnoreBOM), "blanks first": "\n\n" + sheet, "Latin-1": `<?xml version='1.0' encoding='ISO-8859-1'?>` + strings.Replace(sheet, "Zoë 🎈", "Zo\xEB &#127880;", 1),
	} {
		if got := mustReadSheet(t, simple("", "", "").with(parts{"xl/worksheets/sheet1.xml": text}).pack(t), 0); got != "1:Zoë 🎈" {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestTextThatIsNoUTF8(t *testing.T) {
	if got := mustReadSheet(t, simple("<row><c t=\"inlineStr\"><is><t>a\xFFb</t></is></c></row>", "", "").pack(t), 0); got != "1:a\uFFFDb" {
		t.Errorf("%q", got)
	}
}
