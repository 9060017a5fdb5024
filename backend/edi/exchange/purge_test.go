package exchange_test

import (
	"strings"
	"testing"
	"time"

	"tradepost/backend/edi/exchange"
	"tradepost/backend/fault"
	"tradepost/backend/journal"
	"tradepost/backend/store"
	"tradepost/backend/tabular"
)

// TestPurge empties texts and files a time after they came, but never what an open order was told; what is emptied says so, and may come again.
func TestPurge(t *testing.T) {
	h := opened(t, store.Options{})
	i := h.take(h.sample(po))
	purge := func(want string) {
		t.Helper()
		run, err := h.edi.Purge(t.Context(), 0, journal.BySchedule)
		h.must(err)
		if run.ID != 0 {
			kept, err := h.store.Run(t.Context(), run.ID)
			h.must(err)
			if kept.State != journal.Done || kept.Kind != journal.RunPurge || kept.Title != "Texts of EDI, 60 days after they came or went" {
				t.Errorf("%+v", kept)
			}
		}
		if got := words(run.Counts); got != want {
			t.Errorf("purged %q, expected %q", got, want)
		}
	}
	h.now = h.now.Add(61 * 24 * time.Hour)
	purge("")
	h.must(h.store.SetSettings(t.Context(), map[string]string{exchange.KeepSetting: "60"}, -1))
	purge("edi_texts 1") // our 997 alone: the order is open
	off := strings.NewReplacer("000000101", "000000102", "BEG*00", "BEG*01", "*101*X*", "*102*X*", "GE*1*101", "GE*1*102").Replace(h.sample(po))
	h.take(off)
	purge("edi_texts 1, files 1")
	purge("")
	d := h.documents(exchange.Filter{Type: "850"})[1]
	if _, err := h.store.EDIText(t.Context(), d.ID); d.PurgedAt == 0 || !fault.Is(err, fault.NotFound) {
		t.Errorf("%+v: %v", d, err)
	}
	if _, err := h.store.OpenFile(t.Context(), i.FileID); !fault.Is(err, fault.NotFound) {
		t.Errorf("the file opens: %v", err)
	}
	h.counts(h.take(h.sample(po)), tabular.Counts{Same: 1})
}

// words are counts in words.
func words(counts map[string]int) string {
	var all []string
	for _, name := range []string{"edi_texts", "files"} {
		if counts[name] > 0 {
			all = append(all, name+" "+string(rune('0'+counts[name])))
		}
	}
	return strings.Join(all, ", ")
}
