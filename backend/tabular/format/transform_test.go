package format_test

import (
	"strings"
	"testing"

	"tradepost/backend/fault"
	"tradepost/backend/tabular/format"
)

func TestTransforms(t *testing.T) {
	row := map[string]string{"First": "Ann", "Last": "Lee", "Sign": "-", "Blank": ""}
	for _, c := range []struct{ source, value, want string }{
		{`trim(value)`, "  x\u00a0", "x"},
		{`upper(value) + "!"`, "s ü", "S Ü!"},
		{`replace(value, "-", "")`, "1-2-3", "123"},
		{`replace(value, "", "x")`, "ab", "ab"},
		{`row["First"] + " " + row["Last"]`, "", "Ann Lee"},
		{`row["No such column"]`, "x", ""},
		{`part(value, " ", 1)`, "Ann Mary Lee", "Ann"},
		{`part(value, " ", -1)`, "Ann Mary Lee", "Lee"},
		{`part(value, " ", 9)`, "Ann Mary Lee", ""},
		{`split(value, "/")[1]`, "a/b", "b"},
		{`left(value, 2) + right(value, 2)`, "añob", "añob"},
		{`left(value, -3) + right(value, 99)`, "ab", "ab"},
		{`digits(value)`, "+49 (0) 12", "49012"},
		{`number(value) / 100`, "1999", "19.99"},
		{`number(value) * 3`, "0.1", "0.3"},
		{`number(value) + 0.2`, "0.1", "0.3"},
		{`1 - number(value)`, "0.9", "0.1"},
		{`number(value, "comma") * 2`, "1.234,50", "2469"},
		{`round(number(value) / 3, 2)`, "10", "3.33"},
		{`round(number(value), 0)`, "2.5", "3"},
		{`number(value)`, "", "0"},
		{`number(value) > 2 ? "many" : "few"`, "3", "many"},
		{`number(value) == 3`, "3.00", "true"},
		{`value == "" ? row["First"] : value`, "", "Ann"},
		{`first(row["Blank"], value, "x")`, "v", "v"},
		{`value matches "^[0-9]+$" ? "digits" : "other"`, "12", "digits"},
		{`value contains "b" and not (value startsWith "b")`, "ab", "true"},
		{`value in ["a", "b"] ? "yes" : "no"`, "b", "yes"},
		{`len(value)`, "añb", "3"},
		{`{"a": "1", "b": "2"}[value]`, "b", "2"},
	} {
		got, err := format.Transform(c.source, c.value, row)
		if err != nil || got != c.want {
			t.Errorf("%s of %q is %q (%v), want %q", c.source, c.value, got, err, c.want)
		}
	}
}

// TestTransformsThatCannotRun tells a cell that an expression cannot work with.
func TestTransformsThatCannotRun(t *testing.T) {
	for source, words := range map[string]string{`number(value)`: "is not a number", `split(value, "/")[7]`: "", `number("1") / number("0")`: "divides by zero",
		`[value]`: "no text or number", `replace(replace(value, "e", "` + strings.Repeat("e", 300) + `"), "e", "` + strings.Repeat("e", 300) + `")`: "too long"} {
		if got, err := format.Transform(source, "eee", nil); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%.40s gives %.40q, %v", source, got, err)
		}
	}
}

// TestTransformsRefused keeps out what could run long, and says where it stands.
func TestTransformsRefused(t *testing.T) {
	for source, words := range map[string]string{
		`nope(value)`:                  "at character 1",
		`value +`:                      "at character 7",
		`1..1000000000`:                "ranges",
		`map([1], {#})`:                "",
		`filter([1], #)`:               "",
		`repeat(value, 1000000)`:       "unknown name repeat",
		`let x = value + value; x + x`: "let",
		`value matches value`:          "in quotes",
		`value matches "("`:            "",
		`now()`:                        "unknown name now",
		`value.Foo`:                    "",
		strings.Repeat("value + ", 300) + "value": "too long",
		`"a"` + strings.Repeat("+value", 290):     "",
	} {
		err := format.CheckTransform(source)
		if !fault.Is(err, fault.Invalid) || fault.Of(err).Remedy == "" || fault.Of(err).Field != "transform" || !strings.Contains(fault.Of(err).Message, words) {
			t.Errorf("%.60s: %v", source, err)
		}
	}
}

func TestFunctionsAreWhatTheyAreSaidToBe(t *testing.T) {
	for _, f := range format.Functions() {
		if err := format.CheckTransform(f.Example); err != nil || f.Words == "" || !strings.Contains(f.Example, f.Name+"(") {
			t.Errorf("%s, %s: %v", f.Name, f.Example, err)
		}
	}
}

func FuzzTransform(f *testing.F) {
	for _, fn := range format.Functions() {
		f.Add(fn.Example, "1,234.50")
	}
	f.Add(`let a = value + value; a`, "x")
	f.Add(`[1..9, value][0]`, "x")
	f.Fuzz(func(t *testing.T, source, cell string) {
		if format.CheckTransform(source) != nil {
			return
		}
		got, err := format.Transform(source, cell, map[string]string{"a": cell})
		if err == nil && len(got) > 64<<10 {
			t.Errorf("%q made %d bytes", source, len(got))
		}
	})
}
