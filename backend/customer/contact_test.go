package customer_test

import (
	"slices"
	"testing"

	"tradepost/backend/customer"
)

// A file that a marketplace masked must not cost what an earlier one told in full.
func TestMergeKeepsWhatAMaskHides(t *testing.T) {
	cases := []struct {
		name, known, incoming, want string
	}{
		{"a mask over a full name", "Jane Doe", "J*** D**", "Jane Doe"},
		{"a full name over a mask", "J*** D**", "Jane Doe", "Jane Doe"},
		{"a mask over nothing", "", "J*** D**", "J*** D**"},
		{"a mask over another mask", "J*** D**", "Ja** D**", "Ja** D**"},
		{"one star is no mask", "Star Shop", "Star* Shop", "Star* Shop"},
		{"blank over a full name", "Jane Doe", "", "Jane Doe"},
		{"dots over a full name", "Jane Doe", "••••", "Jane Doe"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			contact := customer.Contact{Name: c.known, City: "Bath"}
			changed := contact.Merge(customer.Contact{Name: c.incoming})
			if contact.Name != c.want || contact.City != "Bath" {
				t.Fatalf("merged to %q in %q", contact.Name, contact.City)
			}
			if slices.Contains(changed, "name") != (c.known != c.want) {
				t.Fatalf("told of changes %v", changed)
			}
		})
	}
}
