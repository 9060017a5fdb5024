package spreadsheet_test

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/xuri/excelize/v2"

	"tradepost/backend/tabular/spreadsheet"
)

// BenchmarkWriter writes 15 columns, 20,000 rows at a time, here and with excelize.
func BenchmarkWriter(b *testing.B) {
	const rows, columns = 20_000, 15
	texts := make([]string, columns)
	for i := range texts {
		texts[i] = fmt.Sprintf("text %d of it", i)
	}
	b.Run("own", func(b *testing.B) {
		b.ReportAllocs()
		cells := make([]spreadsheet.Cell, columns)
		for b.Loop() {
			w := spreadsheet.NewWriter(io.Discard)
			for n := range rows {
				for i := range cells {
					cells[i] = spreadsheet.Text(texts[i])
				}
				cells[3], cells[4] = spreadsheet.Whole(int64(n)), spreadsheet.Number("12.50")
				must(b, w.WriteRow(cells))
			}
			must(b, w.Close())
		}
		b.ReportMetric(float64(b.N*rows)/b.Elapsed().Seconds(), "rows/s")
	})
	b.Run("excelize", func(b *testing.B) {
		b.ReportAllocs()
		cells := make([]any, columns)
		for b.Loop() {
			f := excelize.NewFile()
			w, err := f.NewStreamWriter("Sheet1")
			must(b, err)
			for n := range rows {
				for i := range cells {
					cells[i] = texts[i]
				}
				cells[3], cells[4] = n, 12.5
				must(b, w.SetRow(fmt.Sprintf("A%d", n+1), cells))
			}
			must(b, w.Flush())
			must(b, f.Write(io.Discard))
			must(b, f.Close())
		}
		b.ReportMetric(float64(b.N*rows)/b.Elapsed().Seconds(), "rows/s")
	})
}

// workbook makes a sheet of rows with 15 columns as Excel writes them: places, styles, shared strings (most of them in
// one row only), numbers and dates. It is written straight into the archive, so that rows do not lie in memory.
func workbook(w io.Writer, rows int) error {
	packed := zip.NewWriter(w)
	p := simple("", styleSheet(0, 22, "0.00"), "")
	delete(p, "xl/worksheets/sheet1.xml")
	for name, text := range p {
		part, err := packed.Create(name)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(part, text); err != nil {
			return err
		}
	}
	part, err := packed.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		return err
	}
	out := bufio.NewWriter(part)
	fmt.Fprintf(out, `%s<worksheet xmlns="%s"><dimension ref="A1:O%d"/><sheetData>`, xmlHead, namespace, rows)
	for n := 1; n <= rows; n++ {
		fmt.Fprintf(out, `<row r="%d" spans="1:15">`, n)
		for c := range 15 {
			place := spreadsheet.ColumnName(c)
			switch {
			case c == 3:
				fmt.Fprintf(out, `<c r="%s%d" s="1"><v>%.10f</v></c>`, place, n, 46000+float64(n%300)+float64(n%86400)/86400)
			case c >= 12:
				fmt.Fprintf(out, `<c r="%s%d" s="2"><v>%d.%02d</v></c>`, place, n, n%900, n%100)
			case c >= 8:
				fmt.Fprintf(out, `<c r="%s%d" t="s"><v>%d</v></c>`, place, n, c)
			default:
				fmt.Fprintf(out, `<c r="%s%d" t="s"><v>%d</v></c>`, place, n, 20+(n-1)*8+c)
			}
		}
		out.WriteString("</row>")
	}
	out.WriteString("</sheetData></worksheet>")
	if err := out.Flush(); err != nil {
		return err
	}
	if part, err = packed.Create("xl/sharedStrings.xml"); err != nil {
		return err
	}
	out = bufio.NewWriter(part)
	fmt.Fprintf(out, `%s<sst xmlns="%s">`, xmlHead, namespace)
	for i := range 20 + rows*8 {
		fmt.Fprintf(out, `<si><t>some text, number %d</t></si>`, i)
	}
	out.WriteString("</sst>")
	if err := out.Flush(); err != nil {
		return err
	}
	return packed.Close()
}

// BenchmarkReader reads 50,000 rows of 15 columns, here and with excelize.
func BenchmarkReader(b *testing.B) {
	const rows = 50_000
	var packed bytes.Buffer
	must(b, workbook(&packed, rows))
	b.Run("own", func(b *testing.B) {
		b.ReportAllocs()
		var cells []string
		for b.Loop() {
			book, err := spreadsheet.Open(context.Background(), bytes.NewReader(packed.Bytes()), int64(packed.Len()))
			must(b, err)
			r, err := book.Rows(0)
			must(b, err)
			n := 0
			for err = r.Next(); err == nil; err = r.Next() {
				cells = r.Cells(cells[:0])
				n += len(cells)
			}
			if n != rows*15 || !errors.Is(err, io.EOF) {
				b.Fatal(n, err)
			}
			must(b, book.Close())
		}
		b.ReportMetric(float64(b.N*rows)/b.Elapsed().Seconds(), "rows/s")
	})
	b.Run("excelize", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			f, err := excelize.OpenReader(bytes.NewReader(packed.Bytes()))
			must(b, err)
			r, err := f.Rows("Orders")
			must(b, err)
			n := 0
			for r.Next() {
				cells, err := r.Columns()
				must(b, err)
				n += len(cells)
			}
			if n != rows*15 {
				b.Fatal(n)
			}
			must(b, f.Close())
		}
		b.ReportMetric(float64(b.N*rows)/b.Elapsed().Seconds(), "rows/s")
	})
}
