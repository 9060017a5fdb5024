package trade

import (
	"math/big"
	"slices"
	"strings"
)

// Figures are what a document says in numbers, as a table that a person reads.
type Figures struct {
	Columns []string   `json:"columns"`
	Rows    [][]string `json:"rows"`
	More    int        `json:"more" doc:"How many rows are left out"`
}

// mostRows is how many rows of figures are shown.
const mostRows = 500

// Figures are the table of a stock report, of sales and stock, or of what a payment pays; nil of other documents.
func (d *Document) Figures() *Figures {
	f := &Figures{Rows: [][]string{}}
	switch {
	case d.Activity != nil:
		f.activity(d.Activity)
	case d.Stock != nil:
		f.stock(d.Stock)
	case d.Remittance != nil:
		f.remittance(d.Remittance)
	default:
		return nil
	}
	f.More = max(len(f.Rows)-mostRows, 0)
	f.Rows = f.Rows[:len(f.Rows)-f.More]
	return f
}

// activity has a row for each item and store, and a column for each sort of figure, with their sums.
func (f *Figures) activity(a *Activity) {
	kinds := []string{}
	for i := range a.Lines {
		for _, one := range a.Lines[i].Figures {
			if words := one.Kind.said(); !slices.Contains(kinds, words) {
				kinds = append(kinds, words)
			}
		}
	}
	f.Columns = slices.Concat([]string{"Item", "Store"}, kinds)
	sums := make([]string, len(kinds))
	for i := range a.Lines {
		line := &a.Lines[i]
		at := map[string][]string{}
		for _, one := range line.Figures {
			row := at[one.Store]
			if row == nil {
				row = slices.Concat([]string{line.named(), one.Store}, make([]string, len(kinds)))
				at[one.Store] = row
				f.Rows = append(f.Rows, row)
			}
			n := slices.Index(kinds, one.Kind.said())
			row[n+2], sums[n] = plus(row[n+2], one.Quantity), plus(sums[n], one.Quantity)
		}
	}
	if len(f.Rows) > 1 {
		f.Rows = append([][]string{slices.Concat([]string{"All", ""}, sums)}, f.Rows...)
	}
}

func (f *Figures) stock(s *StockReport) {
	f.Columns = []string{"Item", "Place", "Quantity", "Unit", "Which"}
	for i := range s.Lines {
		line := &s.Lines[i]
		for _, q := range line.stated() {
			f.Rows = append(f.Rows, []string{line.named(), s.PlaceOf(line), q.Value, q.Unit.said(), q.Kind.said()})
		}
	}
}

func (f *Figures) remittance(r *Remittance) {
	f.Columns = []string{"Document", "Number", "Date", "Amount", "Discount", "Added or taken off", "Paid"}
	for i := range r.Items {
		item := &r.Items[i]
		adjusted := []string{}
		for _, a := range item.Adjusted {
			adjusted = append(adjusted, strings.TrimSpace(a.Value+" "+a.Kind.said()))
		}
		f.Rows = append(f.Rows, []string{item.Kind.said(), item.Number, item.Date, item.Amount, item.Discount, strings.Join(adjusted, ", "), item.Paid})
	}
}

// said is the code's meaning, or the code where it has none here.
func (c Coded) said() string {
	if c.Words != "" {
		return c.Words
	}
	return c.Code
}

// named is what a line is about: the seller's number and what it is called.
func (l *Line) named() string {
	code := l.Item("VN", "VA", "VC", "SA", "SK", "IN", "BP", "UP", "EN", "UK", "SRV")
	if code == "" && len(l.Codes) > 0 {
		code = l.Codes[0].Value
	}
	return strings.TrimSpace(code + " " + l.Description)
}

// stated are the quantities of a line, the single one too.
func (l *StockLine) stated() []Quantity {
	if len(l.Quantities) > 0 {
		return l.Quantities
	}
	if l.Quantity == "" {
		return nil
	}
	return []Quantity{{Value: l.Quantity, Unit: l.Unit}}
}

// onHand are the kinds of quantities that say how much lies there, those that say it best first: X12's and EDIFACT's.
var onHand = []string{"17", "OH", "145", "QA", "33", "29"}

// OnHand is how much of a line's item lies there; ok is false where it does not say.
func (l *StockLine) OnHand() (q Quantity, ok bool) {
	all := l.stated()
	for _, kind := range onHand {
		for _, one := range all {
			if one.Kind.Code == kind {
				return one, true
			}
		}
	}
	return Quantity{}, false
}

// PlaceOf is where a line's goods lie: as the line says, else the report's warehouse; "" where nothing says it.
func (s *StockReport) PlaceOf(l *StockLine) string {
	places := slices.Clone(l.Parties)
	if l.Place != nil {
		places = append(places, *l.Place)
	}
	for _, p := range s.Parties {
		if slices.Contains([]string{"WH", "SF", "LW", "DC"}, p.Role.Code) {
			places = append(places, p)
		}
	}
	for _, p := range places {
		if p.Name != "" {
			return p.Name
		}
		if p.ID != "" {
			return p.ID
		}
	}
	return ""
}

// plus adds decimals as text; what is no number counts as nothing.
func plus(a, b string) string {
	sum := new(big.Rat)
	for _, text := range []string{a, b} {
		if r, ok := new(big.Rat).SetString(text); ok {
			sum.Add(sum, r)
		}
	}
	text := sum.FloatString(6)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}
