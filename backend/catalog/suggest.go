package catalog

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"tradepost/backend/commerce"
)

// How says by what a variant was suggested.
type How string

// The ways of finding a variant for a listing, the surest first.
const (
	SameSKU   How = "sku"
	SameGTIN  How = "gtin"
	FoldedSKU How = "sku_folded" // the same but for case, dashes, blanks and leading zeros
	NearSKU   How = "sku_near"
	LikeTitle How = "title"
)

// Sure says how sure a suggestion is.
type Sure string

// The degrees of being sure. Only what is exact is linked by the hundred without being looked at one by one.
const (
	Exact    Sure = "exact"
	Likely   Sure = "likely"
	Possible Sure = "possible"
)

var ranks = map[Sure]int{Exact: 0, Likely: 1, Possible: 2}

// AtLeast tells whether one is as sure as the other, or surer.
func (s Sure) AtLeast(other Sure) bool { return ranks[s] <= ranks[other] }

// Suggestion is a variant that a listing may be, with the reason in words.
type Suggestion struct {
	Variant Variant
	How     How
	Sure    Sure
	Why     string
	Pack    int     // how many pieces one sale of the listing seems to take
	Score   float64 // of titles: 0 to 1
}

// Candidate is a variant with what suggestions look at.
type Candidate struct {
	Variant
	GTIN  string
	Words []string // of its title and its product's; see Words
}

// Finder looks variants up by index. Each list is short, and says nothing of variants that were merged into others.
type Finder interface {
	// BySKU finds variants of exactly a SKU.
	BySKU(sku string) ([]Candidate, error)
	// ByKey finds variants whose folded SKUs are among keys.
	ByKey(keys []string) ([]Candidate, error)
	// ByKeyBeginning finds variants whose folded SKUs begin so; none where there are too many to compare.
	ByKeyBeginning(beginning string) ([]Candidate, error)
	// ByGTIN finds variants whose GTIN, or whose SKU, is among the forms of one.
	ByGTIN(forms []string) ([]Candidate, error)
	// ByWords finds variants whose titles have some of the words, most and rarest first, and in how many titles each word is
	// (0: in none) of how many variants.
	ByWords(words []string) (found []Candidate, in map[string]int, of int, err error)
}

// most bounds the suggestions for one listing.
const most = 3

// Suggest lists the variants that a listing may be, the surest first, three at most. A way of finding is only asked when those
// before found nothing likely.
func Suggest(find Finder, g Listing) ([]Suggestion, error) {
	s := suggesting{find: find, listing: g, pack: PackOf(g.Title)}
	for _, way := range []func() error{s.bySKU, s.byGTIN, s.byFoldedSKU, s.byNearSKU, s.byTitle} {
		if err := way(); err != nil {
			return nil, fmt.Errorf("looking for variants of listing %d: %w", g.ID, err)
		}
		if len(s.found) > 0 && s.found[0].Sure != Possible {
			break
		}
	}
	slices.SortStableFunc(s.found, func(a, b Suggestion) int { return cmp.Compare(ranks[a.Sure], ranks[b.Sure]) })
	return s.found[:min(len(s.found), most)], nil
}

type suggesting struct {
	find    Finder
	listing Listing
	pack    int
	found   []Suggestion
}

// add notes candidates that are not there yet. Several that fit alike make none of them sure.
func (s *suggesting) add(all []Candidate, how How, sure Sure, pack int, why func(Candidate) string) {
	if len(all) > 1 {
		sure = Possible
	}
	for _, c := range all {
		if slices.ContainsFunc(s.found, func(f Suggestion) bool { return f.Variant.ID == c.ID }) {
			continue
		}
		words := why(c)
		if len(all) > 1 {
			words += fmt.Sprintf("; %d products fit alike", len(all))
		}
		s.found = append(s.found, Suggestion{Variant: c.Variant, How: how, Sure: sure, Why: words, Pack: max(pack, 1)})
	}
}

func (s *suggesting) bySKU() error {
	if s.listing.SKU == "" {
		return nil
	}
	all, err := s.find.BySKU(s.listing.SKU)
	s.add(all, SameSKU, Exact, 1, func(Candidate) string { return "the same SKU" })
	return err
}

// byGTIN also takes a SKU that is a GTIN for one: many shops use it so.
func (s *suggesting) byGTIN() error {
	gtin, ok := ParseGTIN(s.listing.GTIN)
	if !ok {
		gtin, ok = ParseGTIN(s.listing.SKU)
	}
	if !ok {
		return nil
	}
	all, err := s.find.ByGTIN(gtin.Forms())
	s.add(all, SameGTIN, Exact, 1, func(c Candidate) string {
		if known, _ := ParseGTIN(c.GTIN); known == gtin && c.GTIN != s.listing.GTIN && c.GTIN != s.listing.SKU {
			return "the same GTIN, written as " + c.GTIN
		}
		return "the same GTIN"
	})
	return err
}

