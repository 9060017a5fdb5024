package exchange

import (
	"time"

	"tradepost/backend/commerce"
)

// Waiting is who waits for what, and since when.
type Waiting struct {
	DocumentID int64            `json:"-"`
	Who        string           `json:"who" enum:"us,partner" doc:"Whose turn it is."`
	What       string           `json:"what" enum:"acknowledgement,response,shipment,invoice,correction,quarantine,delivery"`
	Kind       string           `json:"kind" doc:"The document that is waited for: 997, 855, ..."`
	Since      commerce.Instant `json:"-"`
	Due        commerce.Instant `json:"-"`
	Late       bool             `json:"late"`
}

// Clock is what of an order its documents wait by: until when it has to leave, 0 where that is not known, and whether it was called off.
type Clock struct {
	ShipBy    commerce.Instant
	Cancelled bool
}

// WaitingOf says what is waited for among the documents of one order, by what their partner expects.
func WaitingOf(all []Document, wants Wants, clock Clock, now commerce.Instant) []Waiting {
	w := waitings{wants: wants, clock: clock, now: now}
	for _, d := range all {
		w.document(d, all)
	}
	return w.all
}

type waitings struct {
	all   []Waiting
	wants Wants
	clock Clock
	now   commerce.Instant
}

func (w *waitings) add(one Waiting, hours int) {
	if hours > 0 {
		one.Due = one.Since + commerce.Instant(time.Duration(hours)*time.Hour/time.Millisecond)
		one.Late = w.now > one.Due
	}
	w.all = append(w.all, one)
}

func (w *waitings) document(d Document, all []Document) {
	kinds := Kinds(d.Syntax)
	switch {
	case d.Direction == In && d.Status == Waits:
		w.add(Waiting{DocumentID: d.ID, Who: "us", What: "quarantine", Since: d.At}, w.wants.Response)
	case d.Direction == In && IsOrder(d.Type) && d.Status == Taken && !w.clock.Cancelled:
		w.order(d, all, kinds)
	case d.Direction == Out && d.Ack == Rejected && !replaced(d, all):
		w.add(Waiting{DocumentID: d.ID, Who: "us", What: "correction", Kind: d.Type, Since: d.AckAt}, w.wants.Response)
	case d.Direction == Out && (d.Delivery == "" || d.Delivery == Prepared || d.Delivery == Unknown):
		w.add(Waiting{DocumentID: d.ID, Who: "us", What: "delivery", Kind: d.Type, Since: d.At}, w.wants.Ack)
	case d.Direction == Out && !IsAck(d.Type) && d.Ack == "" && w.wants.Ack > 0:
		w.add(Waiting{DocumentID: d.ID, Who: "partner", What: "acknowledgement", Kind: map[bool]string{true: "CONTRL", false: "997"}[d.Syntax == "edifact"], Since: d.At}, w.wants.Ack)
	}
	if d.Direction == In && !IsAck(d.Type) && d.Ack == "" {
		w.add(Waiting{DocumentID: d.ID, Who: "us", What: "acknowledgement", Kind: map[bool]string{true: "CONTRL", false: "997"}[d.Syntax == "edifact"], Since: d.At}, w.wants.Ack)
	}
}

// replaced reports whether another document of its type was made after one that was rejected.
func replaced(d Document, all []Document) bool {
	for _, other := range all {
		if other.ID > d.ID && other.Direction == Out && other.Type == d.Type && other.Ack != Rejected {
			return true
		}
	}
	return false
}

// order says which answers to an order are still to be made.
func (w *waitings) order(d Document, all []Document, kinds []string) {
	made := map[string]int{}
	var shipped commerce.Instant
	for _, other := range all {
		if other.Direction == Out && other.Ack != Rejected && other.OrderNumber == d.OrderNumber {
			made[other.Type]++
			if other.Type == kinds[1] {
				shipped = max(shipped, other.At)
			}
		}
	}
	if made[kinds[0]] == 0 && made[kinds[1]] == 0 && w.wants.Response > 0 {
		w.add(Waiting{DocumentID: d.ID, Who: "us", What: "response", Kind: kinds[0], Since: d.At}, w.wants.Response)
	}
	if made[kinds[1]] == 0 && w.wants.Shipment > 0 && w.clock.ShipBy != 0 {
		w.add(Waiting{DocumentID: d.ID, Who: "us", What: "shipment", Kind: kinds[1], Since: w.clock.ShipBy}, w.wants.Shipment)
	}
	if made[kinds[2]] < made[kinds[1]] && w.wants.Invoice > 0 {
		w.add(Waiting{DocumentID: d.ID, Who: "us", What: "invoice", Kind: kinds[2], Since: shipped}, w.wants.Invoice)
	}
}
