package edifact

import (
	"fmt"
	"strings"
	"testing"

	"tradepost/backend/edi/definition"
)

// groups are how many segment groups the directories give each message; counted by hand in them.
var groups = map[string]map[string]int{
	"D.96A": {"ORDERS": 54, "ORDRSP": 56, "ORDCHG": 56, "DESADV": 23, "INVOIC": 51, "INVRPT": 17, "RECADV": 32, "REMADV": 10, "APERAK": 4, "CONTRL": 5},
	"D.01B": {"ORDERS": 60, "ORDRSP": 56, "ORDCHG": 58, "DESADV": 25, "INVOIC": 53, "INVRPT": 18, "RECADV": 32, "REMADV": 14, "APERAK": 5, "CONTRL": 5},
}

// landmarks are groups with the segment that opens them.
var landmarks = []string{"D.96A ORDERS SG2 NAD", "D.96A ORDERS SG25 LIN", "D.96A ORDERS SG28 PRI", "D.96A ORDERS SG33 LOC", "D.01B ORDERS SG28 LIN", "D.01B ORDERS SG32 PRI",
	"D.96A ORDRSP SG26 LIN", "D.01B ORDCHG SG27 LIN", "D.96A DESADV SG10 CPS", "D.96A DESADV SG15 LIN", "D.01B DESADV SG17 LIN", "D.96A INVOIC SG25 LIN", "D.01B INVOIC SG26 LIN",
	"D.96A INVOIC SG48 MOA", "D.96A INVRPT SG11 QTY", "D.01B INVRPT SG11 INV", "D.96A RECADV SG22 LIN", "D.96A REMADV SG4 DOC", "D.01B REMADV SG5 DOC", "D.96A APERAK SG3 ERC"}

func TestDefinitionsAreWhole(t *testing.T) {
	book, err := Book()
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range book.Versions() {
		directory, err := book.Directory(version)
		if err != nil {
			t.Fatal(err)
		}
		for kind, want := range groups[version] {
			set := directory.Set(kind)
			if set == nil {
				t.Errorf("%s has no %s", version, kind)
				continue
			}
			count := 0
			walk(t, version, kind, &set.Root, &count)
			if count != want {
				t.Errorf("%s %s has %d groups, the directory %d", version, kind, count, want)
			}
		}
		if len(groups[version]) != len(book.Sets()) {
			t.Errorf("%s: %v are defined, and %d counted", version, book.Sets(), len(groups[version]))
		}
	}
}

// walk checks a loop: it begins with a mandatory segment that occurs once, and what repeats is limited.
func walk(t *testing.T, version, kind string, loop *definition.Loop, count *int) {
	t.Helper()
	for i := range loop.Slots {
		slot := &loop.Slots[i]
		if slot.Max < 1 || slot.Max > 9999999 {
			t.Errorf("%s %s: %s repeats %d times", version, kind, slot.Segment.Tag, slot.Max)
		}
		if slot.Loop == nil {
			continue
		}
		*count++
		first := slot.Loop.Slots[0]
		if first.Usage != definition.Mandatory || first.Max != 1 || slot.Loop.Name != fmt.Sprintf("SG%d", *count) {
			t.Errorf("%s %s: %s begins with %s %c x%d", version, kind, slot.Loop.Name, first.Segment.Tag, first.Usage, first.Max)
		}
		walk(t, version, kind, slot.Loop, count)
	}
}

func TestGroupsStandWhereTheDirectoriesHaveThem(t *testing.T) {
	book, err := Book()
	if err != nil {
		t.Fatal(err)
	}
	for _, mark := range landmarks {
		part := strings.Fields(mark)
		directory, err := book.Directory(part[0])
		if err != nil {
			t.Fatal(err)
		}
		if got := openerOf(&directory.Set(part[1]).Root, part[2]); got != part[3] {
			t.Errorf("%s: %s opens it", mark, got)
		}
	}
}

func openerOf(loop *definition.Loop, name string) string {
	for i := range loop.Slots {
		if inner := loop.Slots[i].Loop; inner != nil {
			if inner.Name == name {
				return inner.Slots[0].Segment.Tag
			}
			if found := openerOf(inner, name); found != "" {
				return found
			}
		}
	}
	return ""
}

// TestCodesFit holds codes against the lengths of their elements, and wants words for each.
func TestCodesFit(t *testing.T) {
	book, err := Book()
	if err != nil {
		t.Fatal(err)
	}
	directory, err := book.Directory("D.01B")
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"1001", "1153", "1225", "2005", "2379", "3035", "3055", "4451", "5025", "5125", "6063", "7143", "7161", "8067", "0085"} {
		e := directory.Element(id)
		if e == nil || len(e.Codes) < 5 {
			t.Errorf("%s has no codes", id)
			continue
		}
		for code, words := range e.Codes {
			if len(code) > e.Max || words == "" {
				t.Errorf("%s: code %q means %q", id, code, words)
			}
		}
	}
}

// TestLayoutsAreFormats holds the date formats that are checked against those that are known.
func TestLayoutsAreFormats(t *testing.T) {
	for format, layout := range layouts {
		if meaning("2379", format) == "" {
			t.Errorf("format %s is checked, and has no words", format)
		}
		if strings.Trim(layout, "CYMDHmSWZ-") != "" {
			t.Errorf("format %s has the layout %s", format, layout)
		}
	}
	for _, c := range []struct {
		format, value string
		want          bool
	}{{"102", "20240229", true}, {"102", "20230229", false}, {"101", "240230", false}, {"203", "202603022359", true}, {"203", "202603022460", false}, {"718", "2026030120260331", true},
		{"718", "20260301-20260331", true}, {"718", "2026030120260332", false}, {"616", "202653", true}, {"616", "202654", false}, {"2", "310226", true}, {"401", "2401", true}, {"102", "2026030", false},
		{"304", "20260302091500CET", true}, {"304", "20260302091500", false}} {
		if dated(layouts[c.format], c.value) != c.want {
			t.Errorf("%s as %s: expected %v", c.value, c.format, c.want)
		}
	}
}

func TestDatesAreSaid(t *testing.T) {
	for _, c := range []struct{ value, format, want string }{{"2026030120260331", "718", "1 Mar 2026 to 31 Mar 2026"}, {"202603020915", "203", "2 Mar 2026, 09:15"},
		{"201210", "616", "201210 CCYYWW"}, {"14", "804", "14 days"}, {"20260230", "102", "20260230 CCYYMMDD"}, {"soon", "", "soon"}} {
		if got := spokenDate(c.value, c.format); got != c.want {
			t.Errorf("%s as %s is said %q", c.value, c.format, got)
		}
	}
}
