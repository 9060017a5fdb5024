package export_test

import (
	"os"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"tradepost/backend/commerce"
	"tradepost/backend/order"
	"tradepost/backend/store"
	"tradepost/backend/tabular/export"
	"tradepost/build/proof"
)

// checks runs a property so many times: a sample, or the full number, which goes on where it was when it was stopped.
func checks(t *testing.T, name string, sample, full int, property func(*rapid.T)) {
	t.Helper()
	p := proof.Begin(t, name, 0)
	for !t.Failed() && p.Counts["checks"] < p.Size(sample, full) {
		n := min(25, p.Size(sample, full)-p.Counts["checks"])
		restore := proof.Checks(n)
		rapid.Check(t, property)
		restore()
		if !t.Failed() {
			p.Counts["checks"] += n
			p.Save()
		}
	}
}

// readAs says as which format each template that is read back is recognised.
var readAs = map[string]string{"tradepost.orders": "tradepost.orders", "tradepost.orders_no_people": "tradepost.orders", "orders.summary": "tradepost.summary",
	"lines.all": "tradepost.lines", "customers.all": "tradepost.customers", "products.all": "tradepost.products", "stock.all": "tradepost.stock"}

// TestEveryGeneralTemplateIsReadBack: runs are our own journal; the others with a target are for others.
func TestEveryGeneralTemplateIsReadBack(t *testing.T) {
	for _, tpl := range export.BuiltIn() {
		if general := tpl.Target == "" && tpl.Layout == "" && tpl.Kind != export.Runs && len(tpl.Sources) == 0; general != tpl.Reimport || general != (readAs[tpl.Key] != "") {
			t.Errorf("%s is general: %v, read back: %v as %q", tpl.Key, general, tpl.Reimport, readAs[tpl.Key])
		}
	}
}

// TestOwnExportsComeBackProof shows that what Tradepost writes of its own changes nothing when it is read back, in whatever
// format: every record is the same, and a second export is the same byte by byte.
func TestOwnExportsComeBackProof(t *testing.T) {
	base := t.TempDir()
	n := 0
	checks(t, "export-round-trip", 4, 300, func(t *rapid.T) {
		n++
		var orders []order.Order
		for i := range rapid.IntRange(1, 5).Draw(t, "orders") {
			orders = append(orders, drawOrder(t, i))
		}
		more := drawRecords(t)
		dir := base + "/" + strconv.Itoa(n)
		must(t, os.Mkdir(dir, 0o755))
		opened(t, dir, func(s *store.Store) {
			insert(t, s, orders...)
			more.insert(t, s)
			for _, tpl := range export.BuiltIn() {
				for _, format := range export.Formats {
					for _, guard := range []string{"on", "off"} {
						if tpl.Reimport && (guard == "on" || format == export.CSV || format == export.TSV) {
							tpl.Style.Guard = guard
							comesBack(t, s, export.Request{Template: tpl, Format: format, Name: "file." + string(format)}, orders)
						}
					}
				}
			}
		})
		must(t, os.RemoveAll(dir))
	})
}

func comesBack(t fatal, s *store.Store, request export.Request, orders []order.Order) {
	t.Helper()
	result, first := written(t, s, request)
	text := first.only(t)
	if result.Rows == 0 {
		return // there is nothing to tell the file by
	}
	i := imported(t, s, request.Name, text)
	if i.Format != readAs[request.Template.Key] || i.Counts.Same != sameRecords(request.Template.Kind, result, orders) || i.Counts.New+i.Counts.Changed+i.Counts.Error+i.Counts.Skipped != 0 {
		t.Fatalf("%s (%s, guard %s) comes back as %s: %+v, %v\n%s", request.Template.Key, request.Format, request.Template.Style.Guard, i.Format, i.Counts, i.Warnings, text)
	}
	_, second := written(t, s, request)
	if again := second.only(t); again != text {
		t.Fatalf("the second export differs:\n%s\ninstead of\n%s", again, text)
	}
}

// sameRecords is how many records a file holds: lines belong to their orders.
func sameRecords(kind export.Kind, result export.Result, orders []order.Order) (n int) {
	if kind != export.Lines {
		return int(result.Records)
	}
	for _, o := range orders {
		n += min(1, len(o.Lines))
	}
	return n
}

// TestOwnExportFillsAnEmptyWorkspace shows that the complete export holds everything an order states.
func TestOwnExportFillsAnEmptyWorkspaceProof(t *testing.T) {
	base := t.TempDir()
	n := 0
	checks(t, "export-refill", 4, 300, func(t *rapid.T) {
		n++
		var orders []order.Order
		for i := range rapid.IntRange(1, 4).Draw(t, "orders") {
			o := drawOrder(t, i)
			o.Placed.At = o.Placed.At/8*8 + commerce.Instant(i) // no two at once: ids decide then, and they differ
			orders = append(orders, o)
		}
		request := export.Request{Template: shipped(t, "tradepost.orders"), Name: "orders.csv"}
		request.Template.Columns = request.Template.Columns[1:] // ids differ between workspaces
		full := shipped(t, "tradepost.orders")
		var text, again, whole string
		from, to := base+"/from"+strconv.Itoa(n), base+"/to"+strconv.Itoa(n)
		must(t, os.Mkdir(from, 0o755))
		must(t, os.Mkdir(to, 0o755))
		opened(t, from, func(s *store.Store) {
			insert(t, s, orders...)
			_, m := written(t, s, request)
			text = m.only(t)
			_, m = written(t, s, export.Request{Template: full, Name: "orders.csv"})
			whole = m.only(t)
		})
		opened(t, to, func(s *store.Store) {
			if i := imported(t, s, "orders.csv", whole); i.Counts.New != len(orders) {
				t.Fatalf("of %d orders came %+v: %v", len(orders), i.Counts, i.Warnings)
			}
			_, m := written(t, s, request)
			again = m.only(t)
		})
		if again != text {
			t.Fatalf("the filled workspace exports\n%s\ninstead of\n%s", again, text)
		}
		must(t, os.RemoveAll(from))
		must(t, os.RemoveAll(to))
	})
}
