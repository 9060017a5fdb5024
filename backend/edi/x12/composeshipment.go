package x12

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"tradepost/backend/edi/trade"
)

// WriteShipment writes an 856: the shipment, its orders, the pallets and boxes with their labels, the items in them
// (S-O-T-P-I). Packages without a label or kind are only a list of items, and have no level of their own (S-O-I).
func WriteShipment(to io.Writer, s *trade.Shipment, envelope Envelope) error {
	return compose(to, envelope, "856", "SH", func(c *composer) {
		made := envelope.Now.Format("1504")
		order := "0004"
		if slices.ContainsFunc(s.Packages, isPacked) {
			order = "0001"
		}
		c.Segment("BSN", "00", s.Number, day(s.Date), made, order)
		h := &shipping{composer: c, shipment: s}
		top := h.level("", "S")
		h.carriage()
		for i := range s.Orders {
			h.order(top, i)
		}
		c.totals(h.levels)
	})
}

// shipping writes the levels of a shipment.
type shipping struct {
	*composer
	shipment *trade.Shipment
	levels   int
}

// level writes an HL below another and gives its number.
func (h *shipping) level(parent, kind string) string {
	h.levels++
	number := strconv.Itoa(h.levels)
	h.Segment("HL", number, parent, kind)
	return number
}

// carriage writes what is said of the shipment as a whole.
func (h *shipping) carriage() {
	s := h.shipment
	packed := 0
	for i := range s.Packages {
		if isPacked(s.Packages[i]) && !h.holds(s.Packages[i].ID) {
			packed++
		}
	}
	if packed > 0 {
		weight := []string{}
		if s.Weight != nil && s.Weight.Value != "" {
			weight = []string{"", "", "", "G", s.Weight.Value, unit(s.Weight.Unit)}
		}
		h.Segment("TD1", slices.Concat([]string{"CTN", strconv.Itoa(packed)}, weight)...)
	}
	h.way(s.Shipping)
	h.references(s.References)
	if s.Tracking != "" && s.Reference("CN") == "" {
		h.Segment("REF", "CN", s.Tracking)
	}
	h.date("011", s.Shipped)
	h.date("017", s.Expected)
	if knows("146", s.Shipping.Paid.Code) {
		h.Segment("FOB", s.Shipping.Paid.Code)
	}
	h.parties(s.Parties)
}

// way writes carrier, mode and route.
func (c *composer) way(s trade.Shipping) {
	kind, mode := "", s.Mode.Code
	if s.Carrier != "" {
		kind = "2"
	}
	if !knows("91", mode) {
		mode = ""
	}
	if kind+mode+s.Routing != "" {
		c.Segment("TD5", "", kind, s.Carrier, mode, c.words(s.Routing, 35))
	}
}

// order writes one order with the packages that hold its items.
func (h *shipping) order(top string, at int) {
	order := h.shipment.Orders[at]
	number := h.level(top, "O")
	h.Segment("PRF", order.Number, "", "", day(order.Date))
	for i := range h.shipment.Packages {
		if p := &h.shipment.Packages[i]; p.Parent == "" && h.orderOf(p) == at {
			h.box(number, p)
		}
	}
}

// orderOf is which order a package belongs to: the one that its first item names, else the first.
func (h *shipping) orderOf(p *trade.Package) int {
	for i := range p.Lines {
		for _, r := range p.Lines[i].References {
			if at := slices.IndexFunc(h.shipment.Orders, func(o trade.OrderNumber) bool { return o.Number == r.Value }); at >= 0 && (r.Kind.Code == "PO" || r.Kind.Code == "ON") {
				return at
			}
		}
	}
	for i := range h.shipment.Packages {
		if inner := &h.shipment.Packages[i]; p.ID != "" && inner.Parent == p.ID {
			return h.orderOf(inner)
		}
	}
	return 0
}

// isPacked reports whether a package is one, and not only a list of items.
func isPacked(p trade.Package) bool { return len(p.SSCC) > 0 || p.Kind.Code != "" || p.Weight != nil }

// holds reports whether a package holds others.
func (h *shipping) holds(id string) bool {
	return id != "" && slices.ContainsFunc(h.shipment.Packages, func(p trade.Package) bool { return p.Parent == id })
}

// box writes a package, what is in it, and the packages in it.
func (h *shipping) box(parent string, p *trade.Package) {
	if isPacked(*p) || h.holds(p.ID) {
		kind := "P"
		if h.holds(p.ID) {
			kind = "T"
		}
		parent = h.level(parent, kind)
		if p.Weight != nil && p.Weight.Value != "" {
			h.Segment("PO4", "", "", "", "", "G", p.Weight.Value, unit(p.Weight.Unit))
		}
		for _, sscc := range p.SSCC {
			h.Segment("MAN", "GM", labelled(sscc))
		}
	}
	for i := range p.Lines {
		h.item(parent, &p.Lines[i])
	}
	for i := range h.shipment.Packages {
		if inner := &h.shipment.Packages[i]; p.ID != "" && inner.Parent == p.ID {
			h.box(parent, inner)
		}
	}
}

// labelled is an SSCC-18 behind its application identifier 00, as the label has it.
func labelled(sscc string) string {
	if len(sscc) == 18 {
		return "00" + sscc
	}
	return sscc
}

func (h *shipping) item(parent string, l *trade.Line) {
	h.level(parent, "I")
	number := h.number(l)
	h.Segment("LIN", slices.Concat([]string{number}, items(l.Codes))...)
	h.Segment("SN1", number, l.Quantity, unit(l.Unit))
	h.count(l.Quantity)
	if l.Description != "" {
		h.Segment("PID", "F", "", "", "", h.words(l.Description, 80))
	}
	for _, date := range l.Dates {
		if strings.TrimSpace(date.Date) != "" && knows("374", date.Kind.Code) {
			h.date(date.Kind.Code, date.Date)
		}
	}
}
