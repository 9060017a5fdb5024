package order

import (
	"slices"
	"strings"

	"tradepost/backend/customer"
)

// kept are the fields that no order can do without: its names, when it was placed, and what its amounts are in.
var kept = []string{"number", "external_id", "placed_at", "currency"}

// Clearable reports whether an incoming order can empty a field: "ship_by" or "ship_to.phone".
func Clearable(name string) bool {
	role, part, ofParty := strings.Cut(name, ".")
	if ofParty {
		return slices.Contains([]Role{Buyer, ShipTo, BillTo}, Role(role)) &&
			slices.ContainsFunc(customer.Fields, func(f customer.Field) bool { return f.Name == part })
	}
	return !slices.Contains(kept, name) && slices.ContainsFunc(fields, func(f field) bool { return f.name == name })
}

// clearFields empties the fields that incoming names in Clear and does not state.
func clearFields(merged, incoming *Order) []Change {
	var changes []Change
	for _, f := range fields {
		before := f.get(merged)
		if before == "" || !slices.Contains(incoming.Clear, f.name) || !Clearable(f.name) || states(f, incoming) || f.set(merged, "") != nil {
			continue
		}
		changes = append(changes, Change{Field: f.name, Before: before})
	}
	return changes
}

// states reports whether incoming itself has a value; tags were united by then and count as named only.
func states(f field, incoming *Order) bool { return f.name != "tags" && f.get(incoming) != "" }

// clearParties empties the values of parties that incoming names in Clear and does not state. A party with nothing left
// stays, empty: its earlier versions are what undo puts back.
func clearParties(merged, incoming *Order) []Change {
	var changes []Change
	for i := range merged.Parties {
		p := &merged.Parties[i]
		stated, _ := incoming.Party(p.Role)
		before := p.Contact
		for _, f := range customer.Fields {
			if *f.Of(&before) == "" || *f.Of(&stated) != "" || !slices.Contains(incoming.Clear, string(p.Role)+"."+f.Name) {
				continue
			}
			*f.Of(&p.Contact) = ""
			changes = append(changes, personal(p.Role, f.Name, before, p.Contact))
		}
	}
	return changes
}
