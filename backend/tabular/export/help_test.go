package export_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/customer"
	"tradepost/backend/intake"
	"tradepost/backend/order"
	"tradepost/backend/store"
	"tradepost/backend/tabular"
	"tradepost/backend/tabular/export"
)

// fatal is what *testing.T and *rapid.T have in common here.
type fatal interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

func must(t fatal, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// noon is when all of it happens.
var noon = time.Date(2026, 3, 20, 12, 0, 0, 0, time.UTC)

// opened opens a workspace for the length of do.
func opened(t fatal, dir string, do func(*store.Store)) {
	t.Helper()
	s, err := store.Open(context.Background(), dir, store.Options{Now: func() time.Time { return noon }})
	must(t, err)
	defer func() { _ = s.Close() }()
	do(s)
}

// insert writes orders as they are, each into the channel it names.
func insert(t fatal, s *store.Store, orders ...order.Order) {
	t.Helper()
	must(t, s.InTx(context.Background(), true, func(tx intake.Tx) error {
		for i := range orders {
			o := orders[i]
			c, err := tx.(interface {
				EnsureChannel(name, kind string) (channel.Channel, error)
			}).EnsureChannel(o.Channel, "other")
			if err != nil {
				return err
			}
			o.ChannelID = c.ID
			if err := tx.InsertOrder(&o); err != nil {
				return err
			}
		}
		return nil
	}))
}

// memory keeps files that an export writes.
type memory struct{ files map[string]*bytes.Buffer }

type kept struct{ *bytes.Buffer }

func (kept) Close() error { return nil }

func (m *memory) create(name string) (io.WriteCloser, error) {
	if m.files == nil {
		m.files = map[string]*bytes.Buffer{}
	}
	m.files[name] = &bytes.Buffer{}
	return kept{m.files[name]}, nil
}

func (m *memory) only(t fatal) string {
	t.Helper()
	if len(m.files) != 1 {
		t.Fatalf("there are %d files", len(m.files))
	}
	for _, b := range m.files {
		return b.String()
	}
	return ""
}

// shipped finds a template that ships with the program.
func shipped(t fatal, key string) export.Template {
	t.Helper()
	for _, tpl := range export.BuiltIn() {
		if tpl.Key == key {
			return tpl
		}
	}
	t.Fatalf("no template %s", key)
	return export.Template{}
}

// written writes an export into memory.
func written(t fatal, s *store.Store, request export.Request) (export.Result, *memory) {
	t.Helper()
	m := &memory{}
	result, err := export.New(s, nil).Write(context.Background(), request, m.create)
	must(t, err)
	return result, m
}

func imported(t fatal, s *store.Store, name, content string) tabular.Import {
	t.Helper()
	im := tabular.NewImporter(s, nil)
	defer im.Close()
	file, _, err := im.Receive(context.Background(), name, strings.NewReader(content))
	must(t, err)
	i, err := im.Whole(context.Background(), tabular.Request{FileID: file.ID})
	must(t, err)
	if i.State != tabular.Applied {
		t.Fatalf("import is %s: %+v", i.State, i.Problem)
	}
	return i
}

// golden compares with testdata/NAME; TRADEPOST_GOLDEN=write writes it.
func golden(t *testing.T, name, is string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if os.Getenv("TRADEPOST_GOLDEN") == "write" {
		must(t, os.MkdirAll("testdata", 0o755))
		must(t, os.WriteFile(path, []byte(is), 0o644))
	}
	want, err := os.ReadFile(path)
	must(t, err)
	if is != string(want) {
		t.Errorf("%s is\n%s\ninstead of\n%s", name, is, want)
	}
}

func amount(minor int64) commerce.Amount { return commerce.Minor(minor) }

func instant(text string) commerce.Instant {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		panic(err)
	}
	return commerce.InstantOf(t)
}

