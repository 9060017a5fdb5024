package inventory

import (
	"cmp"
	"math/big"
	"slices"

	"tradepost/backend/commerce"
)

// Costing works out what goods cost from the ledger alone: entries in the order in which they were recorded, and what those cost that were
// bought. So it can be made anew at any time, for any instant, and is never wrong by what somebody forgot to update. Goods whose cost nobody
// stated (a count found them) are taken to cost what the others there do, else what such goods last cost, else what Standard says. Whatever happens, In is
// Out, and what lies there, and what is on the road.
type Costing struct {
	Method   Method
	Standard func(variantID int64, q Quantity) (value int64, known bool)
	// Tell is told of each entry what its goods cost, as far as that was known when it was recorded; nil is nobody.
	Tell    func(e Entry, w Worth)
	In      int64 // what all that came in cost
	Out     int64 // what all that left cost
	Sold    map[Sold]Worth
	shelves map[spot]*Shelf
	road    map[int64]*Shelf // on the way between locations, by variant
	gone    map[int64]*taking
	groups  map[group][]int64
	last    map[int64]Worth // what a variant last came in at
	opened  map[int64]Layer // as entries opened them
}

// Sold is a line of an order, and a variant that it sold: a kit's line sells several.
type Sold struct{ LineID, VariantID int64 }

type spot struct{ variant, location int64 }

// taking is what an entry took, for the one that brings it back.
type taking struct {
	kind   Kind
	sold   Sold
	cause  Cause
	pieces []piece
}

// piece is a part of it: out of which layer, or owed, as nothing was there.
type piece struct {
	layer int64
	at    spot
	owed  bool
	Worth
}

// group is what brings entries back that it does not name: the return of a line, the correction of a count.
type group struct {
	sold  Sold
	count int64
	at    spot
}

// NewCosting begins with nothing known.
func NewCosting(method Method, standard func(variantID int64, q Quantity) (int64, bool)) *Costing {
	return &Costing{Method: method, Standard: standard, Sold: map[Sold]Worth{}, shelves: map[spot]*Shelf{}, road: map[int64]*Shelf{}, gone: map[int64]*taking{},
		groups: map[group][]int64{}, last: map[int64]Worth{}, opened: map[int64]Layer{}}
}

// Work goes through entries as they were recorded.
func (c *Costing) Work(all []Costed) {
	for i := 0; i < len(all); {
		n := 1
		for i+n < len(all) && together(all[i], all[i+n]) {
			n++
		}
		if assembles(all[i]) {
			c.assemble(all[i : i+n])
		} else {
			c.add(all[i])
		}
		i += n
	}
}

func assembles(e Costed) bool { return e.Kind == Assembly }

func together(a, b Costed) bool {
	return assembles(a) && assembles(b) && a.Cause.Kind == b.Cause.Kind && a.Cause.ID == b.Cause.ID
}

func (c *Costing) add(e Costed) {
	switch {
	case e.OnHand < 0:
		c.tell(e, c.leave(e))
	case e.OnHand > 0:
		c.tell(e, c.come(e))
	}
}

func (c *Costing) tell(e Costed, w Worth) {
	if c.Tell != nil {
		c.Tell(e.Entry, w)
	}
}

func spotOf(e Costed) spot { return spot{e.VariantID, e.LocationID} }

func (c *Costing) shelf(at spot) *Shelf {
	s := c.shelves[at]
	if s == nil {
		s = &Shelf{VariantID: at.variant, LocationID: at.location}
		c.shelves[at] = s
	}
	return s
}

func (c *Costing) onRoad(variantID int64) *Shelf {
	s := c.road[variantID]
	if s == nil {
		s = &Shelf{VariantID: variantID}
		c.road[variantID] = s
	}
	return s
}

