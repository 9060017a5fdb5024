package intake_test

import (
	"slices"
	"strings"
	"testing"

	"tradepost/backend/intake"
)

const (
	variants = `SELECT v.sku, v.title, CASE v.price WHEN '' THEN '-' ELSE v.price END, CASE v.currency WHEN '' THEN '-' ELSE v.currency END, 'of', p.title, p.vendor FROM variant v JOIN product p ON p.id = v.product_id ORDER BY v.id`
	levels   = `SELECT v.sku, l.name, s.on_hand FROM stock_level s JOIN variant v ON v.id = s.variant_id JOIN location l ON l.id = s.location_id ORDER BY 1, 2`
	ledger   = `SELECT v.sku, m.kind, m.quantity FROM stock_movement m JOIN variant v ON v.id = m.variant_id ORDER BY m.id`
	states   = `SELECT o.number, o.fulfillment_status, o.stage, l.sku, l.fulfillment_status FROM orders o JOIN order_line l ON l.order_id = o.id ORDER BY o.id, l.position`
	linked   = `SELECT g.sku, COALESCE(v.sku, '-'), g.pack_multiple, g.linked_by FROM listing g LEFT JOIN variant v ON v.id = g.variant_id ORDER BY g.sku`
	people   = `SELECT k.name, k.email, k.phone, k.version FROM customer c JOIN contact k ON k.id = c.contact_id ORDER BY c.id`
)

func verdicts(t *testing.T, did took, want ...intake.Verdict) {
	t.Helper()
	if !slices.Equal(did.verdicts, want) {
		t.Errorf("verdicts %v instead of %v: %v", did.verdicts, want, did.problems)
	}
}

func nothingLeft(t *testing.T, h *shop, did took) {
	t.Helper()
	if _, left := h.undo(did); len(left) > 0 {
		t.Errorf("undoing %s leaves %v", did.kind, left)
	}
}

func TestProductsComeChangeAndGo(t *testing.T) {
	h := opened(t)
	h.ordered("#1", "a@example.com", "MUG-B:1")
	before := h.world()
	made := h.states(intake.Products, "sku=MUG-A product.handle=mug product.title=Cup product.vendor=Pot price=3.50 currency=USD option1.name=Colour option1.value=A",
		"sku=MUG-B product.handle=mug product.title=Cup option1.value=B", "sku=MUG-A price=3.5")
	verdicts(t, made, intake.New, intake.New, intake.Same)
	h.is(variants, "MUG-A Cup 3.50 USD of Cup Pot", "MUG-B Cup - - of Cup Pot")
	h.is(`SELECT unlinked FROM orders`, "0")
	changed := h.states(intake.Products, "sku=MUG-A product.vendor=Pots price=4 product.title=", "sku=MUG-A price=[clear] product.vendor=Pots")
	verdicts(t, changed, intake.Changed, intake.Changed)
	h.is(variants, "MUG-A Cup - USD of Cup Pots", "MUG-B Cup - - of Cup Pots")
	nothingLeft(t, h, changed)
	h.is(variants, "MUG-A Cup 3.50 USD of Cup Pot", "MUG-B Cup - - of Cup Pot")
	nothingLeft(t, h, made)
	if after := h.world(); !slices.Equal(before, after) {
		t.Errorf("the world differs:\n%s", differences(before, after))
	}
	h.sound("undoing products")
}

func TestAVariantIsFoundBySKUThenGTINThenOptions(t *testing.T) {
	h := opened(t)
	h.states(intake.Products, "sku=A gtin=111 product.handle=shirt option1.value=S", "sku=B gtin=222 product.handle=shirt option1.value=M", "product.handle=cap title=Cap")
	did := h.states(intake.Products, "sku=A title=bySKU", "gtin=222 title=byGTIN", "product.handle=shirt option1.value=S title=byOptions", "sku=CAP product.handle=cap",
		"sku=NEW product.handle=shirt", "sku=B2 gtin=222", "sku=M2 product.handle=shirt option1.value=M")
	verdicts(t, did, intake.Changed, intake.Changed, intake.Changed, intake.Changed, intake.New, intake.New, intake.Changed)
	h.is(`SELECT sku, title FROM variant ORDER BY id`, "A byOptions", "M2 byGTIN", "CAP Cap", "NEW ", "B2 ")
	h.is(`SELECT count(*) FROM product`, "3")
}

// Variants that were made one by one become those of one product when the channel says that they are.
func TestAVariantMovesToTheProductOfItsHandle(t *testing.T) {
	h := opened(t)
	h.states(intake.Products, "sku=S title=Shirt", "sku=M title=Shirt")
	before := h.world()
	moved := h.states(intake.Products, "sku=S product.handle=shirt", "sku=M product.handle=shirt", "sku=L product.handle=shirt")
	verdicts(t, moved, intake.Changed, intake.Changed, intake.New)
	h.is(`SELECT count(DISTINCT product_id) FROM variant`, "1")
	nothingLeft(t, h, moved)
	if after := h.world(); !slices.Equal(before, after) {
		t.Errorf("the world differs:\n%s", differences(before, after))
	}
}