// some are the orders of the golden files: made-up people, and what is hard about each.
func some() []order.Order {
	ada := customer.Contact{Name: "Ada Lovelace", Email: "ada@example.com", Phone: "+44 20 7946 0000", Line1: "12 St James's Square", City: "London", PostalCode: "SW1Y 4JH", Country: "GB"}
	return []order.Order{
		{Channel: "Etsy", Number: "#1001", ExternalID: "0009001", Placed: commerce.Stamp{At: instant("2026-03-12T09:14:01Z"), Precision: commerce.PrecisionSecond, Zone: "+00:00", ZoneSource: commerce.ZoneFromFile},
			Currency: "USD", Subtotal: amount(4800), Shipping: amount(595), Tax: amount(396), Discount: amount(480), Total: amount(5311), Financial: order.Paid, Fulfillment: order.Unfulfilled,
			PaidAt: instant("2026-03-12T09:15:00Z"), ShipBy: instant("2026-03-14T22:00:00Z"), ShippingMethod: "Ground", PaymentMethod: "card", DiscountCode: "SPRING10", Tags: []string{"gift", "vip"},
			Lines: []order.Line{{Position: 1, ExternalID: "1", SKU: "0001E5", Title: "Mug, blue \"large\"", Quantity: "2", UOM: "each", UnitPrice: "12.00", Total: amount(2400)},
				{Position: 2, SKU: "BOWL-2", Title: "=HYPERLINK(\"http://example.com\")", Quantity: "1", UOM: "each", UnitPrice: "24.00", Total: amount(2400)}},
			Parties: []order.Party{{Role: order.Buyer, Contact: ada}, {Role: order.ShipTo, Contact: ada}}},
		{Channel: "Shop, main", Number: "114-0000001-1234567", Placed: commerce.Stamp{At: instant("2026-03-13T05:00:00Z"), Precision: commerce.PrecisionDay, Zone: "America/New_York", ZoneSource: commerce.ZoneFromChannel},
			Currency: "USD", Total: amount(1000), Refunded: amount(1000), Financial: order.PartiallyRefunded, Fulfillment: order.Fulfilled, FulfilledAt: instant("2026-03-14T10:00:00Z"),
			Lines:   []order.Line{{Position: 1, SKU: "RING-1", Title: "Ring größer – Łódź", Quantity: "4", UOM: "each", UnitPrice: "", Total: amount(1000)}},
			Parties: []order.Party{{Role: order.ShipTo, Contact: customer.Contact{Name: "#Oyelaran Łukasz", Line1: "1 A Street That Has A Rather Long Name Indeed", City: "Boston", Region: "MA", PostalCode: "02139", Country: "US"}}}},
		{Channel: "Etsy", Number: "#1003", Placed: commerce.Stamp{At: instant("2026-03-13T23:59:30.250Z"), Precision: commerce.PrecisionMillisecond, Zone: "-08:00", ZoneSource: commerce.ZoneFromFile},
			Currency: "JPY", Subtotal: amount(5000), Total: amount(5500), Tax: amount(500), Held: true, Financial: order.Paid, Fulfillment: order.Unfulfilled,
			Lines:   []order.Line{{Position: 1, SKU: "TEA", Title: "Tea\nfine", Quantity: "2.5", UOM: "kg", UnitPrice: "2000", Total: amount(5000)}},
			Parties: []order.Party{{Role: order.Buyer, Contact: customer.Contact{Name: "山田 太郎", Company: "山田商店"}}, {Role: order.ShipTo, Contact: customer.Contact{Name: "山田 太郎", Line1: "1-1", City: "東京", PostalCode: "100-0001", Country: "JP", Note: "Ring twice;\nthen wait"}}}},
	}
}

// drawText draws what a merchant's data may hold and spreadsheets stumble over.
func drawText(t *rapid.T, what string) string {
	text := rapid.OneOf(rapid.Just(""), rapid.StringMatching(`'{0,2}[=+\-@'"0]{0,2}[A-Za-z0-9 ,;\t"'|é山€\n]{0,8}`), rapid.SampledFrom([]string{"02139", "1E5", "=1+1", "'02139", "-5", "+44 20", "@x", "a\"b", "TRUE", "2026-03-01"})).Draw(t, what)
	return strings.TrimSpace(text)
}

func drawAmount(t *rapid.T, what string) commerce.Amount {
	if rapid.Bool().Draw(t, what+" stated") {
		return amount(rapid.Int64Range(-100_000, 9_000_000).Draw(t, what))
	}
	return commerce.Amount{}
}

func drawInstant(t *rapid.T, what string) commerce.Instant {
	if rapid.Bool().Draw(t, what+" stated") {
		return commerce.Instant(rapid.Int64Range(1_000_000_000_000, 1_800_000_000_000).Draw(t, what))
	}
	return 0
}

