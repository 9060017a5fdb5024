package edifact_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// plantedFault is one line of testdata/planted.txt.
type plantedFault struct {
	line             int
	sample, old, new string
	want             []string
}

func plantedFaults(t *testing.T) (all []plantedFault) {
	t.Helper()
	text, err := os.ReadFile("testdata/planted.txt")
	if err != nil {
		t.Fatal(err)
	}
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		if strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "" {
			continue
		}
		parts := strings.Split(strings.TrimSuffix(line, "\n"), " | ")
		if len(parts) != 4 {
			t.Fatalf("line %d has %d parts", number, len(parts))
		}
		for i := range parts {
			parts[i] = strings.ReplaceAll(strings.ReplaceAll(parts[i], `\n`, "\n"), `\e`, "")
		}
		fault := plantedFault{line: number, sample: parts[0], old: parts[1], new: parts[2]}
		for one := range strings.SplitSeq(parts[3], "; ") {
			if one != "" {
				fault.want = append(fault.want, one)
			}
		}
		slices.Sort(fault.want)
		all = append(all, fault)
	}
	return all
}

var (
	trailer = regexp.MustCompile(`UNT\+\d+\+`)
	body    = regexp.MustCompile(`(?s)UNH\+.*UNT\+`)
)

// counted puts the right count into UNT.
func counted(text string) string {
	segments := 0
	for line := range strings.SplitSeq(body.FindString(text), "'") {
		if strings.TrimSpace(line) != "" {
			segments++
		}
	}
	return trailer.ReplaceAllString(text, fmt.Sprintf("UNT+%d+", segments))
}

// TestPlantedFaultsAreNamed plants one fault after the other in good samples: it is named with its place and code, and
// nothing else is.
func TestPlantedFaultsAreNamed(t *testing.T) {
	samples, all := good(t), plantedFaults(t)
	if len(all) < 200 {
		t.Fatalf("only %d faults", len(all))
	}
	planted := map[string]int{}
	for _, fault := range all {
		text := string(samples[fault.sample+".edi"])
		if strings.Count(text, fault.old) < 1 {
			t.Errorf("line %d: %s has no %q", fault.line, fault.sample, fault.old)
			continue
		}
		text = strings.Replace(text, fault.old, fault.new, 1)
		if fault.sample != "groups-v4" && !strings.Contains(fault.old, "UNT") && !strings.Contains(fault.old, "UNH") {
			text = counted(text)
		}
		if before := planted[text]; before > 0 {
			t.Errorf("line %d plants what line %d does", fault.line, before)
		}
		planted[text] = fault.line
		got := faultsOf(lint(t, []byte(text)))
		slices.Sort(got)
		if !slices.Equal(got, fault.want) {
			t.Errorf("line %d: %s with %q for %q\n got  %s\n want %s", fault.line, fault.sample, fault.new, fault.old, strings.Join(got, "; "), strings.Join(fault.want, "; "))
		}
	}
}
