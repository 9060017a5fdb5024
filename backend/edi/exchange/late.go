package exchange

import (
	"context"
	"fmt"

	"tradepost/backend/commerce"
)

// Late is one thing that is late between us and a partner.
type Late struct {
	PartnerID int64
	Partner   string // the name of their channel
	What      string // as of Waiting
	Type      string // of the document that waits, or is waited for
	Number    string // of that document; of the order where none is there yet
	Due       commerce.Instant
}

// Concern is what a person is told of once: what of one sort is late between us and a partner.
type Concern struct {
	PartnerID int64
	What      string
	Latest    commerce.Instant // when the last of it fell due
	Title     string
	Words     string
	Remedy    string
}

// alarm is how one sort of lateness is said: of one document, with its type, number and when it was due, and of several.
type alarm struct{ title, one, many, remedy string }

var alarms = map[string]alarm{
	"response": {"“%s” waits for an answer", "Order %[2]s was to be answered by %[3]s.", "%[1]d orders were to be answered, the first of them, %[2]s, by %[3]s.",
		"Open EDI, “Waits for you”, and answer, or change what the partner expects under Partners."},
	"shipment": {"“%s” waits for a ship notice", "The ship notice of order %[2]s was due by %[3]s.", "%[1]d ship notices were due, the first of them, of order %[2]s, by %[3]s.",
		"Open the order under EDI and make its ship notice, or agree on another day with the partner."},
	"invoice": {"“%s” waits for an invoice", "The invoice of order %[2]s was due by %[3]s.", "%[1]d invoices were due, the first of them, of order %[2]s, by %[3]s.",
		"Open the order under EDI and make its invoice."},
	"correction": {"“%s” refused a document", "%[1]s %[2]s was refused, and was to be made anew by %[3]s.", "%[1]d documents were refused, the first of them, %[2]s, was to be made anew by %[3]s.",
		"Open it under EDI, Refused: what they found wrong stands there."},
	"delivery": {"A document for “%s” has not left", "%[1]s %[2]s was to leave by %[3]s, and is not in the outbox.", "%[1]d documents are not in the outbox; the first of them, %[2]s, was to leave by %[3]s.",
		"Open EDI, Partners, and look whether the outbox is there; then send it."},
	"acknowledgement": {"“%s” has not acknowledged", "%[1]s %[2]s was to be acknowledged by %[3]s, and nothing came.", "%[1]d documents were not acknowledged; the first of them, %[2]s, was to be by %[3]s.",
		"Ask the partner whether it arrived. If not, open it under EDI, Not acknowledged, and send it again."},
}

// Concerns says what is late between us and the partners, by what each expects: one concern of each sort and partner.
func (x *Exchange) Concerns(ctx context.Context) ([]Concern, error) {
	late, err := x.store.EDILate(ctx)
	if err != nil {
		return nil, fmt.Errorf("looking for what is late: %w", err)
	}
	var all []Concern
	for len(late) > 0 { // they come by partner and sort, the oldest first
		n := 1
		for n < len(late) && late[n].PartnerID == late[0].PartnerID && late[n].What == late[0].What {
			n++
		}
		all = append(all, x.concernOf(late[:n]))
		late = late[n:]
	}
	return all, nil
}

// concernOf puts what is late of one sort and partner into words.
func (x *Exchange) concernOf(late []Late) Concern {
	first, said := late[0], alarms[late[0].What]
	due := first.Due.Time().In(x.store.Zone()).Format("Monday 2 January, 15:04")
	words := fmt.Sprintf(said.one, first.Type, first.Number, due)
	if len(late) > 1 {
		words = fmt.Sprintf(said.many, len(late), first.Number, due)
	}
	return Concern{PartnerID: first.PartnerID, What: first.What, Latest: late[len(late)-1].Due, Title: fmt.Sprintf(said.title, first.Partner), Words: words, Remedy: said.remedy}
}
