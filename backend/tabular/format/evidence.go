package format

import (
	"tradepost/backend/tabular/value"
)

// evidence is what the cells of a file tell together: how each column writes decimals, in which order day and month
// stand, whether times name their zone.
type evidence struct {
	styles     []value.Style // by column
	order      value.DateOrder
	zoneNeeded bool

	numbers []int // columns with amounts, prices and quantities
	amounts []int // columns with amounts and prices
	dates   []int
	zones   []int // by date: the column that names its zone, or -1
}

func newEvidence(p *plan) *evidence {
	e := &evidence{styles: make([]value.Style, p.width())}
	for _, b := range p.all() {
		switch b.target.kind {
		case kindAmount, kindPrice:
			if b.pricedIn == "" {
				e.amounts = append(e.amounts, b.column)
			}
			e.numbers = append(e.numbers, b.column)
		case kindQuantity, kindDecimal:
			e.numbers = append(e.numbers, b.column)
		case kindStamp, kindInstant:
			e.dates, e.zones = append(e.dates, b.column), append(e.zones, b.zone)
		}
	}
	return e
}

// add takes in one row.
func (e *evidence) add(cell func(int) []byte) {
	for _, i := range e.numbers {
		if c := cell(i); len(c) > 0 {
			if s := value.StyleOfBytes(c); s != value.Unknown {
				e.styles[i] = e.styles[i].And(s)
			}
		}
	}
	for k, i := range e.dates {
		if c := cell(i); len(c) > 0 {
			e.addDate(c, cell(e.zones[k]))
		}
	}
}

func (e *evidence) addDate(cell, zone []byte) {
	hint := value.DateHintOfBytes(cell)
	if hint.Order != value.OrderUnknown {
		e.order = e.order.And(hint.Order)
	}
	e.zoneNeeded = e.zoneNeeded || hint.IsDate && !hint.HasZone && !namesZone(zone)
}

// style is how column i writes decimals: what the person says, else what the column proves, else what the other
// columns prove, else what the format says.
func (e *evidence) style(i int, said string, s *spec) value.Style {
	if said != "" {
		return value.Style(said)
	}
	if i < len(e.styles) && e.styles[i] != value.Unknown {
		return e.styles[i]
	}
	if together := e.together(); together == value.Point || together == value.Comma {
		return together
	}
	return value.Style(s.Decimal)
}

// together is what all columns prove.
func (e *evidence) together() value.Style {
	all := value.Unknown
	for _, s := range e.styles {
		all = all.And(s)
	}
	return all
}

// stated tells whether a row states any amount.
func (e *evidence) stated(cell func(int) []byte) bool {
	for _, i := range e.amounts {
		if !value.BlankBytes(cell(i)) {
			return true
		}
	}
	return false
}
