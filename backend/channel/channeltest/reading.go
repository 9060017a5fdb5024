package channeltest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tradepost/backend/channel"
	"tradepost/backend/customer"
	"tradepost/backend/fault"
)

// read reads one item; ok is false where it panics.
func (g *rig) read(stream channel.Stream, raw []byte) (record channel.Record, problems []fault.Problem, ok bool) {
	g.t.Helper()
	err := g.guarded(fmt.Sprintf("reading %.2000s", raw), func() error {
		record, problems = g.k.Connector.Read(stream, slices.Clone(raw), g.session.Known)
		return nil
	})
	return record, problems, err == nil
}

// samples are some items of each stream.
func (g *rig) samples(info channel.StreamInfo, most int) []channel.Item {
	all := g.keeps(info, channel.Full, 0)
	all.run(nil)
	var items []channel.Item
	for _, id := range slices.Sorted(maps.Keys(all.held)) {
		if len(items) < most {
			items = append(items, all.held[id])
		}
	}
	return items
}

// richest is the longest item of a stream, where there is one.
func (g *rig) richest(info channel.StreamInfo) []channel.Item {
	items := g.samples(info, 1000)
	slices.SortFunc(items, func(a, b channel.Item) int { return len(b.Raw) - len(a.Raw) })
	return items[:min(1, len(items))]
}

// decoded is JSON as values, its numbers as they stand.
func decoded(raw []byte) (value any) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	_ = decoder.Decode(&value)
	return value
}

// place is one value inside of JSON, and how to put another in its place.
type place struct {
	path  string
	value any
	set   func(any)
	drop  func() // nil inside of a list
}

// places lists all values inside of a value, itself not among them.
func places(path string, value any) (all []place) {
	switch v := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			all = append(all, place{path + "." + name, v[name], func(to any) { v[name] = to }, func() { delete(v, name) }})
			all = append(all, places(path+"."+name, v[name])...)
		}
	case []any:
		for i := range v {
			all = append(all, place{fmt.Sprintf("%s[%d]", path, i), v[i], func(to any) { v[i] = to }, nil})
			all = append(all, places(fmt.Sprintf("%s[%d]", path, i), v[i])...)
		}
	}
	return all
}

// addUnknown adds a field that nobody knows to every object of a value.
func addUnknown(value any) {
	switch v := value.(type) {
	case map[string]any:
		for _, inner := range v {
			addUnknown(inner)
		}
		v["tradepost_unknown"] = map[string]any{"x": []any{1, nil, "y"}}
	case []any:
		for _, inner := range v {
			addUnknown(inner)
		}
	}
}

func (k *kit) unknownFields(t T) {
	k.eachStream(t, func(t T, info channel.StreamInfo) {
		g := k.filled(t)
		for _, item := range g.samples(info, 4) {
			plain, _, _ := g.read(info.Stream, item.Raw)
			more := decoded(item.Raw)
			addUnknown(more)
			record, problems, _ := g.read(info.Stream, encoded(more))
			must(t, len(problems) == 0, "fields that nobody knows are problems of %s: %v", item.ID, problems)
			must(t, bytes.Equal(encoded(plain), encoded(record)), "fields that nobody knows change the record of %s:%s", item.ID, difference(string(encoded(plain)), string(encoded(record))))
			for i, p := range places("", decoded(item.Raw)) {
				word, isWord := p.value.(string)
				if !isWord || word == "" || !stateName(p.path) {
					continue
				}
				changed := decoded(item.Raw)
				places("", changed)[i].set("brand_new_word")
				_, problems, _ = g.read(info.Stream, encoded(changed))
				must(t, len(problems) == 0, "a word that nobody knows in %s is a problem of %s: %v", p.path, item.ID, problems)
			}
		}
	})
}

// stateName tells whether a JSON path ends in the name of a state.
func stateName(path string) bool {
	name := strings.ToLower(path[strings.LastIndex(path, ".")+1:])
	return strings.HasSuffix(name, "status") || strings.HasSuffix(name, "state")
}

