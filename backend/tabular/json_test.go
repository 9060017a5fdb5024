package tabular_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"tradepost/backend/tabular"
)

const jsonProducts = `[
{"sku":"MUG","gtin":null,"product":"Mug","title":"'=Red","price":9.5,"currency":"USD","weight_grams":300,"vendor":"V","type":null,"tags":["a"],"status":"active","option1_name":null,"option1_value":null,"image_url":null,"description":null,"listings":0,"created_at":null,"cost":null,"compare_at_price":null},
{"sku":"TEA","gtin":null,"product":"Tea","title":"'=x","price":"many","currency":"USD","weight_grams":null,"vendor":"V","type":null,"tags":[],"status":"active","option1_name":null,"option1_value":null,"image_url":null,"description":null,"listings":0,"created_at":null,"cost":null,"compare_at_price":null},
{"sku":"BAG","gtin":null,"product":"Bag","title" "no","price":1}
]
`

// TestFailedRowsOfJSONComeBackAsJSON: what could not be applied is a JSON file of the same kind, corrected and dropped again.
func TestFailedRowsOfJSONComeBackAsJSON(t *testing.T) {
	ctx := context.Background()
	_, im := opened(t)
	for name, content := range map[string]string{"list.json": jsonProducts, "lines.ndjson": strings.NewReplacer("[\n", "", "},\n", "}\n", "\n]", "").Replace(jsonProducts)} {
		file, recognition, err := im.Receive(ctx, name, strings.NewReader(content))
		must(t, err)
		if recognition.Format != "tradepost.products" || recognition.Rows != 3 {
			t.Fatalf("%s is %+v", name, recognition)
		}
		i, err := im.Whole(ctx, tabular.Request{FileID: file.ID})
		must(t, err)
		if i.Counts.Error != 2 || i.Counts.New+i.Counts.Same != 1 {
			t.Fatalf("%s: %+v", name, i.Counts)
		}
		var failed bytes.Buffer
		must(t, im.FailedRows(ctx, i.ID, &failed))
		text := failed.String()
		for _, want := range []string{`"title":"'=x"`, `"Tradepost: what is wrong":"`, `on line `, `"price":"many"`} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %s in\n%s", name, want, text)
			}
		}
		if strings.HasPrefix(text, "[") != (name == "list.json") {
			t.Errorf("%s comes back as\n%s", name, text)
		}
		text = strings.Replace(text, `"many"`, `"3"`, 1)
		file, _, err = im.Receive(ctx, "again "+name, strings.NewReader(text))
		must(t, err)
		i, err = im.Whole(ctx, tabular.Request{FileID: file.ID})
		must(t, err)
		if i.Counts.New+i.Counts.Same != 1 || i.Counts.Error > 1 {
			t.Errorf("%s, corrected: %+v\n%s", name, i.Counts, text)
		}
	}
}