func (s *suggesting) byFoldedSKU() error {
	key := commerce.NumberKey(s.listing.SKU)
	if key == "" {
		return nil
	}
	all, err := s.find.ByKey([]string{key})
	sure := Likely
	if len([]rune(key)) < 3 {
		sure = Possible // "A-1" and "a1" say little
	}
	s.add(all, FoldedSKU, sure, 1, func(c Candidate) string { return "the same SKU but for " + spelling(s.listing.SKU, c.SKU) })
	return err
}

// spelling says in what two SKUs of one folded key differ.
func spelling(a, b string) string {
	var parts []string
	zeros := func(t string) int { return len(t) - len(strings.TrimLeft(t, "0#-_./ ")) }
	if !strings.EqualFold(a, b) {
		if zeros(a) != zeros(b) {
			parts = append(parts, "leading zeros")
		}
		if signs(a) != signs(b) {
			parts = append(parts, "dashes")
		}
	}
	if strings.ToLower(a) != a || strings.ToLower(b) != b {
		if letters(a) != letters(b) {
			parts = append(parts, "case")
		}
	}
	if len(parts) == 0 {
		return "how it is written"
	}
	return listed(parts)
}

// listed is "a, b and c".
func listed(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}

func signs(text string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("#-_./ \t", r) {
			return r
		}
		return -1
	}, text)
}

func letters(text string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("#-_./ \t0", r) {
			return -1
		}
		return r
	}, text)
}

// byNearSKU drops a pack, or a part that a channel put before or behind; then letters that are taken for digits; then one slip of
// the hand behind the beginning.
func (s *suggesting) byNearSKU() error {
	sku := s.listing.SKU
	if sku == "" {
		return nil
	}
	if rest, n, ok := WithoutPack(sku); ok {
		all, err := s.find.ByKey([]string{commerce.NumberKey(rest)})
		s.add(all, NearSKU, Likely, n, func(c Candidate) string { return fmt.Sprintf("the SKU %s, sold by %d", c.SKU, n) })
		if err != nil || len(all) > 0 {
			return err
		}
	}
	all, err := s.find.ByKey(shortened(sku))
	s.add(all, NearSKU, Possible, s.pack, func(c Candidate) string { return "the SKU " + c.SKU + " is a part of it" })
	if err != nil || len(all) > 0 {
		return err
	}
	all, err = s.find.ByKey(misread(commerce.NumberKey(sku)))
	s.add(all, NearSKU, Possible, s.pack, func(c Candidate) string { return "the SKU " + c.SKU + " but for letters that look like digits" })
	if err != nil || len(all) > 0 {
		return err
	}
	return s.byOneSlip(commerce.NumberKey(sku))
}

// slipFrom is the shortest folded SKU in which one other letter is taken for a slip.
const slipFrom = 6

func (s *suggesting) byOneSlip(key string) error {
	runes := []rune(key)
	if len(runes) < slipFrom {
		return nil
	}
	all, err := s.find.ByKeyBeginning(string(runes[:len(runes)-3]))
	all = slices.DeleteFunc(all, func(c Candidate) bool { return !oneSlip(runes, []rune(commerce.NumberKey(c.SKU))) })
	s.add(all, NearSKU, Possible, s.pack, func(c Candidate) string { return "the SKU " + c.SKU + " but for one sign" })
	return err
}

// shortened lists the folded SKUs that are left without the first or the last part.
func shortened(sku string) []string {
	parts := strings.FieldsFunc(sku, func(r rune) bool { return strings.ContainsRune("-_./ ", r) })
	var all []string
	for _, rest := range [][]string{parts[:max(len(parts)-1, 0)], parts[min(1, len(parts)):]} {
		if key := commerce.NumberKey(strings.Join(rest, "-")); len(parts) > 1 && len(key) >= 4 {
			all = append(all, key)
		}
	}
	return all
}

// alike are signs that are read for one another.
var alike = []string{"o0", "1il"}

// readings bounds the spellings that are tried.
const readings = 256

// misread lists what a folded SKU may be when O and 0, and I, L and 1 are taken for one another.
func misread(key string) []string {
	all := []string{""}
	for _, r := range key {
		group := string(r)
		if i := slices.IndexFunc(alike, func(group string) bool { return strings.ContainsRune(group, r) }); i >= 0 && len(all)*len(alike[i]) <= readings {
			group = alike[i]
		}
		var longer []string
		for _, before := range all {
			for _, sign := range group {
				longer = append(longer, before+string(sign))
			}
		}
		all = longer
	}
	return slices.DeleteFunc(all, func(other string) bool { return other == key })
}

