package spreadsheet_test

import (
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
