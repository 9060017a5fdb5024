package export

import (
	"encoding/csv"
	"fmt"
	"io"
	"time"

	"tradepost/backend/inventory"
	"tradepost/backend/tabular/delimited"
)

// CountSheet is a stocktake as it is printed and filled in by hand.
type CountSheet struct {
	inventory.Stocktake
	Made     time.Time // in the workspace's zone
	Paper    string    // A4 or Letter
	CoreFont bool
	Lines    []inventory.SheetLine
}

// WriteCSV writes the sheet as a table, with a column for what is counted, which the stocktake takes in again. A blind sheet does not say what is expected.
func (s *CountSheet) WriteCSV(to io.Writer) error {
	out := csv.NewWriter(to)
	out.UseCRLF = true
	head := []string{"SKU", "GTIN", "Title", "Location", "Expected", "Counted"}
	if s.Blind {
		head = append(head[:4:4], "Counted")
	}
	if err := out.Write(head); err != nil {
		return fmt.Errorf("writing the count sheet: %w", err)
	}
	for _, l := range s.Lines {
		cells := []string{delimited.Guard(l.SKU), delimited.Guard(l.GTIN), delimited.Guard(l.Title), delimited.Guard(s.Location)}
		if !s.Blind {
			cells = append(cells, s.expected(l))
		}
		if err := out.Write(append(cells, "")); err != nil {
			return fmt.Errorf("writing the count sheet: %w", err)
		}
	}
	out.Flush()
	return out.Error()
}

func (s *CountSheet) expected(l inventory.SheetLine) string {
	if !l.Tracked {
		return ""
	}
	return string(l.Expected.Decimal())
}

// The columns of a printed sheet, as parts of the width: SKU, item, GTIN, expected, counted.
var sheetColumns = []float64{0.22, 0.40, 0.16, 0.10, 0.12}

// WritePDF writes the sheet as pages to print: a line for every product, and room for what is counted.
func (s *CountSheet) WritePDF(to io.Writer) error {
	p := &paper{}
	if err := p.open(s.Paper, s.CoreFont); err != nil {
		return fmt.Errorf("making the count sheet: %w", err)
	}
	var ignored []Problem // a question mark stands for what no font can print
	p.title = p.show("", s.Name, &ignored)
	p.pdf.AddPage()
	p.pdf.SetFont(p.font, "B", 16)
	p.pdf.CellFormat(p.width, 9, p.title, "", 1, "L", false, 0, "")
	p.pdf.SetFont(p.font, "", 9)
	words := fmt.Sprintf("%s · %d products · %s", s.Location, len(s.Lines), s.Made.Format("2006-01-02 15:04"))
	p.pdf.CellFormat(p.width, 5, p.show("", words, &ignored), "", 1, "L", false, 0, "")
	p.pdf.CellFormat(p.width, 7, "Counted by: ______________________    Begun: ____________    Ended: ____________", "", 1, "L", false, 0, "")
	p.pdf.Ln(2)
	s.head(p)
	for _, l := range s.Lines {
		s.line(p, l, &ignored)
	}
	if err := p.pdf.Output(to); err != nil {
		return fmt.Errorf("making the count sheet: %w", err)
	}
	return nil
}

func (s *CountSheet) head(p *paper) {
	p.pdf.SetFont(p.font, "B", 8.5)
	for i, name := range []string{"SKU", "Item", "GTIN", map[bool]string{false: "Expected"}[s.Blind], "Counted"} {
		p.pdf.CellFormat(p.width*sheetColumns[i], 6, name, "B", 0, align(i), false, 0, "")
	}
	p.pdf.Ln(7)
}

func align(column int) string {
	if column > 2 {
		return "R"
	}
	return "L"
}

// line writes a row of even height, its title cut to what fits: whoever counts looks for the SKU.
func (s *CountSheet) line(p *paper, l inventory.SheetLine, ignored *[]Problem) {
	const high = 7.5
	_, page := p.pdf.GetPageSize()
	if p.pdf.GetY()+high > page-margin-8 {
		p.pdf.AddPage()
		s.head(p)
	}
	expected := ""
	if !s.Blind {
		expected = s.expected(l)
	}
	p.pdf.SetFont(p.font, "", 9)
	p.pdf.SetDrawColor(200, 200, 200)
	for i, text := range []string{l.SKU, l.Title, l.GTIN, expected} {
		p.pdf.CellFormat(p.width*sheetColumns[i], high, p.cut(text, p.width*sheetColumns[i]-2, ignored), "B", 0, align(i), false, 0, "")
	}
	x, y := p.pdf.GetXY()
	p.pdf.SetDrawColor(90, 90, 90)
	p.pdf.Rect(x+3, y+1, p.width*sheetColumns[4]-3, high-2, "D")
	p.pdf.SetDrawColor(0, 0, 0)
	p.pdf.Ln(high)
}

// cut is a text as the font shows it, no wider than so many millimetres.
func (l *paper) cut(text string, width float64, ignored *[]Problem) string {
	shown := l.show("", text, ignored)
	for runes := []rune(text); l.pdf.GetStringWidth(shown) > width && len(runes) > 0; {
		runes = runes[:len(runes)-1]
		shown = l.show("", string(runes)+"...", ignored)
	}
	return shown
}