func TestModes(t *testing.T) {
	h := opened(t)
	h.states(intake.Products, "sku=A title=One")
	one, two := intake.Received{Stated: stated("sku=A title=Two")}, intake.Received{Stated: stated("sku=B title=Two")}
	verdicts(t, h.takes(intake.Products, intake.ModeNew, one, two), intake.Skipped, intake.New)
	verdicts(t, h.takes(intake.Products, intake.ModeUpdate, one, intake.Received{Stated: stated("sku=C")}), intake.Changed, intake.Skipped)
	h.is(`SELECT sku, title FROM variant ORDER BY id`, "A Two", "B Two")
}

func TestPrices(t *testing.T) {
	h := opened(t)
	h.states(intake.Products, "sku=A price=3 currency=USD cost=1", "sku=B")
	priced := h.states(intake.Prices, "sku=A price=4.00", "sku=B price=5.00 currency=EUR", "sku=A cost=[clear]", "sku=A price=4")
	verdicts(t, priced, intake.Changed, intake.Changed, intake.Changed, intake.Same)
	h.is(`SELECT sku, price, cost, currency FROM variant ORDER BY id`, "A 4.00  USD", "B 5.00  EUR")
	nothingLeft(t, h, priced)
	h.is(`SELECT sku, price, cost, currency FROM variant ORDER BY id`, "A 3 1 USD", "B   ")
}

func TestUnfitRecordsSayWhy(t *testing.T) {
	h := opened(t)
	h.states(intake.Products, "sku=A gtin=1 price=3 cost=1 currency=USD", "sku=B gtin=1", "sku=TWICE")
	h.rows(`INSERT INTO variant (product_id, sku, sku_key, title, created_at, seq) SELECT product_id, 'TWICE', 'twice', 'Other', 1, 1 FROM variant LIMIT 1 RETURNING id`)
	h.ordered("#1", "", "A:2", "B:1")
	for _, c := range []struct {
		kind       intake.Kind
		text, code string
	}{
		{intake.Products, "title=Nameless", "missing"}, {intake.Products, "sku=TWICE title=x", "ambiguous_sku"}, {intake.Products, "gtin=1 title=x", "ambiguous_gtin"},
		{intake.Products, "sku=NEW price=3", "currency_missing"}, {intake.Products, "sku=A price=-1", "negative"}, {intake.Products, "sku=A price=3 currency=EUR", "mixed_currencies"},
		{intake.Prices, "sku=NONE price=1", "unknown_sku"}, {intake.Prices, "gtin=9 price=1", "unknown_gtin"},
		{intake.StockCounts, "sku=NONE on_hand=1", "unknown_sku"}, {intake.StockCounts, "sku=A on_hand=-1", "negative_count"}, {intake.StockCounts, "sku=A", "missing"},
		{intake.StockCounts, "sku=A on_hand=1.0000001", "not_a_quantity"}, {intake.Tracking, "order_number=#9 tracking=T", "unknown_order"},
		{intake.Tracking, "order_number=#1 tracking=T line_sku=C", "unknown_line"}, {intake.Tracking, "order_number=#1 tracking=T line_sku=A quantity=3", "too_many"},
		{intake.Tracking, "order_number=#1 tracking=T quantity=1", "missing"}, {intake.Tracking, "order_number=#1 tracking=T line_sku=A quantity=0", "not_positive"},
		{intake.Tracking, "order_number=#1", "missing"}, {intake.Links, "listing_sku=L sku=NONE", "unknown_sku"}, {intake.Links, "listing_sku=L sku=A pack_multiple=0", "not_positive"},
		{intake.Customers, "name=Nobody", "missing"},
	} {
		before := h.world()
		did := h.states(c.kind, c.text)
		if len(did.problems) != 1 || did.problems[0].Code != c.code {
			t.Errorf("%s %q: %v, %v", c.kind, c.text, did.verdicts, did.problems)
			continue
		}
		if p := did.problems[0]; p.Message == "" || p.Remedy == "" || p.Expected == "" || p.Found != "" && !strings.Contains(p.Message, "“"+p.Found+"”") && p.Found != intake.ClearToken {
			t.Errorf("%s %q says too little: %+v", c.kind, c.text, p)
		}
		if after := h.world(); !slices.Equal(before, after) {
			t.Errorf("%s %q changed the world:\n%s", c.kind, c.text, differences(before, after))
		}
	}
}

