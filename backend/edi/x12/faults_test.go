package x12_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tradepost/backend/edi"
	"tradepost/backend/edi/x12"
)

func sample(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name+".edi"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// planted is a line of testdata/faults.txt.
type planted struct {
	sample, from, to string
	want             []string
	cascades         bool // more may be found
}

func plantedFaults(t testing.TB) (all []planted) {
	t.Helper()
	text, err := os.ReadFile("testdata/faults.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(string(text), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		parts := strings.Split(line, "::")
		from, to, _ := strings.Cut(parts[1], "=>")
		p := planted{sample: strings.TrimSpace(parts[0]), from: strings.TrimSpace(from), to: strings.TrimSpace(to)}
		for want := range strings.SplitSeq(parts[2], ";") {
			if want = strings.TrimSpace(want); want == "..." {
				p.cascades = true
			} else {
				p.want = append(p.want, want)
			}
		}
		all = append(all, p)
	}
	return all
}

// plant changes the sample, corrects SE01 where the fault is not about it, and says which segment was changed.
func (p planted) plant(t *testing.T) (text, place string) {
	t.Helper()
	good := sample(t, p.sample)
	if strings.Count(good, p.from) != 1 {
		t.Fatalf("%q stands %d times in %s", p.from, strings.Count(good, p.from), p.sample)
	}
	at := strings.Index(good, p.from)
	to := p.to
	if to == "" {
		p.from += "\n"
	}
	text = strings.Replace(good, p.from, strings.ReplaceAll(to, "~", "~\n"), 1)
	text = strings.ReplaceAll(text, "~\n\n", "~\n")
	segments := strings.Split(text, "~\n")
	changed := strings.Count(good[:at], "~\n")
	first := slices.IndexFunc(segments, func(s string) bool { return strings.HasPrefix(s, "ST*") })
	last := slices.IndexFunc(segments, func(s string) bool { return strings.HasPrefix(s, "SE*") })
	if first >= 0 && last >= 0 && !strings.HasPrefix(p.from, "SE*") {
		segments[last] = regexp.MustCompile(`^SE\*\d+`).ReplaceAllString(segments[last], "SE*"+strconv.Itoa(last-first+1))
	}
	tag, _, _ := strings.Cut(segments[changed], "*")
	position := 0
	if changed >= first && first >= 0 && (changed <= last || last < 0) {
		position = changed - first + 1
	}
	return strings.Join(segments, "~\n"), fmt.Sprintf("@%s/%d", tag, position)
}

// found lists what a check says: kind, place, element.
func found(t *testing.T, text string) (all, rejecting []string) {
	t.Helper()
	err := x12.Check(strings.NewReader(text), x12.Options{}, x12.Handler{Problem: func(p edi.Problem) {
		words := fmt.Sprintf("%s @%s/%d", p.Kind, p.Segment, p.Position)
		if p.Element > 0 {
			words += fmt.Sprintf(" %d", p.Element)
		}
		if p.Component > 0 {
			words += fmt.Sprintf(".%d", p.Component)
		}
		all = append(all, words)
		if p.Level == edi.Rejects {
			rejecting = append(rejecting, words)
		}
		if p.Message == "" || p.Line == 0 {
			t.Errorf("%s has no words or no line", words)
		}
		if p.Level == edi.Rejects && p.Code == "" && p.Scope != edi.OfGroup && p.Scope != edi.OfFile { // AK905 has no code for what strays into a group
			t.Errorf("%s has no code", words)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	return all, rejecting
}

// TestPlantedFaults plants every fault into a good sample: it is found at its place, and nothing else is.
func TestPlantedFaults(t *testing.T) {
	faults := plantedFaults(t)
	if len(faults) < 200 {
		t.Errorf("only %d faults are planted", len(faults))
	}
	seen := map[string]bool{}
	for _, p := range faults {
		t.Run(p.sample+" "+p.to, func(t *testing.T) {
			text, place := p.plant(t)
			if seen[text] {
				t.Error("this fault was planted before")
			}
			seen[text] = true
			all, rejecting := found(t, text)
			for _, want := range p.want {
				kind, rest, _ := strings.Cut(want, " ")
				if !strings.HasPrefix(rest, "@") {
					rest = strings.TrimSpace(place + " " + rest)
				}
				want = kind + " " + rest
				if !slices.Contains(all, want) {
					t.Errorf("not found: %s\nfound: %q", want, all)
				}
				rejecting = slices.DeleteFunc(rejecting, func(s string) bool { return s == want })
			}
			if len(rejecting) > 0 && !p.cascades {
				t.Errorf("also found %q", rejecting)
			}
		})
	}
}
