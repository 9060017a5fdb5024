package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tradepost/backend/cli"
)

// ownRows is a file of a layout that no marketplace writes; ownProfile reads it.
const (
	ownRows = "Bestellnr;Tag;Artikel;Menge;Cent;Zahlung\nA-1;13.04.2026;TAS-1;2;950;ja\nA-1;13.04.2026;TEL-1;1;1200;ja\nA-2;14.04.2026;TAS-1;1;950;vielleicht\n"

	ownProfile = `{"tradepost_profile": 1, "name": "Our shop", "kind": "orders", "headers": ["Bestellnr", "Tag", "Artikel", "Menge", "Cent", "Zahlung"],
		"columns": [{"names": ["Bestellnr"], "to": ["number"]}, {"names": ["Tag"], "to": ["placed"]}, {"names": ["Artikel"], "to": ["line.sku"]},
		{"names": ["Menge"], "to": ["line.quantity"]}, {"names": ["Cent"], "to": ["line.unit_price"], "transform": "number(value) / 100"},
		{"names": ["Zahlung"], "to": ["financial"]}], "constants": {"currency": "EUR"}, "zone": "Europe/Berlin"}`
)

// TestProfileCommands maps a file by commands alone, as a script would.
func TestProfileCommands(t *testing.T) {
	t.Setenv("TZ", "UTC")
	dir, place := t.TempDir(), t.TempDir()
	own, profile, bad, out := filepath.Join(place, "own.csv"), filepath.Join(place, "our.json"), filepath.Join(place, "bad.json"), filepath.Join(place, "out.json")
	write(t, own, ownRows)
	write(t, profile, ownProfile)
	write(t, bad, strings.Replace(ownProfile, "number(value)", "numbr(value)", 1))
	for _, step := range []struct {
		name string
		exit int
		args []string
	}{
		{"profiles-none", 0, []string{"profiles", "list"}},
		{"recognise-unknown", 1, []string{"recognise", own}},
		{"profiles-bad", 2, []string{"profiles", "import", bad}},
		{"profiles-no-json", 1, []string{"profiles", "import", own}},
		{"import-map-plan", 0, []string{"import", own, "--map", profile, "--plan"}},
		{"import-known", 3, []string{"import", own}},
		{"profiles-list", 0, []string{"profiles", "list"}},
		{"profiles-export", 0, []string{"profiles", "export", "our shop"}},
		{"profiles-import", 0, []string{"profiles", "import", profile}},
		{"profiles-no-name", 1, []string{"profiles", "export", "their shop"}},
	} {
		a := ran(dir, append(step.args, "--json")...)
		if a.exit != step.exit {
			t.Errorf("%s: exit %d instead of %d: %s%s", step.name, a.exit, step.exit, a.out, a.err)
			continue
		}
		said := a.out
		if step.exit == 1 || step.exit == 2 {
			said = a.err
		}
		golden(t, step.name, said, filepath.ToSlash(dir), filepath.ToSlash(place))
	}
	if a := ran(dir, "profiles", "export", "Our shop", "--out", out); a.exit != 0 || a.out != "" {
		t.Errorf("export: %+v", a)
	}
	text, err := os.ReadFile(out)
	must(t, err)
	if a := ran(t.TempDir(), "import", own, "--map", out, "--json"); a.exit != 3 || !strings.Contains(a.out, `"new":1`) {
		t.Errorf("by the exported profile, in another workspace: %+v\n%s", a, text)
	}
}

// asked asks, expects a status and reads the answer.
func asked[T any](t *testing.T, s *served, status int, r request) (body T) {
	t.Helper()
	answer := s.ask(t, r)
	if answer.status != status {
		t.Fatalf("%s %s answered %d: %s", r.method, r.path, answer.status, answer.body)
	}
	if answer.body != "" {
		must(t, json.Unmarshal([]byte(answer.body), &body))
	}
	return body
}

type (
	keptFile    struct{ ID string }
	keptProfile struct{ ID, ETag, Name string }
	planState   struct {
		ID, State, Format string
		Profile           *string
		Orders            struct{ New, Error int }
	}
)

