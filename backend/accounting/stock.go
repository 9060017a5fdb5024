package accounting

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/inventory"
)

// StockRule says how stock that moved without an order is posted. Its zero value posts nothing.
type StockRule struct {
	Post  bool   `json:"post"`
	From  string `json:"from"`  // the first day that is posted: YYYY-MM-DD
	Level Level  `json:"level"` // PerMovement, or PerDay: all of one reason on one day, summed up
	Value Valuer `json:"value"`
}

// PerMovement makes a document of each movement of stock.
const PerMovement Level = "movement"

// Valuer says whose costs goods are posted at that moved without an order.
type Valuer string

// The valuers.
const (
	// ByLedger tells the ledger system how many, and it values them as it values what is sold. What comes in of goods that it has no cost of it is told
	// the value of too: else it would take them in as worth nothing.
	ByLedger Valuer = "ledger"
	// ByLayers tells it the value by the layers that the goods came in at.
	ByLayers Valuer = "layers"
)

// Movement is goods that came or left by no document of an order: adjusted by a person, found or missed by a count, put together to kits or taken
// apart; or that taken back.
type Movement struct {
	ID       int64
	At       commerce.Instant
	Day      string         // YYYY-MM-DD in the workspace's zone
	Kind     inventory.Kind // Adjusted, Correction or Assembly
	Reason   string         // a person's
	SKU      string
	Quantity inventory.Quantity
	Value    commerce.Amount // what they cost, of the same sign; not stated is not known
	Currency commerce.Currency
	Problem  string // why it could not be posted when it was looked at last; "" is nothing
}

// Goods are so many of an item in a document of a ledger system; below zero they left.
type Goods struct {
	Item     string
	Quantity commerce.Decimal
}

// Unfit is a movement that cannot be posted, with the reason in words.
type Unfit struct {
	Movement Movement
	Problem  string
}

// stockRule gives the rule of stock, filled up.
func (m Mapping) stockRule() StockRule {
	r := m.Stock
	r.Level = cmp.Or(r.Level, PerDay)
	r.Value = cmp.Or(r.Value, ByLedger)
	return r
}

// Counted finds the items of a mapping whose stock the ledger system counts, by SKU, folded.
func (m Mapping) Counted(entries []Entry) map[string]Entry {
	byName := map[string]Entry{}
	for _, e := range entries {
		if e.Kind == ItemEntry && e.Active && slices.Contains(countedTypes, e.Type) {
			byName[Fold(e.Name)] = e
		}
	}
	items := map[string]Entry{}
	for sku, t := range m.Items {
		if e, counted := byName[Fold(t.Name)]; counted {
			items[sku] = e
		}
	}
	return items
}

// countedTypes are the types of items whose stock a ledger system counts.
var countedTypes = []string{"Inventory", "InventoryAssembly"}

// Adjust makes the documents of movements: one of each, or one of each reason and day. items are those of Counted; a movement of any other SKU is
// nobody's business there. What belongs to a closed day, or lacks an account, is unfit.
func (m Mapping) Adjust(movements []Movement, items map[string]Entry) (docs []Document, unfit []Unfit) {
	heaps := map[heap][]Movement{}
	for _, one := range movements {
		item, counted := items[Fold(one.SKU)]
		switch {
		case !counted:
		case m.Closed(one.Day):
			unfit = append(unfit, Unfit{one, "It belongs to a day up to " + m.ClosedUntil + ", and your books are closed until then. Open them in the mapping if it is still to be posted."})
		default:
			h := m.heapOf(one, item)
			heaps[h] = append(heaps[h], one)
		}
	}
	for _, h := range slices.SortedFunc(maps.Keys(heaps), heap.compare) {
		for part := range slices.Chunk(byItem(heaps[h], items), mostItems) {
			d := m.adjustment(h, part, items)
			switch err := d.Check(); {
			case err != nil:
				unfit = append(unfit, unfitAll(part, fault.Of(err).Message+" "+fault.Of(err).Remedy)...)
			case len(d.Lines) > 1:
				docs = append(docs, d)
			}
		}
	}
	return docs, unfit
}

// mostItems is how many items one document has lines of.
const mostItems = 200

func unfitAll(items [][]Movement, words string) (all []Unfit) {
	for _, one := range slices.Concat(items...) {
		all = append(all, Unfit{one, words})
	}
	return all
}

// heap is what one document holds: a movement, or those of a reason on a day. Those whose value is told are never in one document with others: ledger
// systems know adjustments of quantities, and of quantities and values.
type heap struct {
	day    string
	kind   inventory.Kind
	reason string
	valued bool
	id     int64
}

func (h heap) compare(o heap) int {
	valued := 0
	if h.valued != o.valued {
		valued = 1
		if o.valued {
			valued = -1
		}
	}
	return cmp.Or(cmp.Compare(h.day, o.day), cmp.Compare(h.id, o.id), cmp.Compare(h.kind, o.kind), cmp.Compare(h.reason, o.reason), valued)
}

func (m Mapping) heapOf(one Movement, item Entry) heap {
	r := m.stockRule()
	h := heap{day: one.Day, kind: one.Kind, reason: one.Reason, valued: m.told(one, item)}
	if r.Level == PerMovement {
		h.id = one.ID
	}
	return h
}

