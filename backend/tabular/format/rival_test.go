package format_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"tradepost/backend/tabular/format"
)

// Whatever columns are dropped, moved or added, no other format is ever sure of a file.
func TestNoWrongFormatIsSure(t *testing.T) {
	all := samples(t)
	rounds := 150
	for _, s := range all {
		r := rand.New(rand.NewPCG(uint64(len(s.name)), 77))
		for range rounds {
			header := mangled(r, s.header, all)
			rec, err := format.Recognise(context.Background(), text(strings.Join(header, "\t")+"\n"))
			if err == nil && rec.Format != s.format && rec.Confidence > 0.9 {
				t.Errorf("columns of %s are %s with %v: %q", s.name, rec.Format, rec.Confidence, header)
			}
		}
	}
}

// mangled drops any share of the columns, adds some that nobody knows and some of other formats, and shuffles.
func mangled(r *rand.Rand, header []string, all []sheet) []string {
	keep, out := r.Float64(), []string{}
	for _, name := range header {
		if r.Float64() < keep {
			out = append(out, name)
		}
	}
	for range r.IntN(4) {
		other := all[r.IntN(len(all))].header
		out = append(out, other[r.IntN(len(other))])
	}
	for range r.IntN(6) {
		out = append(out, []string{"Colour", "House no", "Remarks", "x", "", "Total weight (kg)", "Column1", "日付"}[r.IntN(8)])
	}
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return slices.Clip(out)
}

// A file whose required columns were renamed is not guessed at: the refusal names the nearest format and the columns.
func TestRenamedColumnsAreRefused(t *testing.T) {
	for _, s := range samples(t) {
		required := format.Required(s.format)
		for _, name := range required {
			header := slices.Clone(s.header)
			renamed := 0
			for i, h := range header {
				if slices.ContainsFunc(format.Aliases(s.format, name), func(alias string) bool { return strings.EqualFold(alias, h) }) {
					header[i] = "Renamed " + string(rune('A'+i%26))
					renamed++
				}
			}
			rec, err := format.Recognise(context.Background(), text(strings.Join(header, "\t")+"\n"))
			if renamed == 0 || err == nil && rec.Format == s.format {
				t.Errorf("%s without %q is still %s", s.name, name, rec.Format)
				continue
			}
			if err != nil && (!strings.Contains(err.Error(), "I don't know this file") || !strings.Contains(err.Error(), "The nearest is")) {
				t.Errorf("%s without %q: %v", s.name, name, err)
			}
		}
	}
}

// A file that two formats fit says so, and which the other is.
func TestTwoThatFitAreBothNamed(t *testing.T) {
	both := "order-id\torder-item-id\tpurchase-date\tpayments-date\treporting-date\tpromise-date\tdays-past-promise\tsku\tproduct-name\tquantity-purchased\tquantity-shipped\tquantity-to-ship\tcurrency\titem-price\titem-tax\tshipping-price\tship-service-level\trecipient-name\n"
	rec := recognise(t, text(both))
	if said := strings.Join(rec.Reasons, " "); !strings.Contains(said, "It could also be Amazon") {
		t.Errorf("%s: %s", rec.Format, said)
	}
	if said := strings.Join(recognise(t, text(shopifyHeader)).Reasons, " "); strings.Contains(said, "also be") {
		t.Errorf("a plain Shopify file: %s", said)
	}
}
