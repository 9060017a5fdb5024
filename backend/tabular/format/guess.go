package format

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"

	"tradepost/backend/intake"
	"tradepost/backend/tabular/delimited"
)

// guessedFrom is the confidence from which a guess is shown as one.
const guessedFrom = 0.45

// columnGuess is what one column could be.
type columnGuess struct {
	best   *FieldGuess
	others []FieldGuess
}

// guessFields finds for every column the field it most likely is: by its name in the formats and languages known here,
// and by what its values look like. A field is given to one column alone.
func guessFields(kind string, columns []string, all []facts, like map[string]float64) []columnGuess {
	guesses := make([]columnGuess, len(columns))
	type pair struct {
		column int
		guess  FieldGuess
	}
	var pairs []pair
	for i, name := range columns {
		guesses[i].others = []FieldGuess{}
		for _, g := range fieldGuesses(kind, name, &all[i], like) {
			pairs = append(pairs, pair{i, g})
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return cmp.Compare(b.guess.Confidence, a.guess.Confidence) })
	taken := map[string]bool{}
	for _, p := range pairs {
		g := &guesses[p.column]
		switch {
		case g.best == nil && !taken[p.guess.Field] && p.guess.Confidence >= guessedFrom:
			g.best, taken[p.guess.Field] = &p.guess, true
		case len(g.others) < 3:
			g.others = append(g.others, p.guess)
		}
	}
	return guesses
}

// likeness says of every format, by its name, how many of the columns that tell its files are there: what a format calls a
// column counts the more, the more the file is like its own.
func likeness(columns []string) map[string]float64 {
	like, at := make(map[string]float64, len(specs)), headerIndex(columns)
	for _, s := range specs {
		like[s.Name] = float64(len(judge(s, delimited.Record{Cells: columns}, at, 0).found)) / float64(len(s.Telling))
	}
	return like
}

// fieldGuesses lists what one column could be, in no order.
func fieldGuesses(kind, name string, f *facts, like map[string]float64) []FieldGuess {
	found := map[string]FieldGuess{}
	put := func(field string, confidence float64, reason string) {
		t, ok := targetsOf(kind)[field]
		if !ok || placeOf(kind, field) < 0 { // what only formats fill is no choice of a person's
			return
		}
		confidence, doubt := fits(t, f, confidence)
		if confidence > found[field].Confidence {
			found[field] = FieldGuess{Field: field, Label: longLabel(kind, field), Confidence: twoPlaces(confidence), Reason: reason + doubt}
		}
	}
	for _, c := range formatAliases()[kind][normal(name)] {
		put(c.field, 0.88+0.07*like[c.language]-0.02*float64(min(c.later, 5)), fmt.Sprintf("%s call it so.", c.language))
	}
	for i, c := range synonyms().fields[kind][folded(name)] {
		put(c.field, 0.92-0.04*float64(min(i, 5)), quoted(name)+c.means()+spoken(kind, c.field)+".")
	}
	partly(kind, name, put)
	byShape(kind, f, put)
	return slices.SortedFunc(maps.Values(found), func(a, b FieldGuess) int { // of two alike the one that people read first
		return cmp.Or(cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(placeOf(kind, a.Field), placeOf(kind, b.Field)))
	})
}

// placeOf is where a field stands in the order in which people read them.
func placeOf(kind, field string) int {
	if kind == kindOrders {
		return slices.Index(orderFields(), field)
	}
	return slices.IndexFunc(intake.Fields(intake.Kind(kind)), func(f intake.Field) bool { return f.Name == field && !f.Own })
}

// means says in which language a name is known; an English one is a name like any other.
func (c called) means() string {
	if c.language == languages[0].name {
		return " usually names "
	}
	return " is " + c.language + " for "
}

