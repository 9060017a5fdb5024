package format

import (
	"tradepost/backend/commerce"
	"tradepost/backend/order"
	"tradepost/backend/tabular/value"
)

// reversal says which rows give money back for the order of their key: those whose column says one of the words. What
// they gave back is what the amounts make together; nothing else of them counts.
type reversal struct {
	Column  string   `json:"column"`
	Words   []string `json:"words"`
	Amounts []string `json:"amounts"`
}

type reversalAt struct {
	column  int
	words   map[string]bool
	amounts []int
}

func (r reversal) at(find func(string) int) reversalAt {
	return reversalAt{column: find(r.Column), words: words(r.Words), amounts: present(r.Amounts, find)}
}

// givenBack is what the rows of an order sold and gave back.
type givenBack struct {
	sales, reversals int
	sold, back       commerce.Amount
}

// givesBack takes in the present row when it gives money back, and tells so.
func (b *builder) givesBack() bool {
	r := b.plan.reversal
	if r.column < 0 {
		return false
	}
	if !r.words[normal(value.Text(at(b.row.Cells, r.column)))] {
		b.addMoney(&b.back.sold)
		return false
	}
	b.back.reversals++
	b.addMoney(&b.back.back)
	return true
}

func (b *builder) addMoney(into *commerce.Amount) {
	for _, i := range b.plan.reversal.amounts {
		if b.priceless || value.Blank(b.row.Cells[i]) {
			continue
		}
		amount, err := value.Amount(b.row.Cells[i], b.styles[i], b.currency)
		sum, fits := into.Plus(amount)
		if err == nil && !fits {
			err = &value.Error{Found: value.Text(b.row.Cells[i]), Expected: "amounts that can be added up", Remedy: "Correct the amount."}
		}
		if err != nil {
			b.problem(i, CodeAmount, err)
			continue
		}
		*into = sum
	}
}

// settleBack states what was given back. Money given back for a sale that is not among the rows makes no order: it is a
// problem.
func (b *builder) settleBack() {
	g, o := &b.back, &b.draft.order
	switch {
	case b.onlyGivesBack():
		b.soleReversal()
		return
	case g.reversals == 0:
		return
	}
	if g.back.Stated {
		o.Refunded = commerce.Minor(max(g.back.Minor, -g.back.Minor))
	}
	o.Financial = order.PartiallyRefunded
	if o.Refunded.Stated && g.sold.Stated && o.Refunded.Minor >= g.sold.Minor {
		o.Financial = order.Refunded
	}
}

func (b *builder) onlyGivesBack() bool { return b.back.reversals > 0 && b.back.sales == 0 }

// soleReversal keeps the key of a refund alone, so that it can be found, and says what is missing.
func (b *builder) soleReversal() {
	b.row = &b.record.Rows[0]
	b.draft.order.Number = value.ID(at(b.row.Cells, b.plan.key))
	b.record.Problems = append(b.record.Problems, Problem{Row: b.row.Number, Column: b.name(b.plan.reversal.column),
		Code: CodeRefundAlone, Found: short(value.Text(b.row.Cells[b.plan.reversal.column])), Expected: "the sale beside its refund",
		Message: "This gives money back for a sale that is not in the file.",
		Remedy:  "Export the file again from the day of the sale on, and import that."})
}