// leave takes goods off a shelf, and gives what they cost.
func (c *Costing) leave(e Costed) Worth {
	s, q := c.shelf(spotOf(e)), -e.OnHand
	g := &taking{kind: e.Kind, cause: e.Cause, pieces: c.takeOff(s, e, q)}
	sum := worthOf(g.pieces)
	if rest := q - sum.Quantity; rest > 0 {
		owed := piece{at: spotOf(e), owed: true, Worth: Worth{rest, 0, rest}}
		g.pieces = append(g.pieces, owed)
		s.debts = append(s.debts, debt{e.ID, rest})
		s.Short += rest
		sum = sum.Plus(owed.Worth)
	}
	c.gone[e.ID] = g
	c.send(e, g, sum)
	return sum
}

// send says where goods that left went.
func (c *Costing) send(e Costed, g *taking, sum Worth) {
	switch was := c.gone[e.Reverses]; {
	case e.Kind == TransferOut:
		c.onRoad(e.VariantID).put(layerOf(e, sum), sum)
	case was != nil && was.kind == TransferIn: // it is on its way again
		e.Cause = was.cause
		c.onRoad(e.VariantID).put(layerOf(e, sum), sum)
	case e.Kind != Assembly:
		c.Out += sum.Value
	}
	key := group{at: spotOf(e), count: e.CountID}
	if e.Kind == Sale && e.CountID == 0 {
		g.sold = Sold{e.Cause.Line, e.VariantID}
		key = group{sold: g.sold}
		c.Sold[g.sold] = c.Sold[g.sold].Plus(sum)
	}
	if key.count != 0 || key.sold != (Sold{}) {
		c.groups[key] = append(c.groups[key], e.ID)
	}
}

// takeOff takes goods out of the layers: first of those that the entry opened which this one takes back, or the count that it is of, then the
// oldest.
func (c *Costing) takeOff(s *Shelf, e Costed, q Quantity) (pieces []piece) {
	if was, ok := c.opened[e.Reverses]; ok && c.Method == Average && len(s.Layers) > 0 && q < s.Layers[0].Left.Quantity {
		pool := &s.Layers[0].Left
		unknown := max(min(was.Came.Unknown, q), pool.Unknown-(pool.Quantity-q)) // of the rest no more than there is
		part := Worth{q, min(was.Came.Of(q), pool.Value), min(unknown, pool.Unknown)}
		*pool = pool.Minus(part)
		return []piece{{layer: s.Layers[0].EntryID, at: spotOf(e), Worth: part}}
	}
	for _, own := range []bool{true, false} {
		for _, l := range s.Layers {
			if x := min(q, l.Left.Quantity); x > 0 && (!own || l.EntryID == e.Reverses || l.count != 0 && l.count == e.CountID) {
				pieces = append(pieces, piece{layer: l.EntryID, at: spotOf(e), Worth: l.Left.take(x)})
				q -= x
			}
		}
	}
	s.tidy()
	return pieces
}

// tidy forgets layers of which nothing is left.
func (s *Shelf) tidy() {
	s.Layers = slices.DeleteFunc(s.Layers, func(l *Layer) bool { return l.Left.Quantity == 0 })
}

func worthOf(pieces []piece) (sum Worth) {
	for _, p := range pieces {
		sum = sum.Plus(p.Worth)
	}
	return sum
}

// come puts goods on a shelf: at the cost at which they left where they come back, else at what they cost. It gives what they cost.
func (c *Costing) come(e Costed) (sum Worth) {
	switch was := c.gone[e.Reverses]; {
	case was != nil && was.kind == TransferOut:
		sum = c.arrive(e, e.OnHand, func(l *Layer) bool { return l.EntryID == e.Reverses })
	case was != nil:
		sum = c.restore(e, []int64{e.Reverses}, e.OnHand)
	case e.CountID != 0:
		sum = c.restore(e, c.groups[group{at: spotOf(e), count: e.CountID}], e.OnHand)
	case e.Kind == Return:
		sum = c.restore(e, c.groups[group{sold: Sold{e.Cause.Line, e.VariantID}}], e.OnHand)
	case e.Kind == TransferIn:
		sum = c.arrive(e, e.OnHand, func(l *Layer) bool { return l.cause.Kind == e.Cause.Kind && l.cause.ID == e.Cause.ID })
		sum = sum.Plus(c.arrive(e, e.OnHand-sum.Quantity, func(*Layer) bool { return true }))
	}
	if rest := e.OnHand - sum.Quantity; rest > 0 {
		w := c.worth(e, rest)
		c.In += w.Value
		c.put(e, e.ID, w)
		sum = sum.Plus(w)
	}
	if e.Kind == TransferIn {
		c.gone[e.ID] = &taking{kind: e.Kind, cause: e.Cause}
	}
	return sum
}