// TestMappingOverHTTP walks the way of the mapping screen: look, preview, keep, plan, correct.
func TestMappingOverHTTP(t *testing.T) {
	s := startServing(t, t.TempDir(), cli.ServeOptions{})
	f := asked[keptFile](t, s, 201, request{method: "POST", path: "/api/v1/files?name=own.csv", body: ownRows})
	seen := asked[struct {
		Kind    string
		Columns []struct {
			Name  string
			Guess *struct{ Field string }
		}
	}](t, s, 200, request{path: "/api/v1/files/" + f.ID + "/columns"})
	if seen.Kind != "orders" || len(seen.Columns) != 6 || seen.Columns[0].Guess == nil || seen.Columns[0].Guess.Field != "number" {
		t.Errorf("seen %+v", seen)
	}
	if code := s.ask(t, request{path: "/api/v1/files/" + f.ID + "/columns?header_row=77"}).problem(t, 422); code != "invalid" {
		t.Errorf("a header row that is not there: %s", code)
	}
	type preview struct {
		Records []struct{ Problems []struct{ Column string } }
		Problem *struct{ Message string }
		Field   string
	}
	preview1 := asked[preview](t, s, 200, request{method: "POST", path: "/api/v1/files/" + f.ID + "/mapping-preview", body: `{"mapping": ` + ownProfile + `}`})
	if len(preview1.Records) != 2 || preview1.Problem != nil || len(preview1.Records[1].Problems) != 1 {
		t.Errorf("previewed %+v", preview1)
	}
	broken := asked[preview](t, s, 200, request{method: "POST", path: "/api/v1/files/" + f.ID + "/mapping-preview",
		body: `{"mapping": ` + strings.Replace(ownProfile, "number(value)", "number(", 1) + `}`})
	if broken.Problem == nil || broken.Field != "columns.4.transform" {
		t.Errorf("a broken mapping previews as %+v", broken)
	}
	p := asked[keptProfile](t, s, 201, request{method: "POST", path: "/api/v1/profiles", body: `{"name": "Mine", "mapping": ` + ownProfile + `}`})
	renamed := asked[keptProfile](t, s, 200, request{method: "PATCH", path: "/api/v1/profiles/" + p.ID, body: `{"name": "Ours"}`, headers: map[string]string{"If-Match": p.ETag}})
	if p.Name != "Mine" || renamed.Name != "Ours" || renamed.ETag == p.ETag {
		t.Errorf("%+v became %+v", p, renamed)
	}
	s.ask(t, request{method: "PATCH", path: "/api/v1/profiles/" + p.ID, body: `{"name": "Theirs"}`, headers: map[string]string{"If-Match": p.ETag}}).problem(t, 412)
	i := asked[planState](t, s, 201, request{method: "POST", path: "/api/v1/imports?wait=true", body: `{"file": "` + f.ID + `", "profile": "` + p.ID + `"}`})
	if i.State != "planned" || i.Orders.New != 1 || i.Orders.Error != 1 || i.Profile == nil || *i.Profile != p.ID {
		t.Errorf("planned %+v", i)
	}
	correctOverHTTP(t, s, i)
	asked[any](t, s, 204, request{method: "DELETE", path: "/api/v1/profiles/" + p.ID})
	s.ask(t, request{path: "/api/v1/profiles/" + p.ID}).problem(t, 404)
	s.ask(t, request{method: "POST", path: "/api/v1/imports", body: `{"file": "` + f.ID + `", "profile": "` + p.ID + `"}`}).problem(t, 404)
}

func correctOverHTTP(t *testing.T, s *served, i planState) {
	t.Helper()
	at := "/api/v1/imports/" + i.ID
	rows := asked[struct {
		Columns []string
		Rows    []struct {
			Number int
			Cells  []string
			Edited []int
		}
	}](t, s, 200, request{path: at + "/records/2"})
	if len(rows.Rows) != 1 || rows.Rows[0].Number != 4 || rows.Rows[0].Cells[5] != "vielleicht" || rows.Rows[0].Edited == nil {
		t.Errorf("the record is %+v", rows)
	}
	edited := asked[struct {
		Edit   struct{ ID, From string }
		Import planState
	}](t, s, 201, request{method: "POST", path: at + "/edits?wait=true", body: `{"column": "Zahlung", "from": "vielleicht", "value": "ja"}`})
	if edited.Import.State != "planned" || edited.Import.Orders.New != 2 || edited.Import.Orders.Error != 0 {
		t.Errorf("corrected %+v", edited)
	}
	asked[any](t, s, 204, request{method: "DELETE", path: at + "/edits/" + edited.Edit.ID + "?wait=true"})
	if list := asked[struct{ Edits []any }](t, s, 200, request{path: at + "/edits"}); len(list.Edits) != 0 {
		t.Errorf("still there: %+v", list)
	}
	s.ask(t, request{method: "POST", path: at + "/edits", body: `{"row": 77, "column": "Zahlung", "value": "ja"}`}).problem(t, 404)
	s.ask(t, request{path: at + "/records/77"}).problem(t, 404)
}

// TestCorrectionOutlivesAKill kills the program right after it took a correction, before or while it plans anew: at the next
// start the plan has it.
func TestCorrectionOutlivesAKill(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	dir := t.TempDir()
	s, kill := startProcess(t, dir)
	asked[any](t, s, 200, request{method: "POST", path: "/api/v1/profiles/import", body: ownProfile})
	f := asked[keptFile](t, s, 201, request{method: "POST", path: "/api/v1/files?name=own.csv", body: ownRows + strings.Repeat("A-3;15.04.2026;TAS-1;1;950;vielleicht\n", 20000)})
	i := asked[planState](t, s, 201, request{method: "POST", path: "/api/v1/imports?wait=true", body: `{"file": "` + f.ID + `"}`})
	asked[any](t, s, 201, request{method: "POST", path: "/api/v1/imports/" + i.ID + "/edits", body: `{"column": "Zahlung", "from": "vielleicht", "value": "ja"}`})
	kill()
	s = startServing(t, dir, cli.ServeOptions{})
	for i = asked[planState](t, s, 200, request{path: "/api/v1/imports/" + i.ID}); i.State == "planning"; {
		i = asked[planState](t, s, 200, request{path: "/api/v1/imports/" + i.ID})
	}
	if i.State != "planned" || i.Orders.New != 3 || i.Orders.Error != 0 {
		t.Errorf("after the kill the plan is %+v", i)
	}
}
