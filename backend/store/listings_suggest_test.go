package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tradepost/backend/catalog"
	"tradepost/backend/channel"
	"tradepost/backend/intake"
)

// shelf is a catalogue written by hand: SKU, GTIN, title of the product, title of the variant.
const shelf = `
MUG-BLU|4006381333931|Stoneware mug|Stoneware mug blue
MUG-RED|4006381333948|Stoneware mug|Stoneware mug red
007|036000291452|Letter opener|Letter opener, brass
AB-1001||Kaffeebecher Größe L|Kaffeebecher Größe L, blau
AB-1002||Kaffeebecher Größe M|Kaffeebecher Größe M, blau
TASSE-7|96385074|Tasse à café émaillée|Tasse à café émaillée « Bistro » verte
JP-350||マグカップ 陶器 青|マグカップ 陶器 青 350ml
JP-351||マグカップ 陶器 赤|マグカップ 陶器 赤 350ml
SOCK-W||Wool socks|Wool socks, grey, warm and long
CHO-01||Chocolate bar|Chocolate bar, dark, 70 %
O0-LAMP-10||Desk lamp|Desk lamp, brushed steel
TWIN||Twin plate|Twin plate white
TWIN||Twin plate|Twin plate white, second choice
4012345678901||Thermos flask|Thermos flask, one litre
`

// offered are listings of a channel: SKU, GTIN, title.
const offeredThere = `
MUG-BLU||Stoneware mug, blue
mug_blu||Mug
MUG-BLU-2X||2x Stoneware mug blue
AMZ-MUG-RED||Red mug
MUG-RDE||Mug
|0036000291452|Opener
|036000291452|Opener with a number of twelve digits
|036000291453|Opener with a wrong check digit
7||Opener
0007||Opener
||Letter opener made of brass
4006381333948||Mug
4012345678901||Flask
||Kaffeebecher blau, Größe L
||KAFFEEBECHER BLAU
||Tasse a cafe emaillee verte Bistro - Lot de 2
||陶器のマグカップ 青 350ml
||マグカップ
||6er Set Wool socks grey, warm, long
OO-LAMP-1O||Lamp
TWIN||Twin plate
CHO-02||Something else altogether
||Gift card
X||x
`

func lines(text string) [][]string {
	var all [][]string
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		all = append(all, strings.Split(line, "|"))
	}
	return all
}

func shelved(t *testing.T) *Store {
	t.Helper()
	s := opened(t, t.TempDir(), Options{})
	_, err := s.AddChannel(context.Background(), channel.Channel{Name: "Shop", Kind: "other"})
	must(t, err)
	must(t, s.Write(context.Background(), Urgent, func(tx *Tx) error {
		run, err := tx.personsRun("import", "")
		if err != nil {
			return err
		}
		for _, l := range lines(shelf) {
			id, err := tx.Insert(`INSERT INTO product (title, created_at, seq) VALUES (?, 1, 1)`, l[2])
			if err != nil {
				return err
			}
			v, err := variants{records{q: tx, tx: tx, said: &tx.said}}.insertVariant(id, intake.Stated{Values: map[string]string{"sku": l[0], "gtin": l[1], "title": l[3]}})
			if err != nil {
				return err
			}
			if err := tx.Exec(`INSERT INTO change (seq, recorded_at, occurred_at, record_kind, record_id, action, fields, run_id) VALUES (1, 1, 1, 'variant', ?, 'created', '[]', ?)`, v, run); err != nil {
				return err
			}
		}
		return nil
	}))
	must(t, s.CatchUpSearch(context.Background()))
	return s
}

// TestSuggestionsAreThoseWrittenDown reads what is suggested for listings written by hand: testdata/suggestions.golden.
func TestSuggestionsAreThoseWrittenDown(t *testing.T) {
	ctx := context.Background()
	s := shelved(t)
	var listings []catalog.Listing
	for _, l := range lines(offeredThere) {
		listings = append(listings, catalog.Listing{SKU: l[0], GTIN: l[1], Title: l[2]})
	}
	all, err := s.Suggestions(ctx, listings)
	must(t, err)
	var b strings.Builder
	for i, g := range listings {
		fmt.Fprintf(&b, "%s | %s | %s\n", g.SKU, g.GTIN, g.Title)
		for _, f := range all[i] {
			fmt.Fprintf(&b, "    %s ×%d %s: %s (%s)\n", f.Variant.SKU, f.Pack, f.Sure, f.Why, f.Variant.Title)
		}
	}
	path := filepath.Join("testdata", "suggestions.golden")
	if os.Getenv("TRADEPOST_GOLDEN") == "write" {
		must(t, os.WriteFile(path, []byte(b.String()), 0o600))
	}
	want, err := os.ReadFile(path)
	must(t, err)
	if b.String() != string(want) {
		t.Errorf("suggestions are\n%s\ninstead of\n%s", b.String(), want)
	}
}
