package export

import (
	"fmt"
	"io"
	"strings"
	"time"

	"tradepost/backend/commerce"
	"tradepost/backend/customer"
	"tradepost/backend/purchasing"
	"tradepost/backend/tabular/delimited"
)

// Purchase is a purchase order as it is given to its supplier: on paper, or as a table.
type Purchase struct {
	purchasing.Order
	Buyer    string           // who orders
	Supplier customer.Contact // whom it goes to
	Name     string           // the supplier's
	Zone     *time.Location
	Core     bool // only PDF's own fonts
}

// purchaseColumns are those of the table.
var purchaseColumns = []string{"Purchase order", "Line", "Supplier code", "SKU", "Item", "Packs", "Pack size", "Units", "Price per pack", "Total", "Currency", "Received"}

// CSV writes the order as a table.
func (p Purchase) CSV(to io.Writer) error {
	encoded, err := delimited.Encode(to, delimited.UTF8, true)
	if err != nil {
		return fmt.Errorf("writing purchase order: %w", err)
	}
	out := delimited.NewWriter(encoded, delimited.Dialect{Comma: ',', Quoting: delimited.Standard})
	if err := out.Write(purchaseColumns); err != nil {
		return err
	}
	for _, l := range p.Lines {
		cells := []string{p.Number, fmt.Sprint(l.Position), l.Code, l.SKU, l.Title, string(l.Packs()), string(l.Pack.Decimal()), string(l.Quantity.Decimal()), p.price(l),
			p.total(l), string(p.Currency), string(l.Received.Decimal())}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("writing purchase order: %w", err)
	}
	return encoded.Close()
}

func (p Purchase) price(l purchasing.Line) string {
	if l.Price == "" {
		return ""
	}
	return string(l.Price.Padded(p.Currency.Exponent()))
}

func (p Purchase) total(l purchasing.Line) string {
	return l.Costs(l.Quantity, "", p.Currency.Exponent()).Decimal(p.Currency.Exponent())
}

func (p Purchase) day(at commerce.Instant) string {
	if at == 0 {
		return ""
	}
	return at.Time().In(p.Zone).Format(time.DateOnly)
}

// PDF draws the order on A4.
func (p Purchase) PDF(to io.Writer) error {
	d := purchasePaper{Purchase: p, paper: paper{title: p.Number}}
	if err := d.open("A4", p.Core); err != nil {
		return fmt.Errorf("drawing purchase order: %w", err)
	}
	d.pdf.SetCreationDate(p.CreatedAt.Time())
	d.pdf.SetModificationDate(p.CreatedAt.Time())
	d.pdf.AddPage()
	d.head()
	d.table()
	d.end()
	if err := d.pdf.Output(to); err != nil {
		return fmt.Errorf("drawing purchase order: %w", err)
	}
	return nil
}

// purchasePaper is the order while it is drawn.
type purchasePaper struct {
	Purchase
	paper
}

// show makes a text fit for the font: a question mark stands for what no font here can print.
func (d *purchasePaper) show(text string) string {
	var lost []Problem
	return d.paper.show("", text, &lost)
}

// head has who orders from whom, and the order's dates.
func (d *purchasePaper) head() {
	d.pdf.SetFont(d.font, "B", 16)
	d.pdf.CellFormat(d.width*0.6, 8, d.show(firstText(d.Buyer, "Purchase order")), "", 0, "L", false, 0, "")
	d.pdf.CellFormat(d.width*0.4, 8, d.Number, "", 1, "R", false, 0, "")
	d.pdf.SetFont(d.font, "", 10)
	for _, fact := range []struct{ name, value string }{{"Purchase order of", d.day(firstInstant(d.OrderedAt, d.CreatedAt))}, {"Expected", d.day(d.ExpectedAt)}, {"Deliver to", d.Location}} {
		if fact.value != "" {
			d.pdf.CellFormat(d.width, 5, d.show(fact.name+" "+fact.value), "", 1, "R", false, 0, "")
		}
	}
	d.pdf.Ln(2)
	d.pdf.SetFont(d.font, "B", 11)
	d.pdf.CellFormat(d.width, 5.5, d.show(d.Name), "", 1, "L", false, 0, "")
	d.pdf.SetFont(d.font, "", 10)
	c := d.Supplier
	for _, line := range []string{c.Name, c.Line1, c.Line2, strings.TrimSpace(strings.TrimSpace(c.PostalCode+" "+c.City) + " " + c.Region), c.Country, c.Email, c.Phone} {
		if line != "" {
			d.pdf.CellFormat(d.width, 4.8, d.show(line), "", 1, "L", false, 0, "")
		}
	}
	d.pdf.Ln(6)
}

func firstInstant(all ...commerce.Instant) commerce.Instant {
	for _, at := range all {
		if at != 0 {
			return at
		}
	}
	return 0
}

// The columns of the list, as parts of the width.
var purchaseShares = []float64{0.16, 0.40, 0.14, 0.15, 0.15}

func (d *purchasePaper) cells(texts []string, style string, border string) {
	d.pdf.SetFont(d.font, style, 9)
	for i, text := range texts {
		align := "L"
		if i > 1 {
			align = "R"
		}
		d.pdf.CellFormat(d.width*purchaseShares[i], 6, text, border, 0, align, false, 0, "")
	}
	d.pdf.Ln(6)
}

func (d *purchasePaper) tableHead() {
	d.cells([]string{"Your code", "Item", "Quantity", "Price", "Total " + string(d.Currency)}, "B", "B")
}

func (d *purchasePaper) table() {
	d.tableHead()
	_, page := d.pdf.GetPageSize()
	for _, l := range d.Lines {
		item := d.pdf.SplitText(d.show(strings.TrimSpace(l.SKU+"  "+l.Title)), d.width*purchaseShares[1]-2)
		if d.pdf.GetY()+float64(len(item))*6 > page-margin-8 {
			d.pdf.AddPage()
			d.tableHead()
		}
		for i, part := range item {
			row := []string{"", part, "", "", ""}
			if i == 0 {
				row = []string{d.show(l.Code), part, d.show(quantityWords(l)), d.price(l), d.total(l)}
			}
			d.cells(row, "", map[bool]string{true: "B"}[i == len(item)-1])
		}
	}
}

// quantityWords says packs as packs: "4 × 12".
func quantityWords(l purchasing.Line) string {
	if packs := l.Packs(); packs != "" && l.Pack.Decimal() != "1" {
		return fmt.Sprintf("%s × %s", packs, l.Pack.Decimal())
	}
	return string(l.Quantity.Decimal())
}

func (d *purchasePaper) end() {
	if total := d.Total(); total.Stated {
		d.cells([]string{"", "", "", "Total", total.Decimal(d.Currency.Exponent())}, "B", "")
	}
	if d.Note != "" {
		d.pdf.Ln(4)
		d.pdf.SetFont(d.font, "", 10)
		d.pdf.MultiCell(d.width, 5, d.show(d.Note), "", "L", false)
	}
}