func encoded(value any) []byte {
	text, _ := json.Marshal(value)
	return text
}

// damages are what may stand where something else is expected.
var damages = []any{nil, "", "brand_new_word", "-1", json.Number("-7"), json.Number("1e400"), json.Number("99999999999999999999"), true, []any{}, []any{nil}, map[string]any{}, "0000-00-00T00:00:00"}

func (k *kit) damagedItems(t T) {
	k.eachStream(t, func(t T, info channel.StreamInfo) {
		g := k.filled(t)
		for _, item := range g.richest(info) {
			for _, raw := range []string{"", "null", "[]", "{}", `"x"`, "7", string(item.Raw[:len(item.Raw)/2])} {
				_, problems, ok := g.read(info.Stream, []byte(raw))
				must(t, !ok || len(problems) > 0, "%.80q reads as one of %s without a problem", raw, info.Stream)
			}
			whole := decoded(item.Raw)
			for _, p := range places("", whole) {
				k.damage(t, g, info.Stream, whole, p)
			}
		}
	})
}

// damage puts each kind of damage into one place of an item, and then back what was there.
func (k *kit) damage(t T, g *rig, stream channel.Stream, whole any, p place) {
	defer p.set(p.value)
	tries := slices.Clone(damages)
	if p.drop != nil {
		tries = append(tries, place{})
	}
	for _, to := range tries {
		if _, dropped := to.(place); dropped {
			p.drop()
		} else {
			p.set(to)
		}
		record, problems, ok := g.read(stream, encoded(whole))
		if !ok {
			t.Errorf("%v in %s of %s is too much", to, p.path, stream)
			return
		}
		must(t, len(problems) > 0 || onlyOf(stream, record), "%v in %s makes no record of %s and no problem", to, p.path, stream)
		for _, problem := range problems {
			must(t, sentence(problem.Message), "%v in %s: the problem speaks no sentence: %+v", to, p.path, problem)
		}
	}
}

// telling are the fields of a contact that say who somebody is.
var telling = []string{"name", "first_name", "last_name", "email", "phone", "line1", "line2"}

// people are the personal values of a record.
func people(r channel.Record) (values []string) {
	add := func(name, value string) {
		if slices.Contains(telling, name) && len(value) >= 4 {
			values = append(values, value)
		}
	}
	if r.Order != nil {
		for i := range r.Order.Parties {
			for _, field := range customer.Fields {
				add(field.Name, *field.Of(&r.Order.Parties[i].Contact))
			}
		}
	}
	if r.Customer != nil {
		for name, value := range r.Customer.Values {
			add(name, value)
		}
	}
	return values
}

func (k *kit) privacy(t T) {
	g := k.filled(t)
	var values []string
	open := ""
	for _, info := range k.manifest.Streams {
		for _, item := range g.samples(info, 1000) {
			record, _, _ := g.read(info.Stream, item.Raw)
			values = append(values, people(record)...)
			open += record.Name + "\n" + item.ID + "\n" + item.Version + "\n"
		}
	}
	must(t, len(values) > 0 || !k.has(channel.Orders) && !k.has(channel.Customers), "no order and no customer has a person in it")
	for _, value := range values {
		must(t, !strings.Contains(open, value), "the personal value %q stands in a name, an id or a version", value)
	}
	for _, info := range k.manifest.Streams {
		for _, item := range g.samples(info, 2) {
			for i := range places("", decoded(item.Raw)) {
				changed := decoded(item.Raw)
				places("", changed)[i].set([]any{map[string]any{}})
				_, problems, _ := g.read(info.Stream, encoded(changed))
				for _, p := range problems {
					open += p.Bare().String() + p.Bare().Expected + p.Bare().Remedy + "\n"
				}
			}
		}
	}
	open += g.logged.String()
	for _, value := range values {
		must(t, !strings.Contains(open, value), "the personal value %q stands in a problem or in the log", value)
	}
}
