package format

import (
	"context"

	"tradepost/backend/tabular/delimited"
)

// joinScattered collects, in a pass of its own, the rows of orders whose rows do not stand together. Without such
// orders it does nothing.
func (r *reading) joinScattered(ctx context.Context, src Source) error {
	if len(r.rec.survey.scattered) == 0 {
		return nil
	}
	j := &joiner{reading: r, byKey: map[string]*scatteredKey{}}
	_, err := eachRecord(ctx, src, r.rec, r.rec.survey.dialect, func(in rowReader, damage *delimited.Problem) error {
		return j.take(r.item(in, damage))
	})
	if err != nil {
		return err
	}
	r.inside, r.joined = false, j.orders()
	return nil
}

// isScattered tells whether a row belongs to a scattered order: by its key, or by going on with such a row.
func (r *reading) isScattered(key string, carries bool) bool {
	if len(r.rec.survey.scattered) == 0 {
		return false
	}
	if key != "" || carries {
		_, r.inside = r.rec.survey.scattered[hashKey(key)]
		r.inside = r.inside && key != ""
	}
	return r.inside
}

// takeScattered gives a scattered order away where its first row stands; its other rows are already in it.
func (r *reading) takeScattered(it item) error {
	if err := r.flush(); err != nil {
		return err
	}
	r.group = grouper[string]{}
	items, first := r.joined[it.row.Number]
	if !first {
		return nil
	}
	delete(r.joined, it.row.Number)
	return r.give(items)
}

// joiner collects scattered rows by key.
type joiner struct {
	reading *reading
	byKey   map[string]*scatteredKey
	current *scatteredKey
	held    int
}

// scatteredKey holds the rows of one key, split into orders by the part they state.
type scatteredKey struct {
	orders  []*scatteredOrder
	current *scatteredOrder
}

type scatteredOrder struct {
	part  string
	items []item
}

func (j *joiner) take(it item) error {
	key, part, carries := j.reading.keys(it)
	if !j.reading.isScattered(key, carries) {
		return nil
	}
	if j.held += size(it); j.held > maxHeld {
		return tooMuch("The rows of the same orders are spread over the file, more of them than can be held.")
	}
	if key != "" {
		if j.current = j.byKey[key]; j.current == nil {
			j.current = &scatteredKey{}
			j.byKey[key] = j.current
		}
	}
	j.current.add(it, part)
	return nil
}

// add puts a row to the order of its part; a row without a part to the order met last.
func (k *scatteredKey) add(it item, part string) {
	if part != "" || k.current == nil {
		k.current = k.find(part)
	}
	k.current.items = append(k.current.items, it)
}

// find gives the order of a part. An order that has not stated its part yet takes the first one stated.
func (k *scatteredKey) find(part string) *scatteredOrder {
	for _, o := range k.orders {
		if o.part == part || o.part == "" {
			o.part = part
			return o
		}
	}
	o := &scatteredOrder{part: part}
	k.orders = append(k.orders, o)
	return o
}

func (j *joiner) orders() map[int][]item {
	all := map[int][]item{}
	for _, k := range j.byKey {
		for _, o := range k.orders {
			all[o.items[0].row.Number] = o.items
		}
	}
	return all
}