// told reports whether the value of a movement is told: never one that is not known, or in another currency than the books'.
func (m Mapping) told(one Movement, item Entry) bool {
	known := one.Value.Stated && (m.Home == "" || one.Currency == m.Home)
	unpriced := one.Quantity > 0 && item.Cost.Sign() <= 0
	return known && (m.stockRule().Value == ByLayers || unpriced)
}

// byItem lays movements together that are of one item, in the order of their names.
func byItem(all []Movement, items map[string]Entry) [][]Movement {
	groups := map[string][]Movement{}
	for _, one := range all {
		name := items[Fold(one.SKU)].Name
		groups[name] = append(groups[name], one)
	}
	sorted := make([][]Movement, 0, len(groups))
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		sorted = append(sorted, groups[name])
	}
	return sorted
}

// adjustment is the document of a heap: a line for each item, and one for the account on the other side. Where the value is not told the lines have no amounts.
func (m Mapping) adjustment(h heap, parts [][]Movement, items map[string]Entry) Document {
	d := Document{Kind: StockAdjustment, Reference: h.reference(), Number: h.number(), Day: h.day, Currency: m.Home, Memo: h.words(), Valued: h.valued}
	net := int64(0)
	for _, part := range parts {
		l := m.goodsLine(part, items[Fold(part[0].SKU)], h.valued)
		for _, one := range part {
			d.Movements = append(d.Movements, one.ID)
		}
		if l.Quantity != "0" || l.Net() != 0 {
			d.Lines = append(d.Lines, l)
		}
		net += l.Net()
	}
	other := credit(Adjustment, -net)
	other.Account, other.Text = m.Accounts[Adjustment].Name, h.words()
	d.Lines = append(d.Lines, other)
	return d
}

// goodsLine is the line of an item: what of it came is a debit of the account of stock.
func (m Mapping) goodsLine(part []Movement, item Entry, valued bool) Line {
	quantity, value := inventory.Quantity(0), int64(0)
	for _, one := range part {
		quantity += one.Quantity
		value += one.Value.Minor
	}
	if !valued {
		value = 0
	}
	l := credit(Inventory, -value)
	l.Account, l.Item, l.Text, l.Quantity = cmp.Or(item.Asset, m.Accounts[Inventory].Name), item.Name, part[0].SKU, quantity.Decimal()
	return l
}

// words say why goods of a heap moved.
func (h heap) words() string {
	switch h.kind {
	case inventory.Correction:
		return "Count"
	case inventory.Assembly:
		return "Kits"
	}
	return h.reason
}

// reference is ours of the document: by the movement, or by the day and the reason.
func (h heap) reference() string {
	if h.id != 0 {
		return "stock:" + strconv.FormatInt(h.id, 10)
	}
	return "stock:" + h.day + ":" + h.code()
}

// number is the document's for people, and short enough for QuickBooks with what tells a second one of the same day.
func (h heap) number() string {
	if h.id != 0 {
		return "A" + strconv.FormatInt(h.id, 10)
	}
	return "A" + strings.ReplaceAll(h.day, "-", "")[2:] + h.code()
}

// code is three characters for a reason, so that those of a day differ.
func (h heap) code() string {
	sum := fnv.New32a()
	_, _ = fmt.Fprint(sum, h.kind, "\n", h.reason, "\n", h.valued)
	text := strconv.FormatUint(uint64(sum.Sum32()), 36)
	return text[len(text)-3:]
}

// Unlike says in words which goods a ledger system has otherwise in a document than we say; "" is none, or that the document is about no goods.
func (d Document) Unlike(there []Goods) string {
	if d.Kind != StockAdjustment {
		return ""
	}
	is := map[string]inventory.Quantity{}
	for _, g := range there {
		q, _ := inventory.Parse(g.Quantity)
		is[g.Item] += q
	}
	var words []string
	for _, l := range d.Lines {
		said, _ := inventory.Parse(l.Quantity)
		if l.Item != "" && is[l.Item] != said {
			words = append(words, fmt.Sprintf("%s: %s there, %s here", l.Item, is[l.Item].Decimal(), said.Decimal()))
		}
		delete(is, l.Item)
	}
	for _, item := range slices.Sorted(maps.Keys(is)) {
		words = append(words, fmt.Sprintf("%s: %s there, none here", item, is[item].Decimal()))
	}
	return strings.Join(words, "; ")
}

// GoodsWords says in short which goods a document is about: one item with its quantity, or how many items; "" is none.
func (d Document) GoodsWords() string {
	var goods []Line
	for _, l := range d.Lines {
		if d.Kind == StockAdjustment && l.Item != "" {
			goods = append(goods, l)
		}
	}
	switch len(goods) {
	case 0:
		return ""
	case 1:
		return string(goods[0].Quantity) + " " + goods[0].Item
	}
	return strconv.Itoa(len(goods)) + " items"
}

// checkStock says what the rule of stock lacks.
func (m Mapping) checkStock() error {
	switch {
	case !m.Stock.Post:
		return nil
	case !isDay(m.Stock.From):
		return fault.New(fault.Invalid, "It is not said from which day on stock adjustments are posted.", "Choose the day; what your books have of before stays as it is.").InField("stock")
	case m.Accounts[Adjustment].Name == "":
		return fault.New(fault.Invalid, "No account is set for "+Adjustment.Words()+".", "Choose one.").InField(string(Adjustment))
	}
	return nil
}
