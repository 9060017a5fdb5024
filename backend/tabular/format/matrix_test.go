package format_test

import (
	"bytes"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"tradepost/backend/tabular/delimited"
	"tradepost/backend/tabular/format"
)

// sheet is a sample taken apart: its columns and its rows, without what stands around them.
type sheet struct {
	name, format string
	quoting      delimited.Quoting
	header       []string
	rows         [][]string
}

func (s sheet) clone() sheet {
	s.header, s.rows = slices.Clone(s.header), slices.Clone(s.rows)
	for i := range s.rows {
		s.rows[i] = slices.Clone(s.rows[i])
	}
	return s
}

// samples are the golden files as sheets.
func samples(t *testing.T) []sheet {
	t.Helper()
	found, err := filepath.Glob("testdata/*.golden")
	if err != nil || len(found) < 15 {
		t.Fatalf("%d samples: %v", len(found), err)
	}
	var all []sheet
	for _, path := range found {
		src := file(strings.TrimSuffix(path, ".golden"))
		rec := recognise(t, src)
		dialect, _, _, _ := format.Layout(rec)
		s := sheet{name: filepath.Base(string(src)), format: rec.Format, quoting: dialect.Quoting, header: rec.Columns}
		var rows []format.Row
		for _, r := range readAs(t, src, rec, answers()) {
			rows = append(rows, r.Rows...)
		}
		slices.SortFunc(rows, func(a, b format.Row) int { return a.Number - b.Number })
		for _, row := range slices.CompactFunc(rows, func(a, b format.Row) bool { return a.Number == b.Number }) {
			s.rows = append(s.rows, row.Cells) // a product's own row is in the record of each of its variants
		}
		all = append(all, s)
	}
	return all
}

// frame is what can stand around and between the rows of a file.
type frame struct {
	layout
	before, after string   // lines above the header row and below the last row; "," stands for the delimiter
	between       string   // a line below every row
	trailing      string   // which lines end with a delimiter more: all, or rows
	quoted        bool     // every cell stands in quotes
	description   []string // a row below the header row, by column
	open          bool     // no line break at the end
}