func TestStockIsALedger(t *testing.T) {
	h := opened(t)
	h.states(intake.Products, "sku=A", "sku=B")
	started := h.states(intake.StockCounts, "sku=A on_hand=5", "sku=A on_hand=5.000", "sku=B on_hand=0.5 location=Shelf")
	verdicts(t, started, intake.New, intake.Same, intake.New)
	h.is(levels, "A Main 5000000", "B Shelf 500000")
	first := h.states(intake.StockCounts, "sku=A on_hand=7")
	second := h.states(intake.StockCounts, "sku=A on_hand=4")
	h.is(ledger, "A start 5000000", "B start 500000", "A count 2000000", "A count -3000000")
	if _, left := h.undo(first); !slices.Equal(left, []string{"it was counted again since"}) {
		t.Errorf("left %v", left)
	}
	nothingLeft(t, h, second)
	nothingLeft(t, h, first)
	h.is(levels, "A Main 5000000", "B Shelf 500000")
	h.sound("undoing counts")
	nothingLeft(t, h, started)
	h.is(levels)
	h.is(`SELECT sum(quantity) FROM stock_movement`, "0")
	h.sound("undoing the start")
	verdicts(t, h.states(intake.StockCounts, "sku=A on_hand=3"), intake.New)
	h.is(levels, "A Main 3000000")
	h.sound("starting again")
}

// A count of this morning that comes in now says nothing of what was counted at noon, and what was counted then stands.
func TestACountHoldsForItsInstant(t *testing.T) {
	h := opened(t)
	h.states(intake.Products, "sku=A")
	h.states(intake.StockCounts, "sku=A on_hand=5 counted_at=2026-03-01T08:00:00Z")
	h.states(intake.StockCounts, "sku=A on_hand=9 counted_at=2026-03-03T08:00:00Z")
	between := h.states(intake.StockCounts, "sku=A on_hand=6 counted_at=2026-03-02T08:00:00Z", "sku=A on_hand=6 counted_at=2026-02-01T08:00:00Z")
	verdicts(t, between, intake.Changed, intake.Error)
	h.is(levels, "A Main 9000000")
	h.is(ledger, "A start 5000000", "A count 4000000", "A count 1000000", "A count -1000000")
	nothingLeft(t, h, between)
	h.is(levels, "A Main 9000000")
	h.sound("counts of the past")
}

func TestCustomers(t *testing.T) {
	h := opened(t)
	h.ordered("#1", "Known@Example.com", "A:1")
	before := h.world()
	came := h.states(intake.Customers, "external_id=7 name=Ada email=ada@example.com phone=+49_30_123", "email=known@example.com name=Known", "phone=0049/30_123 city=Berlin",
		"email=ADA@example.com name=Ada", "external_id=8 email=ada@example.com name=Another")
	verdicts(t, came, intake.New, intake.Changed, intake.Changed, intake.Same, intake.New)
	h.is(people, "Known known@example.com  1", "Ada ada@example.com +49 30 123 2", "Another ada@example.com  1")
	later := h.states(intake.Customers, "external_id=7 name=Ada_L. phone=[clear] email=")
	verdicts(t, later, intake.Changed)
	if c := later.changes[0]; len(c) != 2 || !c[0].Personal || c[0].From != 2 || c[0].To != 3 {
		t.Errorf("changes %+v", c)
	}
	h.is(`SELECT fields FROM change WHERE record_kind = 'customer' ORDER BY id DESC LIMIT 1`,
		`{"field":"phone","before":"","after":"","personal":true,"contact":2,"from":2,"to":3},{"field":"name","before":"","after":"","personal":true,"contact":2,"from":2,"to":3}`)
	nothingLeft(t, h, later)
	h.is(people, "Known known@example.com  1", "Ada ada@example.com +49 30 123 4", "Another ada@example.com  1")
	nothingLeft(t, h, came)
	if after := h.world(); !slices.Equal(before, after) {
		t.Errorf("the world differs:\n%s", differences(before, after))
	}
}

func TestACustomerWhoBoughtStays(t *testing.T) {
	h := opened(t)
	came := h.states(intake.Customers, "email=ada@example.com name=Ada")
	h.ordered("#1", "ada@example.com", "A:1")
	if _, left := h.undo(came); len(left) != 1 || !strings.Contains(left[0], "orders") {
		t.Errorf("left %v", left)
	}
	h.is(people, "Ada ada@example.com  1")
}

