package spreadsheet_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strings"
	"testing"

	"tradepost/backend/fault"
	"tradepost/backend/tabular/spreadsheet"

	"tradepost/build/proof"
)

// corpus are workbooks to start from.
func corpus(tb testing.TB) []parts {
	tb.Helper()
	shared := `<si><t>plain</t></si><si><r><t xml:space="preserve"> rich </t></r><rPh><t>x</t></rPh></si><si><t>a_x000D_b</t></si>`
	rows := `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="D1" t="inlineStr"><is><t>in &amp; line</t></is></c></row>` +
		`<row r="3" spans="1:9"><c r="A3" s="1"><v>46224.5451388889</v></c><c r="B3" s="2"><v>2139</v></c><c r="C3" t="b"><v>1</v></c><c t="e"><f>1/0</f><v>#DIV/0!</v></c><c><f>A1</f></c><c s="3"><v>0.15</v></c></row>` +
		`<row><c t="str"><v><![CDATA[<x>]]></v></c><mc:AlternateContent><mc:Choice/><mc:Fallback><c t="d"><v>2026-01-02T00:00:00Z</v></c></mc:Fallback></mc:AlternateContent><extLst/></row>`
	full := simple(rows, styleSheet(0, 22, "00000-0000", "0.0%", `[$-409]m/d/yy h:mm AM/PM;@`), shared)
	var written bytes.Buffer
	w := spreadsheet.NewWriter(&written)
	must(tb, w.Begin("Orders", []spreadsheet.Column{{Name: "a"}, {Name: "b"}}))
	must(tb, w.WriteRow([]spreadsheet.Cell{spreadsheet.Text("x"), spreadsheet.Number("1.5")}))
	must(tb, w.Close())
	return []parts{full, unpacked(tb, written.Bytes()), simple("<row/>", "", "")}
}

func unpacked(tb testing.TB, packed []byte) parts {
	tb.Helper()
	r, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	must(tb, err)
	p := parts{}
	for _, f := range r.File {
		content, err := f.Open()
		must(tb, err)
		text, err := io.ReadAll(content)
		must(tb, err)
		p[f.Name] = string(text)
	}
	return p
}

// readAll reads every sheet of anything; what comes of it is words or rows within bounds.
func readAll(packed []byte) error {
	for sheet := 0; ; sheet++ {
		rows, _, err := readFew(packed, sheet)
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				return fmt.Errorf("no words: %w", err)
			}
			return nil
		}
		if rows < 0 {
			return nil
		}
	}
}

func readFew(packed []byte, sheet int) (rows, last int, err error) {
	sheets, err := sheetCount(packed)
	if err != nil || sheet >= sheets {
		return -1, 0, err
	}
	lines, _, err := readSheet(packed, sheet)
	for _, line := range lines {
		at := 0
		if _, err := fmt.Sscanf(line, "%d:", &at); err != nil || at <= last || at > spreadsheet.MaxRows {
			return 0, 0, fmt.Errorf("row %d follows row %d", at, last)
		}
		last = at
	}
	return len(lines), last, err
}

// FuzzRows reads anything as a sheet, its strings and its styles without a panic.
func FuzzRows(f *testing.F) {
	for _, p := range corpus(f) {
		f.Add([]byte(p["xl/worksheets/sheet1.xml"]), []byte(p["xl/sharedStrings.xml"]), []byte(p["xl/styles.xml"]))
	}
	f.Fuzz(func(t *testing.T, sheet, shared, styles []byte) {
		p := simple("", "", "").with(parts{"xl/worksheets/sheet1.xml": string(sheet), "xl/sharedStrings.xml": string(shared), "xl/styles.xml": string(styles)})
		must(t, readAll(p.pack(t)))
	})
}

// FuzzOpen reads anything as a workbook without a panic.
func FuzzOpen(f *testing.F) {
	for _, p := range corpus(f) {
		f.Add(p.pack(f))
	}
	f.Add(oldFile("Workbook"))
	f.Fuzz(func(t *testing.T, packed []byte) { must(t, readAll(packed)) })
}

// mostAllocated is what reading one small damaged workbook may allocate, whatever it claims of itself.
const mostAllocated = 64 << 20

// TestProofOfDamagedWorkbooks reads workbooks that are damaged at random: parts of them, so that the damage is not found
// by the archive already, and the archive as a whole.
func TestProofOfDamagedWorkbooks(t *testing.T) {
	const seed = 20260721
	run := proof.Begin(t, "fuzz-xlsx", seed)
	started := corpus(t)
	for n := run.Counts["inputs"]; n < run.Size(1_500, 1_000_000); n++ {
		random := rand.New(rand.NewPCG(seed, uint64(n)))
		packed := damage(t, random, started)
		before := allocated()
		err := safely(packed)
		used := int(allocated() - before)
		if err != nil || used > mostAllocated {
			t.Fatalf("input %d: %v, %d bytes allocated", n, err, used)
		}
		run.Counts["inputs"] = n + 1
		run.Counts["most KiB allocated by one"] = max(run.Counts["most KiB allocated by one"], used>>10)
		if n%50_000 == 0 {
			run.Save()
		}
	}
	run.Counts["panics"] = 0
	run.Save()
}

func safely(packed []byte) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return readAll(packed)
}

func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// pieces are what a sheet is made of, put into wrong places.
var pieces = []string{"<row>", "</row>", `<row r="9">`, `<row r="1048577">`, "<c>", "</c>", `<c r="XFD7">`, `<c r="ZZZZ1">`, `<c t="s">`, "<v>", "</v>", "<v>999999999999</v>", "<v>-1</v>", "<is>", "<t>", "</t>",
	"&#x110000;", "&#;", "&amp", "<!--", "-->", "<![CDATA[", "]]>", "<!DOCTYPE x>", "<?x", "?>", `"`, "'", "<", ">", "/>", "\x00", "\xFF\xFE", "_xD800_", "_x0000_", "1E999", "NaN", "-0", "1e-400", "<f>", "</f>", "<extLst>",
	"<mc:AlternateContent>", "<mc:Choice>", "<mc:Fallback>", "</sheetData>", "<sheetData/>", `s="4294967296"`, `numFmtId="14"`, `date1904="1"`, strings.Repeat("<a>", 70), strings.Repeat("9", 400)}

func damage(tb testing.TB, random *rand.Rand, from []parts) []byte {
	p := maps.Clone(from[random.IntN(len(from))])
	if random.IntN(4) == 0 {
		return mutate(random, p.pack(tb))
	}
	names := slices.Sorted(maps.Keys(p))
	for range 1 + random.IntN(3) {
		name := names[random.IntN(len(names))]
		p[name] = string(mutate(random, []byte(p[name])))
	}
	return p.pack(tb)
}

func mutate(random *rand.Rand, text []byte) []byte {
	text = bytes.Clone(text)
	for range 1 + random.IntN(6) {
		at := random.IntN(len(text) + 1)
		switch random.IntN(6) {
		case 0: // a bit
			if at < len(text) {
				text[at] ^= 1 << random.IntN(8)
			}
		case 1: // cut off
			if random.IntN(4) == 0 {
				text = text[:at]
			}
		case 2: // a part left out
			text = slices.Delete(text, at, min(len(text), at+random.IntN(40)))
		case 3: // a part twice
			text = slices.Insert(text, at, bytes.Clone(text[at:min(len(text), at+random.IntN(200))])...)
		default:
			text = slices.Insert(text, at, []byte(pieces[random.IntN(len(pieces))])...)
		}
	}
	return text
}
