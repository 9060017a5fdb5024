package syncing

import (
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
)

// carrying is a message that is being applied.
type carrying struct {
	tx      Tx
	message journal.Message // as it will be when its parts are applied
	payload *journal.Payload
	verdict intake.Verdict
	orderID int64
	kept    bool // the store has the message as it stands here
}

// carry applies the parts of a message as one: all or none. What cannot be applied puts the message into quarantine; a part that
// may be left out (a tracking number that fits no line) stays with the applied message as what is wrong with it. A message
// without an id is kept with what it becomes, so that it is written once. It gives the message's id.
func carry(tx Tx, m journal.Message, r ready) (int64, intake.Verdict, error) {
	c := carrying{tx: tx, message: m, payload: r.payload, verdict: intake.Same}
	if len(r.problems) > 0 {
		return c.putAside(r.problems)
	}
	c.message.Status, c.message.Problems = journal.Applied, nil
	if r.ledger != nil {
		verdict, err := carryLedger(tx, r.connection, *r.ledger)
		if err != nil {
			return 0, verdict, err
		}
		c.verdict = verdict
	}
	for _, part := range r.parts {
		refused, err := c.part(part)
		if err != nil {
			return 0, c.verdict, err
		}
		if refused != nil {
			return c.putAside(refused)
		}
	}
	return c.end()
}

// part applies one part; refused is why it cannot be, when the message cannot be applied without it.
func (c *carrying) part(p part) (refused []fault.Problem, err error) {
	p.stated.Order = c.orderID
	j, err := p.judge(c.tx, c.message.ChannelID)
	if err != nil {
		return nil, err
	}
	if j.Verdict == intake.Error {
		if !p.optional {
			return j.Problems, nil
		}
		c.message.Problems = append(c.message.Problems, j.Problems...) // said with the message, which is applied all the same
		c.kept = false
		return nil, nil
	}
	received := intake.Received{Message: c.message, Payload: c.payload, Stated: p.stated, Settled: true}
	if p.order != nil {
		received.Order = *p.order
	}
	if err := intake.Carry(c.tx, &j, received); err != nil {
		return nil, err
	}
	c.note(p, j)
	return nil, nil
}

// note notes what a part came to.
func (c *carrying) note(p part, j intake.Judgement) {
	first := c.message.ID == 0 && j.Message != 0
	c.message.ID = max(c.message.ID, j.Message)
	switch {
	case p.main:
		c.message.RecordKind, c.message.RecordID = recordOf(p, j)
		c.orderID, c.verdict = j.After.ID, j.Verdict
	case c.verdict == intake.Same && p.order == nil && j.Verdict != intake.Skipped:
		c.verdict = beside(j.Verdict)
	}
	c.kept = first && p.main || c.kept && !p.main
}

// end writes what became of the message.
func (c *carrying) end() (int64, intake.Verdict, error) {
	m := c.message
	if m.Name != "" {
		if err := c.tx.SupersedeWaiting(m.ChannelID, m.Kind, m.Name, m.RunID); err != nil {
			return 0, c.verdict, err
		}
	}
	switch {
	case m.ID == 0:
		err := c.tx.InsertMessage(&m, c.payload)
		return m.ID, c.verdict, err
	case c.kept:
		return m.ID, c.verdict, nil
	}
	return m.ID, c.verdict, c.tx.UpdateMessage(m)
}

// putAside keeps the message in quarantine.
func (c *carrying) putAside(problems []fault.Problem) (int64, intake.Verdict, error) {
	m := c.message
	if m.ID == 0 {
		m.Status, m.Problems = journal.Received, nil
		if err := c.tx.InsertMessage(&m, c.payload); err != nil {
			return 0, intake.Error, err
		}
	}
	return m.ID, intake.Error, intake.Quarantine(c.tx, intake.Received{Message: m}, problems)
}

// beside is what a part beside the record means for the whole: something new in it changes the record.
func beside(v intake.Verdict) intake.Verdict {
	if v == intake.New {
		return intake.Changed
	}
	return v
}

// recordOf names the record that a part became.
func recordOf(p part, j intake.Judgement) (kind string, id int64) {
	if p.order != nil {
		return intake.OrderKind, j.After.ID
	}
	if j.Record == nil {
		return "", 0
	}
	return intake.RecordKind(p.stated.Kind), j.Record.ID
}
