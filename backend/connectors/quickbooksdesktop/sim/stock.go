package sim

import (
	"fmt"
	"math/big"
	"strings"
)

// The accounts of stock in a company file.
const (
	stockAccount = "Inventory Asset"
	costAccount  = "Cost of Goods Sold"
)

// TxnGoods is by how much a transaction moved an item, and what that was worth in cents; below zero goods left.
type TxnGoods struct {
	Item     string
	Quantity string
	Cents    int64
	valued   bool // the value was told
}

// Worth says what the pieces of an item cost that lie there, as bills of the merchant did.
func (c *Company) Worth(item string, cents int64) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	r := c.record("Item", item)
	r.Cents = cents
	r.weigh()
}

// Recount changes by how much an adjustment moved an item, as a person at QuickBooks would.
func (c *Company) Recount(number, item, quantity string) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	for _, t := range c.txns {
		for i := range t.Goods {
			if t.Number == number && t.Goods[i].Item == item {
				t.Goods[i].Quantity, t.Sequence = quantity, t.Sequence+1
			}
		}
	}
}

// AddAdjustment puts an adjustment of somebody else into the file.
func (c *Company) AddAdjustment(number string) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.put(&Txn{Element: "InventoryAdjustment", Number: number, Date: "2026-01-02", Memo: "by hand"})
}

// adjustment takes an adjustment's lines: by how much an item moves, and its value where that is said.
func (c *Company) adjustment(t *Txn, add node) (words string) {
	if t.Contra = add.text("AccountRef", "FullName"); c.record("Account", t.Contra) == nil {
		return "There is an invalid reference to QuickBooks Account \"" + t.Contra + "\"."
	}
	seen := map[string]bool{}
	for _, l := range add.all("InventoryAdjustmentLineAdd") {
		name := l.text("ItemRef", "FullName")
		item := c.record("Item", name)
		if item == nil || item.Inactive || !strings.HasPrefix(item.Element, "ItemInventory") || seen[name] {
			return "There is an invalid reference to QuickBooks Item \"" + name + "\"."
		}
		seen[name] = true
		g, words := goodsOf(item.Name, l)
		if words != "" {
			return words
		}
		t.Goods = append(t.Goods, g)
	}
	if len(t.Goods) == 0 {
		return "An inventory adjustment needs a line."
	}
	return ""
}

func goodsOf(item string, l node) (g TxnGoods, words string) {
	g = TxnGoods{Item: item, Quantity: l.text("QuantityAdjustment", "QuantityDifference")}
	if value := l.kid("ValueAdjustment"); value.XMLName.Local != "" {
		n, ok := cents(value.text("ValueDifference"))
		g.Quantity, g.Cents, g.valued = value.text("QuantityDifference"), n, true
		if !ok {
			return g, "There is an invalid amount: " + value.text("ValueDifference")
		}
		if g.Quantity == "" {
			g.Quantity = "0"
		}
	}
	if _, decimals, _ := strings.Cut(g.Quantity, "."); len(decimals) > 5 || rat(g.Quantity) == nil {
		return g, "There is an invalid quantity: " + g.Quantity
	}
	return g, ""
}

// sold notes that a line of a sale moves an item whose stock is counted.
func (t *Txn) sold(item *Record, quantity string, sign int64) {
	q := rat(quantity)
	if item.Element != "ItemInventory" || t.Element == "SalesOrder" || q == nil {
		return
	}
	if sign > 0 {
		q.Neg(q)
	}
	t.Goods = append(t.Goods, TxnGoods{Item: item.Name, Quantity: plain(q)})
}

// moveGoods brings the items of a transaction up to date, and books what that is worth: at the average cost, where the value was not told.
func (c *Company) moveGoods(t *Txn) {
	contra := t.Contra
	if contra == "" {
		contra = costAccount
	}
	for i := range t.Goods {
		g := &t.Goods[i]
		item := c.record("ItemInventory", g.Item)
		if !g.valued {
			g.Cents = item.average(g.Quantity)
		}
		item.move(g.Quantity, g.Cents, 1)
		if t.Element == "InventoryAdjustment" {
			t.Total += g.Cents
		}
		if g.Cents != 0 && item.Asset != "" {
			t.Lines = append(t.Lines, TxnLine{Account: item.Asset, Item: g.Item, Cents: -g.Cents}, TxnLine{Account: contra, Cents: g.Cents})
		}
	}
}

// undoGoods takes back what a transaction moved.
func (c *Company) undoGoods(t *Txn) {
	for _, g := range t.Goods {
		c.record("ItemInventory", g.Item).move(g.Quantity, g.Cents, -1)
	}
}

// average is what so many are worth at the average cost of those that lie there, or lay there last, to the nearest cent.
func (r *Record) average(quantity string) int64 {
	each := rat(r.Each)
	if each == nil {
		return 0
	}
	var n int64
	_, _ = fmt.Sscan(new(big.Rat).Mul(each, rat(quantity)).FloatString(0), &n)
	return n
}

// weigh works out the average anew; where nothing lies there it stays.
func (r *Record) weigh() {
	if there := rat(r.Quantity); there != nil && there.Sign() > 0 {
		r.Each = new(big.Rat).Quo(big.NewRat(r.Cents, 1), there).RatString()
	}
}

func (r *Record) move(quantity string, cents, sign int64) {
	there, q := rat(r.Quantity), rat(quantity)
	if there == nil {
		there = new(big.Rat)
	}
	r.Quantity = plain(there.Add(there, q.Mul(q, big.NewRat(sign, 1))))
	r.Cents += sign * cents
	r.weigh()
}

// stockXML is what an inventory item says of its stock.
func (r *Record) stockXML() string {
	cost := "0.00"
	if each := rat(r.Each); each != nil {
		cost = each.Quo(each, big.NewRat(100, 1)).FloatString(5)
	}
	return fmt.Sprintf(`<COGSAccountRef><FullName>%s</FullName></COGSAccountRef><AssetAccountRef><FullName>%s</FullName></AssetAccountRef><QuantityOnHand>%s</QuantityOnHand><AverageCost>%s</AverageCost>`,
		costAccount, esc(r.Asset), r.Quantity, cost)
}

// goodsXML are the lines of an adjustment.
func (t *Txn) goodsXML(lines bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<Memo>%s</Memo>`, esc(t.Memo))
	for _, g := range t.Goods {
		if lines {
			fmt.Fprintf(&b, `<InventoryAdjustmentLineRet><TxnLineID>1</TxnLineID><ItemRef><FullName>%s</FullName></ItemRef><QuantityDifference>%s</QuantityDifference><ValueDifference>%s</ValueDifference></InventoryAdjustmentLineRet>`,
				esc(g.Item), g.Quantity, big.NewRat(g.Cents, 100).FloatString(2))
		}
	}
	return b.String()
}

// rat reads a quantity; nil is none.
func rat(s string) *big.Rat {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return nil
	}
	return r
}

// plain writes a quantity without needless zeros.
func plain(r *big.Rat) string {
	return strings.TrimSuffix(strings.TrimRight(r.FloatString(5), "0"), ".")
}