// partly finds fields by a part of the name, the longest first: "Bestellnummer (Shop)".
func partly(kind, name string, put func(string, float64, string)) {
	key := folded(name)
	longest := longestWord(synonyms().fields[kind], key)
	if longest == "" {
		return
	}
	for _, c := range synonyms().fields[kind][longest] {
		confidence := 0.35 + 0.3*float64(len(longest))/float64(len(key))
		put(c.field, confidence, fmt.Sprintf("The name has the %s for %s in it.", c.language, spoken(kind, c.field)))
	}
}

// longestName bounds the names whose parts are looked at; shortestWord the words found in them.
const (
	longestName  = 60
	shortestWord = 4
)

// longestWord is the longest word known that is a part of a name.
func longestWord(words map[string][]called, key string) string {
	if len(key) > longestName {
		key = key[:longestName]
	}
	for n := len(key) - 1; n >= shortestWord; n-- {
		for at := 0; at+n <= len(key); at++ {
			if len(words[key[at:at+n]]) > 0 {
				return key[at : at+n]
			}
		}
	}
	return ""
}

// fits weighs a guess by what the values look like.
func fits(t *target, f *facts, confidence float64) (float64, string) {
	if f.filled == 0 {
		return confidence * 0.8, " No row states it."
	}
	agrees, share := true, 1.0
	switch t.kind {
	case kindAmount, kindPrice, kindQuantity, kindCount, kindDecimal:
		share = f.share(f.numbers, f.filled)
	case kindStamp, kindInstant:
		share = f.share(f.dates, f.filled)
	case kindCurrency:
		share = f.share(f.currency, f.filled)
	default:
		agrees = false
	}
	if strings.HasSuffix(t.name, "email") {
		agrees, share = true, f.share(f.emails, f.filled)
	}
	switch {
	case isName(t.name) && !f.mostly(f.letters):
		return confidence * 0.6, " But most values are no names."
	case isNumber(t.name) && f.share(f.digits, f.filled) < 0.5:
		return confidence * 0.6, " But most values are no numbers of orders."
	case !agrees:
		if t.kind == kindText && f.mostly(f.numbers) && strings.HasSuffix(t.name, "title") {
			return confidence * 0.4, " But it holds numbers."
		}
		return confidence, ""
	case share < 0.5:
		return confidence * 0.35, fmt.Sprintf(" But most values do not look like %s.", article(t.kind.looks(t.name)))
	case share >= 0.9:
		return min(confidence+0.03, 0.99), ""
	}
	return confidence * 0.9, ""
}

func isName(field string) bool {
	return field == "name" || strings.HasSuffix(field, ".name") && !strings.HasPrefix(field, "option")
}

func isNumber(field string) bool { return field == "number" || field == "order_number" }

func (k kind) looks(name string) string {
	switch {
	case strings.HasSuffix(name, "email"):
		return "e-mail address"
	case k == kindStamp || k == kindInstant:
		return "date"
	case k == kindCurrency:
		return "currency"
	}
	return "number"
}

// byShape guesses by what values look like alone.
func byShape(kind string, f *facts, put func(string, float64, string)) {
	role := ""
	if kind == kindOrders {
		role = "buyer."
	}
	switch {
	case f.filled == 0:
	case f.mostly(f.emails):
		put(role+"email", 0.75, "Its values are e-mail addresses.")
	case f.mostly(f.trackings):
		put("tracking", 0.7, "Its values look like parcel numbers.")
	case f.mostly(f.gtins):
		put("gtin", 0.75, "Its values have a GTIN's check digit.")
	case f.mostly(f.currency):
		put("currency", 0.65, "Its values are currencies.")
	case f.mostly(f.countries):
		put(strings.Replace(role, "buyer", "ship_to", 1)+"country", 0.55, "Its values are codes of countries.")
	case f.mostly(f.dates):
		for _, field := range []string{"placed", "counted_at", "shipped_at"} {
			put(field, 0.46, "Its values are dates.")
		}
	case f.mostly(f.html):
		put("product.description", 0.5, "Its values are web text.")
	case f.mostly(f.urls):
		put("image_url", 0.46, "Its values are web addresses.")
	case f.mostly(f.signed):
		put("price", 0.46, "Its values are amounts with a currency.")
		put("total", 0.46, "Its values are amounts with a currency.")
	}
}

