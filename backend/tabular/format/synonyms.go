package format

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"tradepost/backend/intake"
)

//go:embed synonyms.json
var synonymFile []byte

// byLanguage are words by language code.
type byLanguage map[string][]string

// synonymData is synonyms.json: what people call fields, and states, in the languages known here.
type synonymData struct {
	Roles     map[string]byLanguage            `json:"roles"`
	Contact   map[string]byLanguage            `json:"contact"`
	Orders    map[string]byLanguage            `json:"orders"`
	Products  map[string]byLanguage            `json:"products"`
	Prices    map[string]byLanguage            `json:"prices"`
	Customers map[string]byLanguage            `json:"customers"`
	Stock     map[string]byLanguage            `json:"stock_counts"`
	Tracking  map[string]byLanguage            `json:"tracking"`
	Links     map[string]byLanguage            `json:"listing_links"`
	States    map[string]map[string]byLanguage `json:"states"`
}

// languages are the languages known, the ones more usual here first: of two that share a word the first is named.
var languages = []struct{ code, name string }{{"en", "English"}, {"de", "German"}, {"fr", "French"}, {"es", "Spanish"},
	{"it", "Italian"}, {"nl", "Dutch"}, {"pl", "Polish"}}

// called is a field that a header name can mean.
type called struct {
	field    string
	language string // or the format that calls it so
	later    int    // how many fields that format fills before this one
}

// wordbook finds fields by what people call them.
type wordbook struct {
	fields map[string]map[string][]called // kind, folded name
	words  map[string]map[string]string   // state field, normalised word
}

// synonyms is the wordbook; reading it is put off until somebody maps a file.
var synonyms = sync.OnceValue(func() *wordbook {
	var data synonymData
	if err := json.Unmarshal(synonymFile, &data); err != nil {
		panic(err) // a data file shipped with the program is broken; the tests catch it
	}
	return data.book()
})

func (d *synonymData) book() *wordbook {
	b := &wordbook{fields: map[string]map[string][]called{}, words: map[string]map[string]string{}}
	for kind, parts := range map[string][]map[string]byLanguage{kindOrders: {d.Orders}, string(intake.Products): {d.Products, d.Prices},
		string(intake.Customers): {d.Customers, d.Contact}, string(intake.StockCounts): {d.keys(), d.Stock}, string(intake.Tracking): {d.Tracking},
		string(intake.Prices): {d.keys(), d.Prices}, string(intake.Links): {d.Links}} {
		b.fields[kind] = map[string][]called{}
		for _, part := range parts {
			b.add(kind, part)
		}
	}
	b.addRoles(d)
	b.addStates(d)
	return b
}

// keys are the names by which a variant is found, in files of prices and counts too.
func (d *synonymData) keys() map[string]byLanguage {
	return map[string]byLanguage{"sku": d.Products["sku"], "gtin": d.Products["gtin"]}
}

func (b *wordbook) add(kind string, fields map[string]byLanguage) {
	for _, language := range languages {
		for field, words := range fields {
			for _, word := range words[language.code] {
				b.put(kind, word, called{field: field, language: language.name})
			}
		}
	}
}

func (b *wordbook) put(kind, word string, c called) {
	key := folded(word)
	known := b.fields[kind][key]
	if !slices.ContainsFunc(known, func(k called) bool { return k.field == c.field }) {
		b.fields[kind][key] = append(known, c)
	}
}

// addRoles puts roles and contacts together: "Shipping city", "Lieferort", "Ville de livraison". A contact's word alone
// is the buyer's.
func (b *wordbook) addRoles(d *synonymData) {
	for _, language := range languages {
		for role, roleWords := range d.Roles {
			for field, words := range d.Contact {
				for _, word := range words[language.code] {
					for _, who := range roleWords[language.code] {
						for _, name := range []string{who + word, word + who, word + "de" + who, word + "di" + who, word + "do" + who} {
							b.put(kindOrders, name, called{field: role + "." + field, language: language.name})
						}
					}
				}
			}
			for _, who := range roleWords[language.code] {
				b.put(kindOrders, who, called{field: role + ".name", language: language.name})
			}
		}
		for field, words := range d.Contact {
			for _, word := range words[language.code] {
				b.put(kindOrders, word, called{field: cmp.Or(roleAlone[field], "ship_to") + "." + field, language: language.name})
			}
		}
	}
}

// roleAlone says whose a word is that names no role; where it does not, an address is where an order is sent to.
var roleAlone = map[string]string{"email": "buyer", "phone": "buyer", "note": "buyer", "name": "buyer"}

func (b *wordbook) addStates(d *synonymData) {
	for field, meanings := range d.States {
		words := map[string]string{}
		for meaning, byLang := range meanings {
			for _, list := range byLang {
				for _, word := range list {
					words[normal(word)] = meaning
				}
			}
		}
		b.words[field] = words
	}
}

// states gives what the words of a state mean.
func (b *wordbook) states(field string) map[string]string {
	return b.words[strings.TrimPrefix(field, "line.")]
}

// knows tells whether a header name means anything, in any kind.
func (b *wordbook) knows(name string) bool {
	key := folded(name)
	for _, kind := range b.fields {
		if len(kind[key]) > 0 {
			return true
		}
	}
	return false
}

// folded is a header name without case, blanks, punctuation and accents: "N° de commande" is "ndecommande".
func folded(name string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(name)) {
		switch {
		case r == 'ß':
			b.WriteString("ss")
		case r == 'ł':
			b.WriteByte('l')
		case r == 'ø':
			b.WriteByte('o')
		case r == '#':
			b.WriteByte('#')
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		}
	}
	return b.String()
}
