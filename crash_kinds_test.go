package main

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"tradepost/build/proof"
)

// productFile is a products file as a shop exports it: n products of two variants.
func productFile(n int) string {
	var b strings.Builder
	b.WriteString("Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Grams,Variant Inventory Qty," +
		"Variant Price,Variant Compare At Price,Variant Barcode,Image Src,Cost per item,Status\n")
	for i := range n {
		fmt.Fprintf(&b, "thing-%d,Thing %d,,Maker,Things,\"a, b\",true,Size,S,T-%d-S,100,1,10.00,,,,4.00,active\n", i, i, i)
		fmt.Fprintf(&b, "thing-%d,,,,,,,,L,T-%d-L,120,1,12.00,,,,,\n", i, i)
	}
	return b.String()
}

// TestProofProductsKill kills imports of 100 products at points drawn from a seed: no variant is doubled, none is without
// its product, message, payload and change, and the import that is taken up again ends with all of them.
func TestProofProductsKill(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	const products = 100
	p := proof.Begin(t, "products-kill", crashSeed)
	file := filepath.Join(t.TempDir(), "products.csv")
	write(t, file, strings.NewReplacer("10.00", "", "12.00", "", "4.00", "").Replace(productFile(products))) // no amounts: nobody names a currency
	out, err := child("import", t.TempDir(), file, "0", "").Output()
	must(t, err)
	total, err := strconv.Atoi(strings.TrimSpace(string(out)))
	must(t, err)
	for p.Counts["kills"] < p.Size(4, 150) {
		dir, r := t.TempDir(), rand.New(rand.NewPCG(crashSeed, uint64(p.Counts["rounds"])+7))
		for range 1 + r.IntN(2) {
			if died(t, dir, file, 1+r.IntN(total), "") {
				p.Counts["kills"]++
			}
			if torn := tornProducts(t, dir); torn != "" {
				t.Fatalf("round %d: %s", p.Counts["rounds"], torn)
			}
		}
		if died(t, dir, file, 0, "") {
			t.Fatalf("round %d did not run to its end", p.Counts["rounds"])
		}
		if torn := tornProducts(t, dir); torn != "" {
			t.Fatalf("round %d, at the end: %s", p.Counts["rounds"], torn)
		}
		db := opened(t, dir)
		var variants, of int
		must(t, db.QueryRow(`SELECT count(*), count(DISTINCT product_id) FROM variant`).Scan(&variants, &of))
		_ = db.Close()
		if variants != 2*products || of != products {
			t.Fatalf("round %d ends with %d variants of %d products", p.Counts["rounds"], variants, of)
		}
		p.Counts["rounds"]++
		p.Save()
	}
}

// tornProducts says what is doubled or in parts; "" when nothing is.
func tornProducts(t *testing.T, dir string) string {
	t.Helper()
	db := opened(t, dir)
	defer func() { _ = db.Close() }()
	var there int
	if err := db.QueryRow(`SELECT count(*) FROM sqlite_master WHERE name = 'stock_level'`).Scan(&there); err != nil || there == 0 {
		return "" // killed before there were any tables
	}
	for what, query := range map[string]string{
		"SKUs are doubled":                  `SELECT count(*) FROM (SELECT sku FROM variant GROUP BY sku HAVING count(*) > 1)`,
		"variants have not one change":      `SELECT count(*) FROM variant v WHERE (SELECT count(*) FROM change WHERE record_kind = 'variant' AND record_id = v.id AND action = 'created') <> 1`,
		"variants have not one message":     `SELECT count(*) FROM variant v WHERE (SELECT count(*) FROM message m JOIN payload p ON p.message_id = m.id WHERE m.record_kind = 'variant' AND m.record_id = v.id AND m.status = 'applied') <> 1`,
		"products have no variant":          `SELECT count(*) FROM product p WHERE NOT EXISTS (SELECT 1 FROM variant WHERE product_id = p.id)`,
		"handles lead nowhere":              `SELECT count(*) FROM external_reference r WHERE kind = 'product' AND NOT EXISTS (SELECT 1 FROM product WHERE id = r.record_id)`,
		"changes are of variants not there": `SELECT count(*) FROM change c WHERE record_kind = 'variant' AND NOT EXISTS (SELECT 1 FROM variant WHERE id = c.record_id)`,
	} {
		var n int
		must(t, db.QueryRow(query).Scan(&n))
		if n > 0 {
			return fmt.Sprintf("%d %s", n, what)
		}
	}
	return ""
}