// formatAliases are the header names of all formats known here, by kind and normalised name; the language is the
// format's name.
var formatAliases = sync.OnceValue(func() map[string]map[string][]called {
	all := map[string]map[string][]called{}
	for _, s := range specs {
		if all[s.Kind] == nil {
			all[s.Kind] = map[string][]called{}
		}
		for _, c := range s.Columns {
			for _, name := range c.Names {
				addAlias(all[s.Kind], s, normal(name), c)
			}
		}
	}
	return all
})

func addAlias(of map[string][]called, s *spec, name string, c column) {
	for i, field := range c.To {
		if field == "state" || field == "line.state" {
			field = stateOf(s, c)
		}
		known := of[name]
		if field != "" && !slices.ContainsFunc(known, func(k called) bool { return k.field == field }) {
			of[name] = append(known, called{field, s.Name, i})
		}
	}
}

// stateOf is the one state that a format's words of a column set, "" when they set several.
func stateOf(s *spec, c column) string {
	fields := map[string]bool{}
	for _, sets := range s.States[c.Names[0]] {
		for field := range sets {
			fields[field] = true
		}
	}
	if len(fields) != 1 {
		return ""
	}
	for field := range fields {
		if field != "line" {
			return field
		}
	}
	return ""
}

// musts are what a file of a kind has: one field of each group.
var musts = map[string][][]string{
	kindOrders:                 {{"number", "external_id"}, {"line.quantity", "total", "line.total", "placed"}, {"line.sku", "line.title", "total", "ship_to.name", "buyer.name", "buyer.email"}},
	string(intake.Products):    {{"sku", "gtin"}, {"product.title", "title", "product.description", "product.handle"}},
	string(intake.Customers):   {{"email", "external_id", "phone"}, {"name", "company", "line1", "city"}},
	string(intake.StockCounts): {{"sku", "gtin"}, {"on_hand"}},
	string(intake.Tracking):    {{"order_number"}, {"tracking"}},
	string(intake.Prices):      {{"sku", "gtin"}, {"price", "compare_at_price", "cost"}},
	string(intake.Links):       {{"listing_sku"}, {"sku"}},
}

func twoPlaces(confidence float64) float64 { return math.Round(confidence*100) / 100 }

// guessKinds ranks the kinds by how well the columns fit each: has it what such files have, and how many columns does it
// explain.
func guessKinds(columns []string, all []facts, like map[string]float64) []KindGuess {
	kinds := make([]KindGuess, 0, len(musts))
	for _, kind := range Kinds() {
		kinds = append(kinds, guessKind(kind, columns, all, like))
	}
	slices.SortStableFunc(kinds, func(a, b KindGuess) int { return cmp.Compare(b.Confidence, a.Confidence) })
	return kinds
}

func guessKind(kind string, columns []string, all []facts, like map[string]float64) KindGuess {
	by, explained := map[string]float64{}, 0.0
	for _, g := range guessFields(kind, columns, all, like) {
		if g.best != nil {
			by[g.best.Field] = g.best.Confidence
			explained += g.best.Confidence
		}
	}
	var has, lacks []string
	sum := 0.0
	for _, group := range musts[kind] {
		best := ""
		for _, field := range group {
			if by[field] > by[best] {
				best = field
			}
		}
		if best == "" {
			lacks = append(lacks, spoken(kind, group[0]))
			continue
		}
		sum += by[best]
		has = append(has, spoken(kind, best))
	}
	confidence := 0.6*sum/float64(len(musts[kind])) + 0.4*explained/float64(max(len(columns), 1))
	if len(lacks) > 0 {
		return KindGuess{kind, twoPlaces(confidence * 0.4), "There is no column for " + strings.Join(lacks, " and ") + "."}
	}
	return KindGuess{kind, twoPlaces(min(confidence, 0.99)), "There are columns for " + strings.Join(has, " and ") + "."}
}
