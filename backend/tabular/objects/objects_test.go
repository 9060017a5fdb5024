package objects_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"tradepost/backend/tabular/objects"
)

// read reads a file whole: rows as "1: a=b c=d", damage as "2: line 3, place 4: what".
func read(t testing.TB, text string) (rows []string, names []string) {
	t.Helper()
	names, count, _, err := objects.Names(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	r := objects.NewRows(strings.NewReader(text), names)
	for {
		err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if p, ok := errors.AsType[*objects.Problem](err); ok {
			rows = append(rows, fmt.Sprintf("%d: line %d, place %d: %s", p.Record, p.Line, p.Place, p.What))
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		var cells []string
		for i, cell := range r.Cells(nil) {
			if cell != "" {
				cells = append(cells, names[i]+"="+cell)
			}
			if string(r.Cell(i)) != cell {
				t.Fatalf("cell %d is %q and %q", i, r.Cell(i), cell)
			}
		}
		rows = append(rows, fmt.Sprintf("%d: %s", r.Line(), strings.Join(cells, " ")))
	}
	if len(rows) != count {
		t.Fatalf("%d rows, %d counted in %q", len(rows), count, text)
	}
	return rows, names
}

func TestObjectsAreRows(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"lines":             {"{\"a\":\"x\"}\r\n\n{\"a\":\"y\",\"b\":1}", []string{"1: a=x", "2: a=y b=1"}},
		"a list":            {"[\n {\"a\": \"x\"},\n {\"b\": 2}\n]\n", []string{"1: a=x", "2: b=2"}},
		"a list in a line":  {`[{"a":"x"},{"a":"y"}]`, []string{"1: a=x", "2: a=y"}},
		"nothing":           {"[ ]", nil},
		"over lines":        {"{\n \"a\":\n 1\n}\n{\"a\":2}", []string{"1: a=1", "2: a=2"}},
		"inside":            {`{"a":{"b":{"c":"x"},"d":null},"e":true}`, []string{"1: a.b.c=x e=true"}},
		"lists inside":      {`{"tags":["a","b",3],"none":[],"lines":[{"x":[1, 2]}, "}"]}`, []string{`1: tags=a, b, 3 lines=[{"x":[1,2]},"}"]`}},
		"escapes":           {`{"a":"\"\u00e9\\\n\ud83d\ude00}","b\"":"["}`, []string{"1: a=\"é\\\n😀} b\"=["}},
		"numbers":           {`{"a":1.50,"b":-1.5e3,"c":12E-3,"d":1e99,"e":0.0e0,"f":-0}`, []string{"1: a=1.50 b=-1500 c=0.012 d=1e99 e=0 f=-0"}},
		"texts of numbers":  {`{"a":"1e5","b":"null"}`, []string{"1: a=1e5 b=null"}},
		"nothing stated":    {`{"a":null}{"a":""}{}`, []string{"1: ", "2: ", "3: "}},
		"commas missing":    {`[{"a":1}{"a":2}]`, []string{"1: a=1", "2: a=2"}},
		"broken":            {"{\"a\":1}\n{\"a\":tru}\n{\"a\":3}", []string{"1: a=1", "2: line 2, place 9: invalid character '}' in literal true (expecting 'e')", "3: a=3"}},
		"broken over lines": {"{\r\n\"a\":1,,\r\n}", []string{"1: line 2, place 7: invalid character ',' looking for beginning of object key string"}},
		"an open quote":     {"{\"a\":1}\n{\"a\":\"x}\n{\"a\":3}", []string{"1: a=1", "2: line 2, place 1: a text has no closing quote on its line", "3: a=3"}},
		"an open quote in a list": {"[\n  {\n    \"a\": \"x,\n    \"in\": [\n      {\"a\":\"no\"}]\n  },\n  {\"a\":\"y\"}\n]",
			[]string{"1: line 3, place 1: a text has no closing quote on its line", "2: a=y"}},
		"cut off":          {`[{"a":1},{"a":`, []string{"1: a=1", "2: line 1, place 14: the file ends inside of an object; it may be cut off"}},
		"a list cut off":   {`[{"a":1},`, []string{"1: a=1", "2: line 1, place 9: the file ends before its list does; it may be cut off"}},
		"no objects":       {`[{"a":1}, 7, {"a":2}]`, []string{"1: a=1", "2: line 1, place 11: an object is expected here", "3: a=2"}},
		"behind the end":   {"[{\"a\":1}]\n[{\"a\":2}]", []string{"1: a=1", "2: line 2, place 1: nothing is expected behind the end of the list", "3: a=2"}},
		"stated twice":     {`{"a":1,"a":2}{"a":3}`, []string{"1: line 1, place 1: the object states “a” twice", "2: a=3"}},
		"too deep":         {strings.Repeat(`{"a":`, 40) + "1" + strings.Repeat("}", 40) + `{"a":1}`, []string{"1: line 1, place 1: the object holds others too deep to be meant", "2: a=1"}},
		"too long":         {`{"a":"` + strings.Repeat("x", objects.MaxObject) + `"}{"a":1}`, []string{"1: line 1, place 1: the object is too long to be meant", "2: a=1"}},
		"brackets crossed": {`[{"a":[1}],{"a":2}]`, []string{"1: line 1, place 9: invalid character '}' after array element", "2: a=2"}},
	} {
		if rows, _ := read(t, c.text); !slices.Equal(rows, c.want) {
			t.Errorf("%s: %q instead of %q", name, rows, c.want)
		}
	}
}

func TestNamesComeInTheOrderTheyAreMet(t *testing.T) {
	_, names := read(t, `{"b":1,"a":{"z":1}} {"c":1,"b":2,"":3}`)
	if !slices.Equal(names, []string{"b", "a.z", "c", ""}) {
		t.Error(names)
	}
	var many strings.Builder
	for i := range objects.MaxNames + 1 {
		fmt.Fprintf(&many, "{\"n%d\":1}\n", i)
	}
	_, _, _, err := objects.Names(strings.NewReader(many.String()))
	if e, ok := errors.AsType[*objects.NamesError](err); !ok || e.Line != objects.MaxNames+1 {
		t.Error(err)
	}
}

func TestBegins(t *testing.T) {
	for text, want := range map[string]bool{"": false, "{": false, "{\n\"a": true, "[]": true, " [ ] ": true, "[],a": false, "[{}]": true, "[1]": false,
		"[\n{\"": true, "{n},b": false, "a,b": false, "{}": true, "[": false} {
		if objects.Begins([]byte(text)) != want {
			t.Errorf("%q is %v", text, !want)
		}
	}
}

// FuzzObjects: nothing panics, reading ends, rows are numbered without a gap, and what encoding/json takes for a list of
// flat objects is read as it reads it.
func FuzzObjects(f *testing.F) {
	for _, seed := range []string{`[{"a":1,"b":["x"]},{"a":{"c":null}}]`, "{\"a\":\"\\u00e9\"}\n{\"b\":1e5}\r\n", `[{"a":`, "{\"a\":\"x\n{", `[{}{},,]`, "]", "[[{}]]"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) { checkObjects(t, data) })
}

func checkObjects(t *testing.T, data []byte) {
	t.Helper()
	names, count, _, err := objects.Names(bytes.NewReader(data))
	if err != nil {
		if _, ok := errors.AsType[*objects.NamesError](err); !ok {
			t.Fatal(err)
		}
		return
	}
	r, met, damaged := objects.NewRows(bytes.NewReader(data), names), 0, false
	for {
		err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		_, broken := errors.AsType[*objects.Problem](err)
		if err != nil && !broken {
			t.Fatal(err)
		}
		damaged = damaged || broken
		if met++; r.Line() != met || r.Len() > len(names) {
			t.Fatalf("row %d is called %d", met, r.Line())
		}
	}
	if met != count {
		t.Fatalf("%d objects, then %d", count, met)
	}
	var list []json.RawMessage
	if json.Unmarshal(data, &list) == nil && objects.Begins(data) && !damaged && len(list) != met {
		t.Fatalf("%d objects instead of %d", met, len(list))
	}
}