// worth is what goods cost that came in.
func (c *Costing) worth(e Costed, q Quantity) Worth {
	w := Worth{Quantity: q, Unknown: q}
	if e.Cost.Stated {
		w = Worth{Quantity: q, Value: Worth{Quantity: e.OnHand, Value: e.Cost.Minor}.Of(q)}
		c.last[e.VariantID] = w
	} else if value, known := c.estimate(e.Entry, q); known {
		w = Worth{Quantity: q, Value: value}
	}
	return w
}

// estimate is what goods cost of which nobody said: what lies there, what came last, what the product is said to.
func (c *Costing) estimate(e Entry, q Quantity) (value int64, known bool) {
	there := c.shelf(spot{e.VariantID, e.LocationID}).Worth()
	if there.Quantity > 0 && there.Unknown == 0 {
		return there.Of(q), true
	}
	if was := c.last[e.VariantID]; was.Quantity > 0 {
		return was.Of(q), true
	}
	if c.Standard == nil {
		return 0, false
	}
	return c.Standard(e.VariantID, q)
}

// put puts goods on a shelf, after what is short there.
func (c *Costing) put(e Costed, layer int64, w Worth) {
	s := c.shelf(spotOf(e))
	if layer == e.ID {
		c.opened[e.ID] = layerOf(e, w.Plus(c.opened[e.ID].Came))
	}
	for len(s.debts) > 0 && w.Quantity > 0 {
		c.cover(s, e, layer, &w)
	}
	if w.Quantity == 0 {
		return
	}
	if c.Method == Average && len(s.Layers) > 0 {
		l := s.Layers[0]
		l.Left = l.Left.Plus(w)
		l.Came = l.Left
		return
	}
	s.put(c.opened[layer], w)
}

func layerOf(e Costed, came Worth) Layer {
	return Layer{EntryID: e.ID, At: e.OccurredAt, Came: came, cause: e.Cause, count: e.CountID}
}

// put adds goods to a layer, or opens it where it belongs: the older entry first.
func (s *Shelf) put(layer Layer, w Worth) {
	i, found := slices.BinarySearchFunc(s.Layers, layer.EntryID, func(l *Layer, id int64) int { return cmp.Compare(l.EntryID, id) })
	if !found {
		s.Layers = slices.Insert(s.Layers, i, &layer)
	}
	s.Layers[i].Came = layer.Came
	s.Layers[i].Left = s.Layers[i].Left.Plus(w)
}

// cover makes up for the first that is short by goods of a layer: those left, and now it is known what they cost.
func (c *Costing) cover(s *Shelf, e Costed, layer int64, w *Worth) {
	d := &s.debts[0]
	part := w.take(min(d.quantity, w.Quantity))
	g := c.gone[d.entryID]
	i := slices.IndexFunc(g.pieces, func(p piece) bool { return p.owed && p.at == spotOf(e) })
	known := Worth{0, part.Value, part.Unknown - part.Quantity}
	g.pieces[i].Worth = g.pieces[i].Minus(Worth{part.Quantity, 0, part.Quantity})
	g.pieces = slices.Insert(g.pieces, i, piece{layer: layer, at: spotOf(e), Worth: part})
	if g.pieces[i+1].Quantity == 0 {
		g.pieces = slices.Delete(g.pieces, i+1, i+2)
	}
	c.Out += part.Value
	if g.sold != (Sold{}) {
		c.Sold[g.sold] = c.Sold[g.sold].Plus(known)
	}
	s.Short -= part.Quantity
	if d.quantity -= part.Quantity; d.quantity == 0 {
		s.debts = s.debts[1:]
	}
}

