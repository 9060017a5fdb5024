package edifact_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"

	"tradepost/backend/edi/edifact"
)

var update = flag.Bool("update", false, "write what is read into testdata/read, to be read by a person")

// TestReadGolden holds what is read of the good samples against what was read in them before.
func TestReadGolden(t *testing.T) {
	for name, text := range good(t) {
		documents, err := edifact.Read(bytes.NewReader(text), edifact.Options{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := json.MarshalIndent(documents, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		path := "testdata/read/" + strings.TrimSuffix(name, ".edi") + ".json"
		if *update {
			if err := os.WriteFile(path, append(got, '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(bytes.TrimSpace(got), bytes.TrimSpace(want)) {
			t.Errorf("%s reads otherwise than %s:\n%s", name, path, got)
		}
	}
}

// TestReadOtherVersions reads documents of a version that is not known by order of their segments alone.
func TestReadOtherVersions(t *testing.T) {
	text := strings.Replace(string(good(t)["orders-d96a.edi"]), "ORDERS:D:96A:UN:EAN008", "ORDERS:D:07A:UN:EAN012", 1)
	documents, err := edifact.Read(strings.NewReader(text), edifact.Options{})
	if err != nil || len(documents) != 1 || documents[0].Order == nil {
		t.Fatalf("%+v %v", documents, err)
	}
	order := documents[0].Order
	if len(order.Lines) != 3 || order.Lines[2].Quantity != "24.5" || documents[0].Version != "D.07A EAN012" {
		t.Errorf("%+v", order)
	}
}

// TestReadWhatIsDamaged reads on behind whatever is wrong.
func TestReadWhatIsDamaged(t *testing.T) {
	for line, fault := range plantedFaults(t) {
		text := strings.Replace(string(good(t)[fault.sample+".edi"]), fault.old, fault.new, 1)
		documents, err := edifact.Read(strings.NewReader(text), edifact.Options{})
		if err != nil {
			t.Errorf("fault %d: %v", line, err)
		}
		if len(documents) > 1 {
			t.Errorf("fault %d makes %d documents", line, len(documents))
		}
	}
}
