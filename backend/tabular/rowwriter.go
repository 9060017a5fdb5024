package tabular

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"

	"tradepost/backend/tabular/delimited"
	"tradepost/backend/tabular/format"
	"tradepost/backend/tabular/spreadsheet"
)

// rowWriter writes rows back as their file had them.
type rowWriter interface {
	Write(cells []string) error
	Close() error
}

// newRowWriter begins a file like the one recognised, with a header row.
func newRowWriter(to io.Writer, like format.Recognition, columns []string) (rowWriter, error) {
	if like.Container == format.Workbook {
		return newSheetWriter(to, like.Sheet, columns)
	}
	if like.Container == format.Objects {
		return newObjectWriter(to, like, columns)
	}
	dialect, encoding, bom, _ := format.Layout(like)
	encoded, err := delimited.Encode(to, encoding, bom)
	if err != nil {
		return nil, err
	}
	w := textWriter{delimited.NewWriter(encoded, dialect), encoded}
	return w, w.Write(columns)
}

type textWriter struct {
	*delimited.Writer

	encoded io.Closer
}

func (w textWriter) Close() error { return errors.Join(w.Flush(), w.encoded.Close()) }

// sheetWriter writes texts into a sheet; they stay texts, so that numbers of orders and zips keep their zeros.
type sheetWriter struct {
	*spreadsheet.Writer

	row []spreadsheet.Cell
}

func newSheetWriter(to io.Writer, sheet string, names []string) (*sheetWriter, error) {
	columns := make([]spreadsheet.Column, len(names))
	for i, name := range names {
		columns[i] = spreadsheet.Column{Name: name}
		if strings.HasPrefix(name, errorPrefix) {
			columns[i].Width = 40
		}
	}
	w := &sheetWriter{Writer: spreadsheet.NewWriter(to)}
	return w, w.Begin(sheet, columns)
}

func (w *sheetWriter) Write(cells []string) error {
	w.row = w.row[:0]
	for _, cell := range cells {
		w.row = append(w.row, spreadsheet.Text(cell))
	}
	return w.WriteRow(w.row)
}

// FailedRowsName is how the file of an import's failed rows is called: like the original, and with the ending of what it is.
func (im *Importer) FailedRowsName(ctx context.Context, i Import) string {
	ending := filepath.Ext(i.FileName)
	name := strings.TrimSuffix(i.FileName, ending) + ".failed-rows"
	if recognition, _, err := im.reading(ctx, i); err == nil && recognition.Container == format.Workbook {
		ending = ".xlsx"
	}
	return name + ending
}
