package accounting

import (
	"fmt"
	"math/big"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/order"
)

// sums are the amounts of an order in minor units, from itself or added up from its lines.
type sums struct{ goods, shipping, tax, discount, total int64 }

// parts lays out what was sold as credits whose sum is the total. Sources differ in whether line amounts hold tax and discounts already:
// the total, which outranks all, tells. What is left over goes to rounding, up to the mapping's limit.
func (m Mapping) parts(o order.Order, r Rule) ([]Line, sums, error) {
	lines, err := m.goods(o, r)
	if err != nil {
		return nil, sums{}, err
	}
	s := amounts(o, lines)
	if s.total < 0 {
		return nil, s, fault.New(fault.Invalid, "The total of the order is below zero.", "Look at it at the channel.").InField("total")
	}
	taxIn, discountIn, left := s.fit()
	if left > m.RoundingLimit || -left > m.RoundingLimit {
		return nil, s, apart(o, left)
	}
	add := func(role Role, amount int64) {
		if amount != 0 {
			l := credit(role, amount)
			l.Account, l.Item = m.account(r, role), itemOf(role)
			lines = append(lines, l)
		}
	}
	add(Shipping, s.shipping)
	if !discountIn {
		add(Discount, -s.discount)
	}
	if taxIn {
		takeTax(lines, o, s.tax)
	}
	role := Tax
	if r.TaxBy == ByMarketplace {
		role = MarketplaceTax
	}
	add(role, s.tax)
	add(Rounding, left)
	return moving(lines), s, nil
}

// basis says what a document was made of, so that it shows when the order changed.
func (s sums) basis(c commerce.Currency) string {
	return fmt.Sprintf("%s %d %d %d %d %d", c, s.goods, s.shipping, s.tax, s.discount, s.total)
}

// fit finds how the parts make up the total: whether the line amounts hold tax and discount already, and what is left over.
func (s sums) fit() (taxIn, discountIn bool, left int64) {
	plain := s.total - (s.goods + s.shipping + s.tax - s.discount)
	best := plain
	for _, one := range []struct {
		tax, discount bool
		left          int64
	}{{true, false, plain + s.tax}, {false, true, plain - s.discount}, {true, true, plain + s.tax - s.discount}} {
		if size(one.left) < size(best) {
			taxIn, discountIn, best = one.tax, one.discount, one.left
		}
	}
	return taxIn, discountIn, best
}

func size(n int64) int64 { return max(n, -n) }

func amounts(o order.Order, lines []Line) sums {
	c := o.Compute()
	s := sums{shipping: c.Shipping.Minor, tax: c.Tax.Minor, discount: c.Discount.Minor}
	for _, l := range lines {
		s.goods += l.Net()
	}
	if o.Shipping.Stated {
		s.shipping = o.Shipping.Minor
	}
	if o.Tax.Stated {
		s.tax = o.Tax.Minor
	}
	if o.Discount.Stated {
		s.discount = size(o.Discount.Minor)
	}
	s.total = s.goods + s.shipping + s.tax - s.discount
	if o.Total.Stated {
		s.total = o.Total.Minor
	}
	return s
}

// goods are the lines of an order, or its subtotal where not all of them state what they cost.
func (m Mapping) goods(o order.Order, r Rule) ([]Line, error) {
	all := make([]Line, 0, len(o.Lines)+5)
	for i := range o.Lines {
		l := &o.Lines[i]
		amount := l.Amount(o.Currency)
		if !amount.Stated {
			return m.subtotal(o, r)
		}
		line := credit(Sales, amount.Minor)
		line.Account, line.Item, line.Text, line.Quantity = m.account(r, Sales), itemOf(Sales), text(*l), l.Quantity
		if t := m.Items[Fold(l.SKU)]; l.SKU != "" && t.Name != "" {
			line.Item = t.Name
			if t.Account != "" {
				line.Account = t.Account
			}
		}
		all = append(all, line)
	}
	if len(all) == 0 {
		return m.subtotal(o, r)
	}
	return all, nil
}

func (m Mapping) subtotal(o order.Order, r Rule) ([]Line, error) {
	amount := o.Subtotal
	if !amount.Stated && o.Total.Stated { // the total is all that is known: goods are what shipping, tax and discount leave of it
		amount = o.Total
		amount.Minor += o.Discount.Minor - o.Shipping.Minor - o.Tax.Minor
	}
	if !amount.Stated {
		return nil, fault.New(fault.Invalid, "The order states neither what its lines cost nor a total.", "Import or pull it again with its amounts.").InField("total")
	}
	line := credit(Sales, amount.Minor)
	line.Account, line.Item, line.Text = m.account(r, Sales), itemOf(Sales), order.Items(o.Lines)
	return append(make([]Line, 0, 6), line), nil
}

func text(l order.Line) string {
	if l.Title == "" {
		return l.SKU
	}
	if l.SKU == "" {
		return l.Title
	}
	return l.Title + " (" + l.SKU + ")"
}

// takeTax takes the tax out of amounts that hold it: as each line of the order states it, else in proportion over all of them.
func takeTax(lines []Line, o order.Order, tax int64) {
	stated := int64(0)
	for i := range o.Lines {
		stated += o.Lines[i].Tax.Minor
	}
	shares := make([]int64, len(lines))
	if stated == tax && len(lines) >= len(o.Lines) {
		for i := range o.Lines {
			shares[i] = o.Lines[i].Tax.Minor
		}
	} else {
		sum := int64(0)
		for _, l := range lines {
			sum += l.Net()
		}
		shares = spread(lines, sum, tax)
	}
	for i, l := range lines {
		net := credit(l.Role, l.Net()-shares[i])
		lines[i].Debit, lines[i].Credit = net.Debit, net.Credit
	}
}

// spread lays an amount over lines in proportion to what they credit; total is their sum. Shares add up to the amount exactly: each is
// what the lines up to it have of it, rounded down, less what those before it have.
func spread(lines []Line, total, amount int64) []int64 {
	shares := make([]int64, len(lines))
	if total == 0 {
		if len(lines) > 0 {
			shares[0] = amount
		}
		return shares
	}
	var sum, given int64
	for i, l := range lines {
		sum += l.Net()
		upTo := new(big.Int).Mul(big.NewInt(sum), big.NewInt(amount))
		upTo.Div(upTo, big.NewInt(total)) // Euclidean: total is above zero
		shares[i] = upTo.Int64() - given
		given += shares[i]
	}
	return shares
}

// moving drops lines without an amount.
func moving(lines []Line) []Line {
	kept := lines[:0]
	for _, l := range lines {
		if l.Debit != 0 || l.Credit != 0 {
			kept = append(kept, l)
		}
	}
	return kept
}

// itemOf names the item that stands for a role where a ledger system wants each line of a sale to be an item.
func itemOf(role Role) string { return roleItems[role] }

var roleItems = map[Role]string{Sales: "Online sales", Shipping: "Online shipping", Discount: "Online discount", Tax: "Online sales tax",
	MarketplaceTax: "Marketplace tax", Rounding: "Online rounding"}

// RoleOf finds the role that an item of ours stands for; false for any other.
func RoleOf(item string) (Role, bool) {
	for role, name := range roleItems {
		if name == item {
			return role, true
		}
	}
	return "", false
}