// oneSlip tells whether two texts differ by one sign: another, one more, one less, or two that changed places.
func oneSlip(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	from := 0
	for from < len(a) && a[from] == b[from] {
		from++
	}
	if len(a) < len(b) {
		return slices.Equal(a[from:], b[from+1:])
	}
	if from >= len(a)-1 {
		return from == len(a)-1
	}
	return slices.Equal(a[from+1:], b[from+1:]) || a[from] == b[from+1] && a[from+1] == b[from] && slices.Equal(a[from+2:], b[from+2:])
}

// The least that titles must have in common: to be named at all, and to be likely one thing.
const (
	titlePossible = 0.5
	titleLikely   = 0.8
)

// byTitle compares titles by their words: a rare one counts more than one that many titles have (the inverse document
// frequency of Spärck Jones, 1972). What both have is held against what each has.
func (s *suggesting) byTitle() error {
	words := Words(s.listing.Title)
	if len(words) == 0 {
		return nil
	}
	found, in, of, err := s.find.ByWords(words)
	if err != nil {
		return err
	}
	var scored []Suggestion
	for _, c := range found {
		if slices.ContainsFunc(s.found, func(f Suggestion) bool { return f.Variant.ID == c.ID }) {
			continue
		}
		l := likenessOf(words, c.Words, in, of)
		if l.score >= titlePossible {
			scored = append(scored, Suggestion{Variant: c.Variant, How: LikeTitle, Sure: l.sure(), Why: l.words(), Pack: s.packFor(c), Score: l.score})
		}
	}
	slices.SortStableFunc(scored, func(a, b Suggestion) int { return cmp.Compare(b.Score, a.Score) })
	if len(scored) > 1 && scored[0].Score-scored[1].Score < 0.05 {
		for i := range scored {
			scored[i].Sure = Possible // nothing tells one from the other
		}
	}
	s.found = append(s.found, scored...)
	return nil
}

// packFor is how many of a variant the listing sells: what its title says, unless the variant is such a pack itself.
func (s *suggesting) packFor(c Candidate) int {
	if own := PackOf(c.Title); own > 1 {
		return max(s.pack/own, 1)
	}
	return s.pack
}

// likeness is what two titles have in common.
type likeness struct {
	shared, missing, extra []string // of the listing and the variant; of the variant alone; of the listing alone
	score                  float64
}

func likenessOf(listing, variant []string, in map[string]int, of int) likeness {
	var l likeness
	var both, one, other float64
	for _, word := range listing {
		weight := weightOf(in[word], of)
		one += weight
		if slices.Contains(variant, word) {
			both += weight
			l.shared = append(l.shared, word)
		} else {
			l.extra = append(l.extra, word)
		}
	}
	for _, word := range variant {
		weight := weightOf(in[word], of)
		other += weight
		if !slices.Contains(listing, word) {
			l.missing = append(l.missing, word)
		}
	}
	if one+other > 0 {
		l.score = 2 * both / (one + other)
	}
	l.shared, l.missing, l.extra = joined(l.shared), joined(l.missing), joined(l.extra)
	slices.SortStableFunc(l.shared, func(a, b string) int { return cmp.Compare(in[a], in[b]) })
	return l
}

// joined puts the pairs of letters of a script without blanks together again, where they follow one another.
func joined(words []string) []string {
	var all []string
	for _, word := range words {
		letters := []rune(word)
		if last := len(all) - 1; last >= 0 && len(letters) == 2 && unspaced(letters[0]) && strings.HasSuffix(all[last], string(letters[0])) {
			all[last] += string(letters[1])
			continue
		}
		all = append(all, word)
	}
	return all
}

// weightOf is what a word counts that n of all titles have. One that none has counts as one that every tenth has: a channel's
// own trimmings say little.
func weightOf(n, of int) float64 {
	if n == 0 {
		n = max(of/10, 1)
	}
	return math.Log(1 + float64(max(of, 1))/float64(n))
}

func (l likeness) sure() Sure {
	if l.score >= titleLikely && len(l.missing) == 0 {
		return Likely
	}
	return Possible
}

// words says why titles are taken for those of one thing.
func (l likeness) words() string {
	text := "titles share " + quoted(l.shared)
	switch {
	case len(l.missing) > 0 && len(l.extra) > 0:
		text += "; here " + quoted(l.missing) + ", there " + quoted(l.extra)
	case len(l.missing) > 0:
		text += "; it lacks " + quoted(l.missing)
	}
	return text
}

// namedWords is how many words are named in a reason.
const namedWords = 3

func quoted(words []string) string {
	var all []string
	for _, word := range words[:min(len(words), namedWords)] {
		all = append(all, "“"+word+"”")
	}
	text := strings.Join(all, ", ")
	if more := len(words) - namedWords; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
