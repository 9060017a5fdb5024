package format_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"tradepost/backend/fault"
	"tradepost/backend/tabular/format"
)

func inspect(t testing.TB, src format.Source, layout format.FileLayout, kind string) format.Inspection {
	t.Helper()
	in, err := format.Inspect(context.Background(), src, layout, kind)
	if err != nil {
		t.Fatalf("inspecting: %v", err)
	}
	return in
}

func guessed(in format.Inspection) map[string]string {
	all := map[string]string{}
	for _, c := range in.Columns {
		if c.Guess != nil {
			all[c.Name] = c.Guess.Field
		}
	}
	return all
}

// TestInspectGuessesKnownFormats runs a file of every format known here through the guesser, as if it were not known: the
// kind must be right, and most columns that the format uses must get a field.
func TestInspectGuessesKnownFormats(t *testing.T) {
	paths, err := filepath.Glob("testdata/*")
	if err != nil || len(paths) < 10 {
		t.Fatal(err, paths)
	}
	offered := map[string]map[string]bool{}
	for _, kind := range []string{"orders", "products", "customers", "stock_counts"} {
		offered[kind] = map[string]bool{}
		for _, field := range format.FieldInfos(kind) {
			offered[kind][field.Name] = true
		}
	}
	apart := map[string]float64{"orders": 0.1, "products": 0.1, "customers": 0.04} // our own customers tell of their orders
	for _, path := range paths {
		if strings.HasSuffix(path, ".golden") {
			continue
		}
		rec, err := format.Recognise(context.Background(), file(path))
		if err != nil {
			continue // the file of a test of its own
		}
		if format.KnownOnly(rec.Format) {
			continue // of orders that are known it holds too little to be guessed by
		}
		in := inspect(t, file(path), format.FileLayout{}, "")
		used := len(rec.Columns) - len(rec.UnknownColumns)
		t.Logf("%-40s %-10s %.2f then %s %.2f, header %d, %d of %d columns", path, in.Kind, in.Kinds[0].Confidence, in.Kinds[1].Kind, in.Kinds[1].Confidence, in.HeaderRow, len(guessed(in)), used)
		if in.Kind != rec.Kind || in.HeaderRow != rec.HeaderRow || in.Kinds[0].Confidence < 0.5 || in.Kinds[0].Confidence-in.Kinds[1].Confidence < apart[in.Kind] {
			t.Errorf("%s: guessed %s with %v", path, in.Kind, in.Kinds)
		}
		for _, c := range in.Columns {
			if c.Guess != nil && (c.Guess.Reason == "" || c.Guess.Label == "" || c.Guess.Confidence > 0.99) {
				t.Errorf("%s, %s: %+v", path, c.Name, c.Guess)
			}
			if c.Guess != nil && !offered[in.Kind][c.Guess.Field] {
				t.Errorf("%s, %s: nobody can choose %s", path, c.Name, c.Guess.Field)
			}
		}
	}
}

// TestInspectOwnLayouts guesses files of no marketplace, in the languages known here.
func TestInspectOwnLayouts(t *testing.T) {
	for _, c := range []struct {
		name, file, kind string
		want             map[string]string
	}{
		{"German orders", "Bestellnr;Bestelldatum;Kunde;E-Mail;Straße;PLZ;Ort;Land;Artikelnummer;Bezeichnung;Menge;Einzelpreis;Gesamtbetrag;Währung;Versandart\n" +
			"A-1;13.02.2026;Ida Muster;ida@example.com;Hauptstr. 1;01067;Dresden;DE;TAS-1;Tasse;2;9,50;19,00;EUR;DHL\n" +
			"A-2;14.02.2026;Jo Muster;jo@example.com;Weg 2;10115;Berlin;DE;TAS-2;Teller;1;12,00;12,00;EUR;DHL\n", "orders",
			map[string]string{"Bestellnr": "number", "Bestelldatum": "placed", "E-Mail": "buyer.email", "Straße": "ship_to.line1", "PLZ": "ship_to.postal_code", "Ort": "ship_to.city",
				"Land": "ship_to.country", "Artikelnummer": "line.sku", "Menge": "line.quantity", "Einzelpreis": "line.unit_price", "Gesamtbetrag": "total", "Währung": "currency",
				"Versandart": "shipping_method", "Kunde": "buyer.name", "Bezeichnung": "line.title"}},
		{"French orders", "N° de commande,Date de commande,Nom du produit,Quantité,Prix unitaire,Ville de livraison,Adresse de livraison,Code postal,Téléphone,Statut du paiement\n" +
			"7,2026-03-01,Bol,1,\"12,50\",Lyon,1 rue A,69001,+33100000000,payé\n", "orders",
			map[string]string{"N° de commande": "number", "Date de commande": "placed", "Nom du produit": "line.title", "Quantité": "line.quantity", "Prix unitaire": "line.unit_price",
				"Ville de livraison": "ship_to.city", "Code postal": "ship_to.postal_code", "Statut du paiement": "financial"}},
		{"Polish orders", "Numer zamówienia;Data zamówienia;SKU;Nazwa produktu;Ilość;Cena;Waluta\n1;2026-01-02;A;Kubek;1;10,00;PLN\n", "orders",
			map[string]string{"Numer zamówienia": "number", "Data zamówienia": "placed", "SKU": "line.sku", "Ilość": "line.quantity", "Cena": "line.unit_price"}},
		{"Spanish stock", "Referencia;Existencias;Almacén\nA;12;Madrid\nB;0;Madrid\n", "stock_counts", map[string]string{"Referencia": "sku", "Existencias": "on_hand", "Almacén": "location"}},
		{"Italian prices", "Codice articolo;Prezzo;Valuta\nA;12,50;EUR\nB;9,00;EUR\n", "prices", map[string]string{"Codice articolo": "sku", "Prezzo": "price", "Valuta": "currency"}},
		{"Dutch tracking", "Bestelnummer,Trackingnummer,Vervoerder\n1001,3SABCD123456789,PostNL\n1002,3SABCD123456780,PostNL\n", "tracking",
			map[string]string{"Bestelnummer": "order_number", "Trackingnummer": "tracking", "Vervoerder": "carrier"}},
		{"customers", "Customer ID,Name,Email,Phone,Address,City,Zip,Country\n7,Ann Lee,ann@example.com,1,1 A St,Leeds,LS1,GB\n8,Bob Lee,bob@example.com,1,1 A St,Leeds,LS1,GB\n", "customers",
			map[string]string{"Customer ID": "external_id", "Name": "name", "Email": "email", "City": "city", "Zip": "postal_code", "Country": "country"}},
		{"listing links", "Channel SKU,Our SKU,Pack size\nAMZ-1,A,2\nAMZ-2,B,1\n", "listing_links", map[string]string{"Channel SKU": "listing_sku", "Our SKU": "sku", "Pack size": "pack_multiple"}},
		{"products by shape", "Article,What,Code,RRP\nA-1,Mug,4006381333931,9.50\nA-2,Bowl,5012345678900,12.00\n", "products", map[string]string{"Code": "gtin"}},
		{"preamble and blank names", "My shop;;\nExport of May;;\n\nOrder no;Item;Qty;;\n1;Mug;2;x;\n2;Bowl;1;y;\n", "orders", map[string]string{"Order no": "number", "Item": "line.title", "Qty": "line.quantity"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := inspect(t, text(c.file), format.FileLayout{}, "")
			got := guessed(in)
			if in.Kind != c.kind && c.kind != "products" {
				t.Errorf("guessed %v", in.Kinds)
			}
			if in.Kind != c.kind {
				got = guessed(inspect(t, text(c.file), format.FileLayout{}, c.kind))
			}
			for column, field := range c.want {
				if got[column] != field {
					t.Errorf("%s is %q, want %q", column, got[column], field)
				}
			}
			t.Log(in.Kinds[0], got)
		})
	}
}

