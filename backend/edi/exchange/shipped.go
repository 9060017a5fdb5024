package exchange

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/edi/desk"
	"tradepost/backend/edi/trade"
	"tradepost/backend/fault"
)

// Shipped is one shipment of an order in the workspace, as a ship notice tells it.
type Shipped struct {
	ID        int64
	Carrier   string
	Service   string
	Tracking  string
	ShippedAt commerce.Instant
	Boxes     []Box
	Told      string // the number of the ship notice that told it; "" for none
}

// Box is a package of a shipment with what is in it; a parent of 0 is none.
type Box struct {
	ID, Parent  int64
	Label       string // its SSCC, where it has one
	WeightGrams string
	Items       []BoxItem
}

// BoxItem is how much of an order's line lies in a package.
type BoxItem struct {
	Line     string // the line's number in the order as it came, or its place
	Quantity string
}

// Shipments lists the shipments of an order in the workspace, with the ship notices that told them.
func (x *Exchange) Shipments(ctx context.Context, documentID int64) ([]Shipped, error) {
	d, err := x.store.EDIDocument(ctx, documentID)
	if err != nil || d.OrderID == 0 {
		return []Shipped{}, err
	}
	a, err := x.open(ctx, documentID, Kinds(d.Syntax)[1])
	if err != nil {
		return nil, err
	}
	return a.shipments(ctx)
}

func (a *answering) shipments(ctx context.Context) ([]Shipped, error) {
	all, err := a.x.store.EDIShipments(ctx, a.document.OrderID)
	if err != nil {
		return nil, err
	}
	for _, d := range a.around {
		if d.Direction != Out || d.Ack == Rejected || stage(d.Type) != 1 {
			continue
		}
		said, err := a.x.said(ctx, d)
		if err != nil {
			return nil, err
		}
		for i := range all {
			if all[i].Tracking != "" && all[i].Tracking == said.Shipment.Tracking {
				all[i].Told = d.Number
			}
		}
	}
	return all, nil
}

// ofShipment fills into what is asked what one shipment of the order says: its lines, carrier, number and day, unless they are stated.
func (a *answering) ofShipment(ctx context.Context, ask *Ask, how *desk.Making) error {
	if ask.Shipment == 0 {
		return nil
	}
	if stage(ask.Kind) != 1 {
		return fault.New(fault.Invalid, "Only a ship notice is made of a shipment.", "Make an "+Kinds(a.document.Syntax)[1]+" of it.").InField("shipment")
	}
	all, err := a.shipments(ctx)
	if err != nil {
		return err
	}
	for i := range all {
		if all[i].ID == ask.Shipment {
			a.tell(&all[i], ask, how)
			return nil
		}
	}
	return fault.New(fault.NotFound, "This order has no such shipment.", "Open the order to see its shipments.").InField("shipment")
}

// scac is how the codes of carriers look.
var scac = regexp.MustCompile(`^[A-Z]{2,4}$`)

func (a *answering) tell(s *Shipped, ask *Ask, how *desk.Making) {
	ask.Tracking = or(ask.Tracking, s.Tracking)
	if s.ShippedAt != 0 {
		ask.Ships = or(ask.Ships, s.ShippedAt.Time().In(a.x.store.Zone()).Format("2006-01-02"))
	}
	if ask.Carrier == "" && scac.MatchString(s.Carrier) {
		ask.Carrier = s.Carrier
	} else if ask.Carrier == "" {
		how.Routing = joined(s.Carrier, s.Service)
	}
	total := map[string]string{}
	for i, box := range s.Boxes {
		one := trade.Package{ID: fmt.Sprint(box.ID), SSCC: labelsOf(box.Label, ask.SSCC, i, len(s.Boxes)), Weight: weightOf(box.WeightGrams)}
		if box.Parent != 0 {
			one.Parent = fmt.Sprint(box.Parent)
		}
		for _, item := range box.Items {
			one.Lines = append(one.Lines, trade.Line{Number: item.Line, Quantity: item.Quantity})
			total[item.Line] = plus(or(total[item.Line], "0"), item.Quantity)
		}
		how.Boxes = append(how.Boxes, one)
	}
	ask.SSCC, ask.Lines = nil, nil
	for _, p := range a.lines {
		if quantity := total[p.Line]; quantity != "" {
			ask.Lines = append(ask.Lines, AskLine{Line: p.Line, Quantity: quantity})
		}
	}
}

// labelsOf is the label of a box: its own, else the one that was stated for it.
func labelsOf(own string, stated []string, at, boxes int) []string {
	switch {
	case len(own) == 18 && strings.Trim(own, "0123456789") == "":
		return []string{own}
	case len(stated) == boxes:
		return []string{stated[at]}
	}
	return nil
}

// weightOf is a weight in kilograms; nil for none.
func weightOf(grams string) *trade.Quantity {
	kilograms := rat(grams)
	if kilograms.Sign() <= 0 {
		return nil
	}
	return &trade.Quantity{Value: plain(kilograms.Quo(kilograms, rat("1000"))), Unit: trade.Coded{Code: "KG"}}
}
