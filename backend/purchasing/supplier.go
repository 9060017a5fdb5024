// Package purchasing holds what a merchant buys: suppliers and what they sell, purchase orders and what came in of them, and
// when to order again. What came in is stock: the ledger of package inventory has it.
package purchasing

import (
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/customer"
	"tradepost/backend/fault"
	"tradepost/backend/inventory"
)

// Supplier is whom we buy from.
type Supplier struct {
	ID       int64
	Name     string
	Contact  customer.Contact // whom to write to there
	Currency commerce.Currency
	LeadDays int             // from ordering to goods; below zero is not stated
	Minimum  commerce.Amount // the least worth of an order
	Note     string
	Active   bool
	Items    int // what it sells us, filled on reading
	Open     int // orders that something is still awaited of, filled on reading
	Version  int64
}

// Check refuses what is no supplier.
func (s Supplier) Check() error {
	switch {
	case strings.TrimSpace(s.Name) == "":
		return fault.New(fault.Invalid, "A supplier needs a name.", "Call it as you do.").InField("name")
	case s.Currency == "":
		return fault.New(fault.Invalid, "A supplier needs the currency that it bills in.", "Give a three-letter code such as EUR.").InField("currency")
	case s.LeadDays > 3650:
		return fault.New(fault.Invalid, "Goods cannot take ten years.", "Give the days from ordering to goods.").InField("lead_days")
	case s.Minimum.Stated && s.Minimum.Minor < 0:
		return fault.New(fault.Invalid, "The least worth of an order cannot be below zero.", "Give an amount, or leave it out.").InField("minimum")
	}
	return nil
}

// Item is what a supplier sells of our variants: Pack units at a time, for Price each pack.
type Item struct {
	ID         int64
	SupplierID int64
	Supplier   string
	Currency   commerce.Currency // the supplier's
	VariantID  int64
	SKU        string // ours
	Title      string
	Code       string // what the supplier calls it
	Pack       inventory.Quantity
	Price      commerce.Decimal // of one pack; "" is not stated
	LeastPacks int64
	Preferred  bool // the one to order it from
	Version    int64
}

// Check refuses packs of nothing and prices below it.
func (i Item) Check() error {
	switch {
	case i.Pack <= 0:
		return fault.New(fault.Invalid, "A pack holds at least something.", "Give the units in one pack, 1 where it is sold singly.").InField("pack")
	case i.LeastPacks <= 0:
		return fault.New(fault.Invalid, "At least one pack is ordered.", "Give the fewest packs that the supplier takes an order for.").InField("least_packs")
	case i.Price.Sign() < 0:
		return fault.New(fault.Invalid, "A price cannot be below zero.", "Give the price of one pack, or leave it out.").InField("price")
	}
	return nil
}

// Packs rounds what is needed up to whole packs, at least as many as the supplier takes an order for.
func (i Item) Packs(need inventory.Quantity) int64 {
	packs := int64(need / i.Pack)
	if need%i.Pack > 0 {
		packs++
	}
	return max(packs, i.LeastPacks)
}
