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
	changes = append(changes, mergeLines(&merged, incoming.Lines)...)
	changes = append(changes, mergeParties(&merged, incoming.Parties)...)
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

func mergeLines(merged *Order, incoming []Line) []Change {
	var changes []Change
	for i, k := range matchLines(merged.Lines, incoming) {
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

// Words names a line for people: "2 × BOWL-2", or its title where it has no SKU.
func (l Line) Words() string {
	name := l.SKU
	if name == "" {
		name = l.Title
	}
	return string(l.Quantity.Padded(0)) + " × " + name
}

func mergeParties(merged *Order, incoming []Party) []Change {
	var changes []Change
	for _, party := range incoming {
		before, _ := merged.Party(party.Role)
		after := before
		for _, name := range after.Merge(party.Contact) {
			changes = append(changes, personal(party.Role, name, before, after))
		}
		merged.SetParty(party.Role, after)
	}
	return changes
}

func personal(role Role, name string, before, after customer.Contact) Change {
	i := slices.IndexFunc(customer.Fields, func(f customer.Field) bool { return f.Name == name })
	of := customer.Fields[i].Of
	return Change{Field: string(role) + "." + name, Before: *of(&before), After: *of(&after), Personal: true,
		Role: string(role), Contact: before.ID, From: before.Version}
}