func (s sheet) write(t *testing.T, f frame) raw {
	t.Helper()
	var b strings.Builder
	comma := string(rune(f.comma))
	line := func(cells []string, trailing bool) {
		for i, cell := range cells {
			if i > 0 {
				b.WriteString(comma)
			}
			b.WriteString(s.cell(cell, f))
		}
		if trailing {
			b.WriteString(comma)
		}
		b.WriteString("\n")
	}
	if f.sep {
		b.WriteString("sep=" + comma + "\n")
	}
	b.WriteString(strings.ReplaceAll(f.before, ",", comma))
	line(s.header, f.trailing == "all")
	if f.description != nil {
		line(f.description, f.trailing != "")
	}
	for _, row := range s.rows {
		line(row, f.trailing != "")
		b.WriteString(strings.ReplaceAll(f.between, ",", comma))
	}
	b.WriteString(strings.ReplaceAll(f.after, ",", comma))
	text := b.String()
	if f.open {
		text = strings.TrimSuffix(text, "\n")
	}
	var out bytes.Buffer
	w, err := delimited.Encode(&out, f.encoding, f.bom)
	if err == nil {
		_, err = io.WriteString(w, strings.ReplaceAll(text, "\n", f.newline))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func (s sheet) cell(cell string, f frame) string {
	plain := s.quoting == delimited.None && f.comma == '\t' && !f.quoted
	if plain || !f.quoted && !strings.ContainsAny(cell, "\",;|\t\n\r") {
		return cell
	}
	return `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
}

// frames are the variations every format must bear. Those of one format are added by name.
func frames(s sheet) map[string]frame {
	plain := frame{layout: layout{comma: ',', newline: "\n", encoding: delimited.UTF8}}
	all := map[string]frame{"plain": plain}
	with := func(name string, change func(*frame)) {
		f := plain
		change(&f)
		all[name] = f
	}
	with("lines above", func(f *frame) { f.before = "My shop\nOrders of July\n\n" })
	with("wide line above", func(f *frame) { f.before = "Report,July,2026,final\n" })
	with("blank lines", func(f *frame) { f.before, f.between, f.after = "\n\n", "\n", "\n\n" })
	with("blank cells between", func(f *frame) { f.between = strings.Repeat(",", len(s.header)-1) + "\n" })
	with("delimiter at every end", func(f *frame) { f.trailing = "all" })
	with("delimiter at the ends of rows", func(f *frame) { f.trailing = "rows" })
	with("all quoted", func(f *frame) { f.quoted = true })
	with("all quoted, tab", func(f *frame) { f.quoted, f.comma = true, '\t' })
	with("no line break at the end", func(f *frame) { f.open = true })
	with("CR alone, open, marked", func(f *frame) { f.newline, f.open, f.bom = "\r", true, true })
	switch s.format {
	case "ebay.orders":
		with("closing lines", func(f *frame) { f.after = "\n2,record(s) downloaded\n\nSeller ID : shop\n" })
		with("closing lines, quoted", func(f *frame) { f.after = "\"2\",\"record(s) downloaded\"\n\"Seller ID : shop\"\n" })
		with("closing lines, German", func(f *frame) { f.after = "2,Datensätze heruntergeladen\nVerkäufer-ID : shop\n" })
	case "tiktok.orders":
		with("description", func(f *frame) {
			f.description = make([]string, len(s.header))
			for i, name := range s.header {
				f.description[i] = "What " + strings.ToLower(strings.Trim(name, "#0123456789")) + " means."
			}
		})
	}
	for _, l := range layouts() {
		name := strings.Join([]string{string(l.comma), strings.NewReplacer("\r", "CR", "\n", "LF").Replace(l.newline), string(l.encoding)}, " ")
		if l.sep {
			name += " sep"
		}
		all[name] = frame{layout: l}
	}
	return all
}

var lineAny = regexp.MustCompile(`line \d+`)

func said(records []format.Record) string {
	return lineAny.ReplaceAllString(withoutLines(records), "line")
}

// Every sample gives the same orders however it is written: encodings, delimiters, line ends, sep=, and what stands around
// its rows.
func TestMatrix(t *testing.T) {
	seen := 0
	for _, s := range samples(t) {
		want := said(read(t, file(filepath.Join("testdata", s.name)), answers()))
		for name, f := range frames(s) {
			src := s.write(t, f)
			if f.encoding == delimited.Windows1252 && !western(string(s.write(t, frame{layout: layout{comma: ',', newline: "\n", encoding: delimited.UTF8}}))) {
				continue
			}
			rec := recognise(t, src)
			if got := said(readAs(t, src, rec, answers())); rec.Format != s.format || got != want {
				t.Errorf("%s, %s: read as %s, with other orders:\n%s\nwant\n%s", s.name, name, rec.Format, firstDifference(got, want), want)
			}
			seen++
		}
	}
	if seen < 1500 {
		t.Errorf("only %d variations", seen)
	}
}

func western(text string) bool {
	_, err := charmap.Windows1252.NewEncoder().String(text)
	return err == nil
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range g {
		if i >= len(w) || g[i] != w[i] {
			return g[i]
		}
	}
	return "(it ends earlier)"
}

// A column that comes twice, a column nobody knows and columns in another order change nothing: the first of a name counts.
func TestMatrixOfColumns(t *testing.T) {
	plain := frame{layout: layout{comma: ',', newline: "\n", encoding: delimited.UTF8}}
	for _, s := range samples(t) {
		want := said(read(t, s.write(t, plain), answers()))
		for name, change := range map[string]func(*sheet){
			"twice": func(s *sheet) { s.add(s.header[0], "again") },
			"all twice": func(s *sheet) {
				for _, name := range slices.Clone(s.header) {
					s.add(name, "again")
				}
			},
			"unknown":  func(s *sheet) { s.add("House colour", "red") },
			"backward": func(s *sheet) { s.turn() },
		} {
			changed := s.clone()
			change(&changed)
			rec := recognise(t, changed.write(t, plain))
			if got := said(readAs(t, changed.write(t, plain), rec, answers())); rec.Format != s.format || got != want {
				t.Errorf("%s, %s: %s, %s\nwant\n%s", s.name, name, rec.Format, firstDifference(got, want), want)
			}
		}
	}
}

func (s *sheet) add(name, cell string) {
	s.header = append(s.header, name)
	for i := range s.rows {
		s.rows[i] = append(s.rows[i], cell)
	}
}

// turn puts the columns in the opposite order. Of columns that come twice only the first counts, so those stay as they are.
func (s *sheet) turn() {
	slices.Reverse(s.header)
	for i := range s.rows {
		slices.Reverse(s.rows[i])
	}
}

// A record read again from its own rows, as after a correction, is the same record.
func TestEverySampleReadsAgain(t *testing.T) {
	for _, s := range samples(t) {
		src := file(filepath.Join("testdata", s.name))
		rec := recognise(t, src)
		for _, r := range readAs(t, src, rec, answers()) {
			again, err := format.ReadRows(rec, answers(), rec.Columns, r.Rows)
			if err != nil {
				t.Fatal(err)
			}
			again.Ordinal = r.Ordinal
			if got, want := dump([]format.Record{again}), dump([]format.Record{r}); got != want {
				t.Errorf("%s: read again\n%s\nwant\n%s", s.name, got, want)
			}
			bare, err := format.ForColumns(s.format, rec.Columns)
			if err != nil {
				t.Fatal(err)
			}
			bare.DateOrder, bare.Decimal = rec.DateOrder, rec.Decimal
			if again, err = format.ReadRows(bare, answers(), rec.Columns, r.Rows); err != nil || len(again.Problems) != len(r.Problems) {
				t.Errorf("%s, by its columns: %v\n%s", s.name, err, dump([]format.Record{again}))
			}
		}
	}
}
