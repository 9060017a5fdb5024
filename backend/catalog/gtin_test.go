package catalog

import (
	"strings"
	"testing"
)

func TestGTINs(t *testing.T) {
	for text, want := range map[string]GTIN{
		"4006381333931": "04006381333931", "4006381333930": "", "036000291452": "00036000291452", "0036000291452": "00036000291452", "00036000291452": "00036000291452",
		"96385074": "00000096385074", "96385075": "", "400-6381 333931": "04006381333931", "40063813339": "", "00000000": "", "4006381E33931": "", "": "", "10614141543219": "10614141543219",
	} {
		if got, ok := ParseGTIN(text); got != want || ok != (want != "") {
			t.Errorf("%q is %q, %v instead of %q", text, got, ok, want)
		}
	}
	for gtin, want := range map[GTIN]string{"00036000291452": "00036000291452 0036000291452 036000291452", "10614141543219": "10614141543219",
		"00000096385074": "00000096385074 0000096385074 000096385074 96385074"} {
		if got := strings.Join(gtin.Forms(), " "); got != want {
			t.Errorf("%s is written %s", gtin, got)
		}
	}
}

func TestPacks(t *testing.T) {
	for title, want := range map[string]int{"2x Mug blue": 2, "2 x Mug": 2, "Mug x3": 3, "Mug (x4)": 4, "Pack of 6 socks": 6, "Lot de 3 tasses": 3, "6er-Pack Socken": 6, "6er Set": 6,
		"12 Stück Kerzen": 12, "靴下 5枚セット": 5, "Mug 350ml": 1, "Mug": 1, "Model X2000": 1, "iPhone XS": 1, "Poster 20x30": 1, "Brett 20 x 30 cm": 1, "10-pack pens": 10} {
		if got := PackOf(title); got != want {
			t.Errorf("%q sells %d, not %d", title, got, want)
		}
	}
	for sku, want := range map[string]string{"MUG-BLU-2X": "MUG-BLU 2", "MUG-2PK": "MUG 2", "MUG-x3": "MUG 3", "MUG": "", "MUG-2": "", "BOX-10pcs": "BOX 10"} {
		rest, n, ok := WithoutPack(sku)
		got := ""
		if ok {
			got = rest + " " + string(rune('0'+n%10))
			if n == 10 {
				got = rest + " 10"
			}
		}
		if got != want {
			t.Errorf("%q is %q, not %q", sku, got, want)
		}
	}
}

func TestWordsOfTitles(t *testing.T) {
	for title, want := range map[string]string{
		"Kaffeebecher „Größe L“, blau": "kaffeebecher grosse l blau", "Tasse à café émaillée": "tasse a cafe emaillee",
		"マグカップ 350ml": "マグ グカ カッ ップ 350ml", "青マグ Blue": "青マ マグ blue", "Mug mug MUG": "mug", "": ""} {
		if got := strings.Join(Words(title), " "); got != want {
			t.Errorf("%q has the words %q, not %q", title, got, want)
		}
	}
}
