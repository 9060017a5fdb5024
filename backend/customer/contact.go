// Package customer holds people: contacts (the only place, beside payloads and kept files, where personal values
// live) and the customers they belong to.
package customer

import "strings"

// Contact is one version of what we know of a person or company at one address. A value not stated is "".
type Contact struct {
	ID      int64
	Version int64

	Name    string
	Company string
	Email   string
	Phone   string

	Line1      string
	Line2      string
	Line3      string
	City       string
	Region     string
	PostalCode string
	Country    string // ISO 3166 alpha-2 where the source gives it so, else as stated

	Note string // what the person wrote: delivery instructions, an order note
}

// Field is one value of a contact by name. The names are those of changes, plans and the API.
type Field struct {
	Name string
	Of   func(*Contact) *string
}

// Fields lists all values of a contact in a fixed order.
var Fields = []Field{
	{"name", func(c *Contact) *string { return &c.Name }},
	{"company", func(c *Contact) *string { return &c.Company }},
	{"email", func(c *Contact) *string { return &c.Email }},
	{"phone", func(c *Contact) *string { return &c.Phone }},
	{"line1", func(c *Contact) *string { return &c.Line1 }},
	{"line2", func(c *Contact) *string { return &c.Line2 }},
	{"line3", func(c *Contact) *string { return &c.Line3 }},
	{"city", func(c *Contact) *string { return &c.City }},
	{"region", func(c *Contact) *string { return &c.Region }},
	{"postal_code", func(c *Contact) *string { return &c.PostalCode }},
	{"country", func(c *Contact) *string { return &c.Country }},
	{"note", func(c *Contact) *string { return &c.Note }},
}

// Empty reports whether nothing is stated.
func (c Contact) Empty() bool {
	for _, f := range Fields {
		if *f.Of(&c) != "" {
			return false
		}
	}
	return true
}

// Same reports whether both state the same values, whatever their ids and versions.
func (c Contact) Same(other Contact) bool {
	c.ID, c.Version, other.ID, other.Version = 0, 0, 0, 0
	return c == other
}

// Merge lays what incoming states over c; a blank in incoming leaves c's value, and a masked one leaves a value that is
// known in full. It returns the names of the values that changed.
func (c *Contact) Merge(incoming Contact) []string {
	var changed []string
	for _, f := range Fields {
		now, next := f.Of(c), *f.Of(&incoming)
		if next != "" && next != *now && (*now == "" || masked(*now) || !masked(next)) {
			*now = next
			changed = append(changed, f.Name)
		}
	}
	return changed
}

// masked reports whether a marketplace blotted a value out, as TikTok Shop does some weeks after an order: "J*** D**".
func masked(value string) bool {
	return strings.Count(value, "*") > 1 || strings.Contains(value, "••")
}
