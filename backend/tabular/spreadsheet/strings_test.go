package spreadsheet_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tradepost/backend/tabular/spreadsheet"
)

// A table gives back every string wherever it lies: in memory, in the file, or in the part that is being filled.
func TestStringsPutAsideComeBack(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	texts := spreadsheet.NewTexts(600 << 10)
	var want []string
	for i := range 60_000 {
		text := fmt.Sprintf("%d %s", i, strings.Repeat("x", random.IntN(60)))
		if random.IntN(4_000) == 0 {
			text += strings.Repeat("long ", 60_000)
		}
		if i%17 == 0 {
			text = ""
		}
		want = append(want, text)
		must(t, texts.Add(text))
		if i%5 == 0 {
			check(t, texts, want, random.IntN(len(want)))
		}
	}
	if texts.Aside() < 1<<20 {
		t.Fatalf("%d bytes put aside only", texts.Aside())
	}
	for range 60_000 {
		check(t, texts, want, random.IntN(len(want)))
	}
	for i := range want {
		check(t, texts, want, i)
	}
	for _, n := range []int{-1, len(want), 1 << 40} {
		if _, ok, err := texts.Get(n); ok || err != nil {
			t.Errorf("string %d: %v %v", n, ok, err)
		}
	}
	must(t, texts.Close())
}

func check(t *testing.T, texts *spreadsheet.Texts, want []string, n int) {
	t.Helper()
	got, ok, err := texts.Get(n)
	if err != nil || !ok || got != want[n] {
		t.Fatalf("string %d is %.40q (%v, %v), want %.40q", n, got, ok, err, want[n])
	}
}

// What the writer wrote the reader reads, whatever it is.
func TestWrittenTextsAreReadAgain(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(rapid.OneOf(rapid.String(), rapid.StringMatching(`[_x0-9A-F&<>"' \n\t;]{0,12}`)), 1, 6), 1, 6).Draw(rt, "rows")
		var out bytes.Buffer
		w := spreadsheet.NewWriter(&out)
		var want []string
		for n, row := range rows {
			var cells []spreadsheet.Cell
			last := 0
			for i, text := range row {
				row[i] = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\uFFFE", "\uFFFD", "\uFFFF", "\uFFFD").Replace(text)
				cells = append(cells, spreadsheet.Text(text))
				if text != "" {
					last = i + 1
				}
			}
			must(t, w.WriteRow(cells))
			if last > 0 {
				want = append(want, fmt.Sprintf("%d:%s", n+1, strings.Join(row[:last], "|")))
			}
		}
		must(t, w.Close())
		got, _, err := readSheet(out.Bytes(), 0)
		if err != nil || strings.Join(got, "\n") != strings.Join(want, "\n") {
			rt.Fatalf("got %q (%v), want %q", got, err, want)
		}
	})
}