func TestTrackingShipsWhatIsLeft(t *testing.T) {
	h := opened(t)
	h.ordered("#1", "", "A:2", "B:1")
	before := h.world()
	part := h.states(intake.Tracking, "order_number=#1 tracking=T1 carrier=UPS line_sku=A quantity=1", "order_number=#1 tracking=T1 line_sku=A quantity=1")
	verdicts(t, part, intake.New, intake.Same)
	h.is(states, "#1 partial to_ship A partial", "#1 partial to_ship B ")
	rest := h.states(intake.Tracking, "order_number=#1 tracking=T2", "order_number=#1 tracking=T2", "order_number=1 tracking=T2 carrier=DHL")
	verdicts(t, rest, intake.New, intake.Same, intake.Changed)
	h.is(states, "#1 fulfilled shipped A fulfilled", "#1 fulfilled shipped B fulfilled")
	h.is(`SELECT s.tracking, i.quantity FROM shipment s JOIN package p ON p.shipment_id = s.id JOIN package_item i ON i.package_id = p.id ORDER BY s.id, i.line_id`, "T1 1", "T2 1", "T2 1")
	nothingLeft(t, h, part) // the first of two
	h.is(states, "#1 partial to_ship A partial", "#1 partial to_ship B fulfilled")
	nothingLeft(t, h, rest)
	if after := h.world(); !slices.Equal(before, after) {
		t.Errorf("the world differs:\n%s", differences(before, after))
	}
	h.sound("undoing shipments")
}

// Rows of one tracking number fill one package, line by line.
func TestOnePackageRowByRow(t *testing.T) {
	h := opened(t)
	h.ordered("#1", "", "A:2", "B:1")
	did := h.states(intake.Tracking, "order_number=#1 tracking=T line_sku=A quantity=1", "order_number=#1 tracking=T line_sku=B", "order_number=#1 tracking=T line_sku=A quantity=2")
	verdicts(t, did, intake.New, intake.Changed, intake.Changed)
	h.is(`SELECT count(*) FROM shipment`, "1")
	h.is(states, "#1 fulfilled shipped A fulfilled", "#1 fulfilled shipped B fulfilled")
	nothingLeft(t, h, did)
	h.is(states, "#1 unfulfilled to_ship A ", "#1 unfulfilled to_ship B ")
}

// An order that was shipped is not removed, nor a line that lies in a package.
func TestAShippedOrderStays(t *testing.T) {
	h := opened(t)
	came := h.ordered("#1", "", "A:1")
	h.states(intake.Tracking, "order_number=#1 tracking=T")
	if _, left := h.undo(came); !slices.Equal(left, []string{intake.ChangedSince}) {
		t.Errorf("left %v", left)
	}
	h.is(states, "#1 fulfilled shipped A fulfilled")
}

func TestLinks(t *testing.T) {
	h := opened(t)
	h.ordered("#1", "", "ETSY-1:1", "SAME:1")
	h.states(intake.Products, "sku=MUG", "sku=SAME")
	before := h.world()
	h.is(`SELECT unlinked FROM orders`, "1")
	did := h.states(intake.Links, "listing_sku=ETSY-1 sku=MUG pack_multiple=2", "listing_sku=LATER sku=MUG title=Later", "listing_sku=SAME sku=SAME", "listing_sku=SAME sku=MUG")
	verdicts(t, did, intake.Changed, intake.New, intake.Same, intake.Changed)
	h.is(linked, "ETSY-1 MUG 2 import", "LATER MUG 1 import", "SAME MUG 1 import")
	h.is(`SELECT unlinked FROM orders`, "0")
	h.sound("linking")
	nothingLeft(t, h, did)
	if after := h.world(); !slices.Equal(before, after) {
		t.Errorf("the world differs:\n%s", differences(before, after))
	}
	h.sound("undoing links")
}

func TestWhatSomethingElseChangedIsLeft(t *testing.T) {
	h := opened(t)
	made := h.states(intake.Products, "sku=A title=One price=1 currency=USD")
	changed := h.states(intake.Products, "sku=A title=Two price=2")
	h.states(intake.Prices, "sku=A price=3")
	if _, left := h.undo(changed); !slices.Equal(left, []string{"price was changed since"}) {
		t.Errorf("left %v", left)
	}
	h.is(`SELECT title, price FROM variant`, "One 3")
	if _, left := h.undo(made); !slices.Equal(left, []string{intake.ChangedSince}) {
		t.Errorf("left %v", left)
	}
}

// The quarantine is told apart by kind: a product called like an order does not clear it.
func TestQuarantineIsByKind(t *testing.T) {
	h := opened(t)
	h.states(intake.Prices, "sku=A price=1", "sku=A price=2")
	h.states(intake.Links, "listing_sku=A sku=NONE")
	h.is(`SELECT kind, name, status FROM message ORDER BY id`, "variant A superseded", "variant A quarantined", "listing A quarantined")
	h.states(intake.Products, "sku=A")
	h.is(`SELECT kind, name, status FROM message ORDER BY id`, "variant A superseded", "variant A superseded", "listing A quarantined", "variant A applied")
}
