package format

import (
	"slices"

	"tradepost/backend/intake"
)

// kindOrders is the kind of the formats whose records are orders; all others state values by name.
const kindOrders = string(intake.Orders)

// statedKinds are the kinds that are no orders, in the order people read them.
var statedKinds = []intake.Kind{intake.Products, intake.Customers, intake.StockCounts, intake.Tracking, intake.Prices, intake.Links}

// statedTargets are the fields of every kind that is no order, by the names that intake gives them.
var statedTargets = allStatedTargets()

func allStatedTargets() map[string]map[string]*target {
	all := map[string]map[string]*target{}
	for _, kind := range statedKinds {
		of := map[string]*target{}
		for _, f := range intake.Fields(kind) {
			of[f.Name] = &target{kind: readAs(f), name: f.Name, field: f}
		}
		all[string(kind)] = of
	}
	return all
}

// pricedFields are decimals that are money: read with their currency.
var pricedFields = []string{"price", "compare_at_price", "cost"}

// readAs is how the cells of a field are read.
func readAs(f intake.Field) kind {
	switch f.Type {
	case intake.ID:
		return kindID
	case intake.Decimal:
		if slices.Contains(pricedFields, f.Name) {
			return kindPrice
		}
		return kindDecimal
	case intake.Currency:
		return kindCurrency
	case intake.Instant:
		return kindInstant
	case intake.Tags:
		return kindTags
	case intake.Word:
		return kindWord
	}
	return kindText
}

// stated tells whether the format's records state values by name, as all kinds but orders do.
func (s *spec) stated() bool { return s.Kind != kindOrders }

// recordWord is what people call one record of the format.
func (s *spec) recordWord() string {
	if s.stated() {
		return "row"
	}
	return "order"
}

// targets are the fields that the format's columns can fill; none for an unknown kind.
func (s *spec) targets() map[string]*target { return targetsOf(s.Kind) }

func targetsOf(kind string) map[string]*target {
	if kind == kindOrders {
		return targets
	}
	return statedTargets[kind]
}
