package x12

import (
	"tradepost/backend/edi/check"
	"tradepost/backend/edi/trade"
)

// shipmentReading reads an 856: HL01 and HL02 say what lies in what.
type shipmentReading struct {
	shipment *trade.Shipment
	kind     string         // of the level that is open: S, O, T, P, I
	box      int            // which package the open level is, or lies in; -1 for none
	at       map[string]int // HL01 to the package that the level is or lies in
	order    string         // of the level O that is open
}

func (r *shipmentReading) take(d *documentReading, tag string, f fields, _ check.Match) bool {
	s := r.shipment
	switch {
	case tag == "BSN":
		s.Purpose, s.Number, s.Date, s.Kind = f.coded(1), f.text(2), f.day(3), f.coded(5)
	case tag == "HL":
		r.level(d, f)
	case tag == "PRF":
		r.order = f.text(1)
		s.AddOrder(r.order, f.day(4))
	case tag == "LIN" && r.kind == "I":
		d.line = r.open(trade.Line{Number: f.text(1), Codes: f.pairs(2)})
	case tag == "SN1":
		r.quantity(d, f)
	case tag == "MAN" && r.box >= 0:
		if f.text(1) == "GM" || f.text(1) == "AA" {
			s.Packages[r.box].SSCC = append(s.Packages[r.box].SSCC, f.text(2))
		}
	case tag == "PO4" && (r.kind == "P" || r.kind == "T") && f.text(6) != "":
		s.Packages[r.box].Weight = &trade.Quantity{Kind: f.coded(5), Value: f.text(6), Unit: f.coded(7)}
	case tag == "TD1" && r.kind == "S" && f.text(7) != "":
		s.Weight = &trade.Quantity{Kind: f.coded(6), Value: f.text(7), Unit: f.coded(8)}
	case tag == "DTM" && r.kind == "S":
		r.date(d, f)
	case tag == "REF" && r.kind == "S" && f.text(1) == "CN":
		s.Tracking = f.text(2)
		return false
	default:
		return false
	}
	return true
}

// level opens an HL: packages and pallets are packages, all else lies in the one around it.
func (r *shipmentReading) level(d *documentReading, f fields) {
	d.line = nil
	around, inside := r.at[f.text(2)]
	if !inside {
		around = -1
	}
	r.kind, r.box = f.text(3), around
	if r.kind == "P" || r.kind == "T" {
		p := trade.Package{ID: f.text(1), SSCC: []string{}, Kind: f.coded(3), Lines: []trade.Line{}}
		if around >= 0 {
			p.Parent = r.shipment.Packages[around].ID
		}
		r.shipment.Packages = append(r.shipment.Packages, p)
		r.box = len(r.shipment.Packages) - 1
	}
	if r.box >= 0 {
		r.at[f.text(1)] = r.box
	}
}

// open adds a line to the package it lies in. Items right below their order lie in a package that is only a list.
func (r *shipmentReading) open(l trade.Line) *trade.Line {
	s := r.shipment
	if r.box < 0 {
		s.Packages = append(s.Packages, trade.Package{SSCC: []string{}, Lines: []trade.Line{}})
		r.box = len(s.Packages) - 1
	}
	l = emptyLine(l)
	if r.order != "" {
		l.References = append(l.References, trade.Reference{Kind: trade.Coded{Code: "PO", Words: "purchase order"}, Value: r.order})
	}
	lines := &s.Packages[r.box].Lines
	*lines = append(*lines, l)
	return &(*lines)[len(*lines)-1]
}

func (r *shipmentReading) quantity(d *documentReading, f fields) {
	if d.line == nil {
		return
	}
	d.line.Quantity, d.line.Unit = f.text(2), f.coded(3)
	if d.line.Number == "" {
		d.line.Number = f.text(1)
	}
}

func (r *shipmentReading) date(d *documentReading, f fields) {
	switch f.text(1) {
	case "011":
		r.shipment.Shipped = f.day(2)
	case "017", "067":
		r.shipment.Expected = f.day(2)
	default:
		d.heading.Dates = append(d.heading.Dates, dateOf(f, 1))
	}
}
