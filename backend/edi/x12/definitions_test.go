package x12_test

import (
	"testing"

	"tradepost/backend/edi/definition"
	"tradepost/backend/edi/x12"
)

// TestDefinitions compiles every version and looks for what no document uses or nothing defines.
func TestDefinitions(t *testing.T) {
	book := x12.Book()
	for _, version := range book.Versions() {
		directory, err := book.Directory(version)
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range book.Sets() {
			set := directory.Set(kind)
			if set == nil && kind == "999" && version < "005010" { // it came later
				continue
			}
			if set == nil || set.Group == "" || set.Label == "" {
				t.Fatalf("%s %s is not whole", kind, version)
			}
			first, last := set.Root.Slots[0], set.Root.Slots[len(set.Root.Slots)-1]
			if first.Segment.Tag != "ST" || last.Segment.Tag != "SE" || first.Usage != definition.Mandatory || last.Usage != definition.Mandatory {
				t.Errorf("%s %s does not go from ST to SE", kind, version)
			}
			checkLoop(t, kind, &set.Root)
		}
	}
}

// checkLoop looks at every loop of a set: its first segment is mandatory, and no two neighbours cannot be told apart.
func checkLoop(t *testing.T, where string, loop *definition.Loop) {
	t.Helper()
	where += "/" + loop.Name
	if first := loop.Slots[0]; first.Usage != definition.Mandatory || first.Max != 1 {
		t.Errorf("%s does not begin with one mandatory segment", where)
	}
	for i, slot := range loop.Slots {
		if len(slot.Segment.Elements) == 0 || slot.Segment.Label == "" {
			t.Errorf("%s: %s has no elements or label", where, slot.Segment.Tag)
		}
		if i > 0 && loop.Slots[i-1].Segment.Tag == slot.Segment.Tag && slot.When == nil {
			t.Errorf("%s: %s stands twice in a row", where, slot.Segment.Tag)
		}
		if slot.Loop != nil {
			checkLoop(t, where, slot.Loop)
		}
	}
}