// restore brings back what entries took, the last first, at the cost at which it left, and gives what that was.
func (c *Costing) restore(e Costed, from []int64, q Quantity) (done Worth) {
	for _, id := range slices.Backward(from) {
		g := c.gone[id]
		for i := len(g.pieces) - 1; i >= 0 && done.Quantity < q; i-- {
			p := &g.pieces[i]
			if p.owed && p.at != spotOf(e) {
				continue // it is still owed where it left
			}
			part := p.take(min(q-done.Quantity, p.Quantity))
			done = done.Plus(part)
			if g.sold != (Sold{}) {
				c.Sold[g.sold] = c.Sold[g.sold].Minus(part)
			}
			c.giveBack(e, id, *p, part)
		}
		g.pieces = slices.DeleteFunc(g.pieces, func(p piece) bool { return p.Quantity == 0 })
	}
	return done
}

// giveBack puts a part of what left where it was: into its layer, or off what is owed.
func (c *Costing) giveBack(e Costed, entryID int64, p piece, part Worth) {
	if p.owed {
		s := c.shelf(p.at)
		i := slices.IndexFunc(s.debts, func(d debt) bool { return d.entryID == entryID })
		s.Short -= part.Quantity
		if s.debts[i].quantity -= part.Quantity; s.debts[i].quantity == 0 {
			s.debts = slices.Delete(s.debts, i, i+1)
		}
		return
	}
	c.Out -= part.Value
	layer := p.layer
	if p.at != spotOf(e) {
		layer = e.ID
	}
	c.put(e, layer, part)
}

// arrive takes goods off the road that fit, and puts them on a shelf; it gives what they are.
func (c *Costing) arrive(e Costed, q Quantity, fits func(*Layer) bool) (done Worth) {
	road := c.onRoad(e.VariantID)
	for _, l := range road.Layers {
		if x := min(q-done.Quantity, l.Left.Quantity); x > 0 && fits(l) {
			part := l.Left.take(x)
			c.put(e, e.ID, part)
			done = done.Plus(part)
		}
	}
	road.tidy()
	return done
}

// assemble makes goods out of others: what went in is what came out of it.
func (c *Costing) assemble(all []Costed) {
	var in Worth
	var made []Costed
	for _, e := range all {
		if e.OnHand < 0 {
			w := c.leave(e)
			c.tell(e, w)
			in = in.Plus(w)
		} else if e.OnHand > 0 {
			made = append(made, e)
		}
	}
	if len(made) == 0 {
		c.Out += in.Value
	}
	for i, value := range commerce.Spread(in.Value, c.shares(made)) {
		w := Worth{Quantity: made[i].OnHand, Value: value}
		if in.Unknown > 0 {
			w.Unknown = w.Quantity
		} else {
			c.last[made[i].VariantID] = w
		}
		c.tell(made[i], w)
		c.put(made[i], made[i].ID, w)
	}
}

// shares is by what the parts of a kit share its cost: what such goods cost by themselves, or their number where that is not known of all.
func (c *Costing) shares(made []Costed) []*big.Rat {
	byCost, byNumber := make([]*big.Rat, len(made)), make([]*big.Rat, len(made))
	all := true
	for i, e := range made {
		value, known := c.estimate(e.Entry, e.OnHand)
		byCost[i], byNumber[i] = big.NewRat(value, 1), big.NewRat(int64(e.OnHand), 1)
		all = all && known && value > 0
	}
	if all {
		return byCost
	}
	return byNumber
}

// Shelves lists where something lies or is short, by variant and location.
func (c *Costing) Shelves() []*Shelf {
	return inOrder(c.shelves)
}

// Road lists what is on its way between locations, by variant.
func (c *Costing) Road() []*Shelf {
	return inOrder(c.road)
}

func inOrder[K comparable](shelves map[K]*Shelf) []*Shelf {
	all := []*Shelf{}
	for _, s := range shelves {
		if len(s.Layers) > 0 || s.Short > 0 {
			all = append(all, s)
		}
	}
	slices.SortFunc(all, func(a, b *Shelf) int {
		return cmp.Or(cmp.Compare(a.VariantID, b.VariantID), cmp.Compare(a.LocationID, b.LocationID))
	})
	return all
}
