package order

import (
	"slices"
	"strconv"

	"tradepost/backend/commerce"
	"tradepost/backend/customer"
)

// Change is one value of an order that differs.
type Change = commerce.FieldChange

// Merge lays incoming over known: what incoming states replaces what is known, what it leaves blank stays, lines and
// parties it does not mention stay. What it names in Clear is emptied, unless it states it too. Tags are united, so that a
// file never removes a tag a person set. It returns the result, which shares nothing with its inputs that it changes, and the differences in a fixed order.
func Merge(known, incoming Order) (Order, []Change) {
	merged := known
	merged.Lines = slices.Clone(known.Lines)
	merged.Parties = slices.Clone(known.Parties)
	merged.Tags = slices.Clone(known.Tags)
	changes := mergeFields(&merged, &incoming)
	changes = append(changes, clearFields(&merged, &incoming)...)
	changes = append(changes, mergeLines(&merged, incoming.Lines, incoming.Whole)...)
	changes = append(changes, mergeParties(&merged, incoming.Parties, incoming.Whole)...)
	merged.Whole = false
	return merged, append(changes, clearParties(&merged, &incoming)...)
}

func mergeFields(merged, incoming *Order) []Change {
	if incoming.Currency == "" {
		incoming.Currency = merged.Currency
	}
	incoming.Placed = keepFiner(merged.Placed, incoming.Placed)
	incoming.Tags = unite(merged.Tags, incoming.Tags)
	var changes []Change
	for _, f := range fields {
		before, after := f.get(merged), f.get(incoming)
		if after == "" || after == before || f.set(merged, after) != nil {
			continue
		}
		changes = append(changes, Change{Field: f.name, Before: before, After: after})
	}
	return changes
}

// keepFiner leaves a finely stated instant alone when another source states the same one more coarsely, or with the
// zone told differently.
func keepFiner(known, incoming commerce.Stamp) commerce.Stamp {
	const dayAndZones = 38 * 3600 * 1000 // a calendar day anywhere on earth
	apart := known.At - incoming.At
	coarser := rank(incoming.Precision) > rank(known.Precision)
	if known.At != 0 && (apart == 0 || coarser && apart > -dayAndZones && apart < dayAndZones) {
		return known
	}
	return incoming
}

func rank(p commerce.Precision) int {
	return slices.Index([]commerce.Precision{commerce.PrecisionMillisecond, commerce.PrecisionSecond,
		commerce.PrecisionMinute, commerce.PrecisionDay}, p)
}

func unite(known, incoming []string) []string {
	all := slices.Clone(known)
	for _, tag := range incoming {
		if !slices.Contains(all, tag) {
			all = append(all, tag)
		}
	}
	return all
}

func mergeLines(merged *Order, incoming []Line, whole bool) []Change {
	var changes []Change
	pairs := matchLines(merged.Lines, incoming)
	if whole {
		changes = dropLines(merged, pairs)
	}
	for i, k := range pairs {
		if k >= 0 {
			changes = append(changes, mergeLine(&merged.Lines[k], incoming[i], merged.Currency)...)
			continue
		}
		line := incoming[i]
		line.Position = len(merged.Lines) + 1
		merged.Lines = append(merged.Lines, line)
		changes = append(changes, Change{Field: "lines.new", After: line.Words()})
	}
	return changes
}

// dropLines takes the known lines that a whole order does not state down to nothing: they stay, as packages and the journal name
// them, and they never had an effect twice.
func dropLines(merged *Order, pairs []int) []Change {
	var changes []Change
	for k := range merged.Lines {
		l := &merged.Lines[k]
		if slices.Contains(pairs, k) || l.Quantity.Sign() == 0 && l.Quantity != "" {
			continue
		}
		gone := Line{Quantity: "0"}
		if l.Total.Stated {
			gone.Total = commerce.Minor(0)
		}
		if l.Tax.Stated {
			gone.Tax = commerce.Minor(0)
		}
		if l.Discount.Stated {
			gone.Discount = commerce.Minor(0)
		}
		changes = append(changes, mergeLine(l, gone, merged.Currency)...)
	}
	return changes
}

func mergeLine(known *Line, incoming Line, currency commerce.Currency) []Change {
	var changes []Change
	for _, f := range lineFields {
		before, after := f.get(known, currency), f.get(&incoming, currency)
		if after == "" || after == before || sameNumber(f.name, before, after) || f.set(known, currency, after) != nil {
			continue
		}
		name := "lines." + strconv.FormatInt(known.ID, 10) + "." + f.name
		changes = append(changes, Change{Field: name, Before: before, After: after, Line: known.ID})
	}
	return changes
}

func sameNumber(name, a, b string) bool {
	return (name == "quantity" || name == "unit_price") && commerce.Decimal(a).Equal(commerce.Decimal(b))
}

// Words names a line for people: "2 × BOWL-2", or its title where it has no SKU; "Gift wrap (a charge)".
func (l Line) Words() string {
	name := l.SKU
	if name == "" {
		name = l.Title
	}
	if l.Charge {
		return name + " (a charge)"
	}
	return string(l.Quantity.Padded(0)) + " × " + name
}

func mergeParties(merged *Order, incoming []Party, whole bool) []Change {
	var changes []Change
	for _, party := range incoming {
		before, _ := merged.Party(party.Role)
		after := before
		for _, name := range after.Merge(party.Contact) {
			changes = append(changes, personal(party.Role, name, before, after))
		}
		if whole {
			changes = append(changes, emptied(party, before, &after)...)
		}
		merged.SetParty(party.Role, after)
	}
	return changes
}

// emptied takes away what a whole order no longer says of a person: the second line of an address that changed.
func emptied(stated Party, before customer.Contact, after *customer.Contact) []Change {
	var changes []Change
	for _, f := range customer.Fields {
		if *f.Of(&stated.Contact) == "" && *f.Of(after) != "" {
			*f.Of(after) = ""
			changes = append(changes, personal(stated.Role, f.Name, before, *after))
		}
	}
	return changes
}

func personal(role Role, name string, before, after customer.Contact) Change {
	i := slices.IndexFunc(customer.Fields, func(f customer.Field) bool { return f.Name == name })
	of := customer.Fields[i].Of
	return Change{Field: string(role) + "." + name, Before: *of(&before), After: *of(&after), Personal: true,
		Role: string(role), Contact: before.ID, From: before.Version}
}
