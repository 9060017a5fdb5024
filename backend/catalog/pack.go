package catalog

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// packs are the ways in which titles and SKUs say that several pieces are sold at once, in the languages whose marketplaces
// write them so. The number is the first group that has one.
var packs = []*regexp.Regexp{
	regexp.MustCompile(`(?i)\b(\d{1,3})[x×](?:[ -]|$)`),
	regexp.MustCompile(`(?i)\b(\d{1,3}) [x×] [^\d ]`),                                        // 2x Mug, 2 x Mug
	regexp.MustCompile(`(?i)(?:^|[^\d ] |[,(-])[x×] ?(\d{1,3})(?:[ ,)]|$)`),                  // Mug x2
	regexp.MustCompile(`(?i)\b(?:pack|set|box|case|lot|paquet|boîte) (?:of|de) (\d{1,3})\b`), // pack of 2, lot de 2
	regexp.MustCompile(`(?i)\b(\d{1,3})[ -]?(?:pack|pk|pcs|pieces|stück|stk|er[ -]?(?:pack|set)|pièces)\b`),
	regexp.MustCompile(`(\d{1,3}) ?(?:個|枚|本|点|セット|個セット|枚セット|本セット)`),
}

// packSuffix is a pack at the end of a SKU: MUG-2X, MUG-2PK, MUG-X2.
var packSuffix = regexp.MustCompile(`(?i)^(.+?)[-_ ./](?:(\d{1,3})(?:x|pk|pack|er|pcs)|x(\d{1,3}))$`)

// PackOf is how many pieces a title says are sold at once; 1 where it says nothing of that.
func PackOf(title string) int {
	for _, pattern := range packs {
		if m := pattern.FindStringSubmatch(title); m != nil {
			if n := number(m[1:]...); n > 0 {
				return n
			}
		}
	}
	return 1
}

// WithoutPack is a SKU without the pack at its end, and how many pieces that was; ok is false where it has none.
func WithoutPack(sku string) (rest string, n int, ok bool) {
	m := packSuffix.FindStringSubmatch(strings.TrimSpace(sku))
	if m == nil {
		return "", 0, false
	}
	n = number(m[2:]...)
	return m[1], n, n > 0
}

// number is the first of the texts that says one above zero.
func number(texts ...string) int {
	i := slices.IndexFunc(texts, func(text string) bool { return text != "" })
	if i < 0 {
		return 0
	}
	n, _ := strconv.Atoi(texts[i])
	return n
}