func drawContact(t *rapid.T, what string) (c customer.Contact) {
	for _, f := range customer.Fields {
		*f.Of(&c) = drawText(t, what+" "+f.Name)
	}
	return c
}

func drawOrder(t *rapid.T, i int) order.Order {
	o := order.Order{Channel: rapid.SampledFrom([]string{"Etsy", "Shop, main", "=Odd"}).Draw(t, "channel"), Number: fmt.Sprintf("%s%d", rapid.SampledFrom([]string{"#", "=", "00", "'", "A-"}).Draw(t, "number"), 1000+i),
		ExternalID: rapid.SampledFrom([]string{"", fmt.Sprintf("000%d", i)}).Draw(t, "external"),
		Placed: commerce.Stamp{At: commerce.Instant(rapid.Int64Range(1_000_000_000_000, 1_800_000_000_000).Draw(t, "placed")), Precision: rapid.SampledFrom([]commerce.Precision{"millisecond", "second", "minute", "day"}).Draw(t, "precision"),
			Zone: rapid.SampledFrom([]string{"+00:00", "-08:00", "Europe/Berlin", "UTC"}).Draw(t, "zone"), ZoneSource: rapid.SampledFrom([]commerce.ZoneSource{"file", "option", "channel", "workspace"}).Draw(t, "zone source")},
		Currency: rapid.SampledFrom([]commerce.Currency{"USD", "JPY", "KWD"}).Draw(t, "currency"), Held: rapid.Bool().Draw(t, "held"),
		Financial:      rapid.SampledFrom([]order.Financial{"", "pending", "authorized", "partially_paid", "paid", "partially_refunded", "refunded", "voided"}).Draw(t, "financial"),
		Fulfillment:    rapid.SampledFrom([]order.Fulfillment{"", "unfulfilled", "partial", "fulfilled", "restocked"}).Draw(t, "fulfillment"),
		ShippingMethod: drawText(t, "method"), PaymentMethod: drawText(t, "payment"), DiscountCode: drawText(t, "code"), Source: drawText(t, "source"), Risk: drawText(t, "risk"),
		PaidAt: drawInstant(t, "paid"), FulfilledAt: drawInstant(t, "fulfilled"), CancelledAt: drawInstant(t, "cancelled"), ShipBy: drawInstant(t, "ship by"),
		Tags: rapid.SampledFrom([][]string{nil, {"vip"}, {"=gift", "vip"}, {"'x"}}).Draw(t, "tags")}
	for _, a := range []*commerce.Amount{&o.Subtotal, &o.Shipping, &o.Tax, &o.Discount, &o.Total, &o.Refunded, &o.Outstanding} {
		*a = drawAmount(t, "amount")
	}
	for n := range rapid.IntRange(0, 3).Draw(t, "lines") {
		o.Lines = append(o.Lines, drawLine(t, n, o.Currency))
	}
	for _, role := range []order.Role{order.Buyer, order.ShipTo, order.BillTo} {
		o.SetParty(role, drawContact(t, string(role)))
	}
	return o
}

func drawLine(t *rapid.T, n int, currency commerce.Currency) order.Line {
	l := order.Line{Position: n + 1, SKU: drawText(t, "sku"), Title: drawText(t, "title"), BuyerItemCode: drawText(t, "item code"), Quantity: rapid.SampledFrom([]commerce.Decimal{"1", "2", "2.5", "0.001", "12000"}).Draw(t, "quantity"),
		UOM: rapid.SampledFrom([]string{"each", "kg"}).Draw(t, "uom"), Fulfillment: rapid.SampledFrom([]order.Fulfillment{"", "unfulfilled", "fulfilled"}).Draw(t, "state"),
		Total: drawAmount(t, "total"), Discount: drawAmount(t, "discount"), Tax: drawAmount(t, "tax"), Shipping: drawAmount(t, "shipping")}
	if rapid.Bool().Draw(t, "line id") {
		l.ExternalID = fmt.Sprintf("%s%d", rapid.SampledFrom([]string{"L", "=", "0"}).Draw(t, "line id"), n)
	}
	if rapid.Bool().Draw(t, "priced") {
		l.UnitPrice = rapid.SampledFrom([]commerce.Decimal{"12.00", "0.125", "1234.5678", "3"}).Draw(t, "price").Padded(currency.Exponent())
	}
	return l
}