func TestInspectTakesWhatAPersonSays(t *testing.T) {
	src := text("a|b;c\nOrder no|Qty;x\n1|2;3\nwords|here;x\n")
	in := inspect(t, src, format.FileLayout{Delimiter: "|", HeaderRow: 2, DescriptionRow: true}, "orders")
	if len(in.Columns) != 2 || in.Columns[0].Name != "Order no" || in.Rows != 1 || in.Delimiter != "|" || in.HeaderRow != 2 {
		t.Errorf("got %+v", in)
	}
	if in := inspect(t, raw("Name;Stra\xdfe\nAnn;Gr\xfcn\n"), format.FileLayout{Encoding: "windows-1252"}, ""); in.Columns[1].Name != "Straße" || in.Columns[1].Samples[0] != "Grün" {
		t.Errorf("got %+v", in.Columns)
	}
	for _, layout := range []format.FileLayout{{HeaderRow: 99}, {HeaderRow: -1}, {Delimiter: "ab"}, {Delimiter: "\""}, {Encoding: "klingon"}} {
		if _, err := format.Inspect(context.Background(), src, layout, ""); !fault.Is(err, fault.Invalid) || fault.Of(err).Field == "" || fault.Of(err).Remedy == "" {
			t.Errorf("%+v: %v", layout, err)
		}
	}
	if _, err := format.Inspect(context.Background(), src, format.FileLayout{}, "dreams"); fault.Of(err).Field != "kind" {
		t.Errorf("got %v", err)
	}
	if _, err := format.Inspect(context.Background(), text("\n\n"), format.FileLayout{}, ""); !fault.Is(err, fault.Invalid) {
		t.Errorf("got %v", err)
	}
}

func TestInspectTellsColumnsApart(t *testing.T) {
	in := inspect(t, text("Order no,Name,Name,,Qty\n1,Ann,Mug,x,1\n2,Bob,Mug,,1\n2,Bob,Cup,,1\n2,Bob,Pot,,1\n2,Bob,Jar,,1\n"), format.FileLayout{}, "orders")
	var names []string
	for _, c := range in.Columns {
		names = append(names, c.Name)
	}
	if strings.Join(names, "|") != "Order no|Name|Name (2)|Column 4|Qty" {
		t.Errorf("columns are %v", names)
	}
	if c := in.Columns[2]; strings.Join(c.Samples, ",") != "Mug,Cup,Pot" || c.Filled != 1 || in.Columns[3].Filled != 0.2 {
		t.Errorf("got %+v, %+v", c, in.Columns[3])
	}
}

func FuzzInspect(f *testing.F) {
	f.Add([]byte("Order no;Qty\n1;2\n"))
	f.Add([]byte("sep=|\na|b\n"))
	f.Add([]byte("\xff\xfea\x00,\x00b\x00\n\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		in, err := format.Inspect(context.Background(), raw(data), format.FileLayout{}, "")
		if err != nil {
			return
		}
		fields := map[string]bool{}
		for _, c := range in.Columns {
			if c.Filled < 0 || c.Filled > 1 || c.Name == "" || len(c.Samples) > 3 {
				t.Errorf("column %+v", c)
			}
			if c.Guess != nil && fields[c.Guess.Field] {
				t.Errorf("%s was given twice", c.Guess.Field)
			} else if c.Guess != nil {
				fields[c.Guess.Field] = true
			}
		}
	})
}
