package store

import (
	"cmp"
	"context"
	"database/sql"
	"maps"
	"slices"

	"tradepost/backend/catalog"
)

// Suggestions lists the variants that a listing may be, the surest first.
func (s *Store) Suggestions(ctx context.Context, listings []catalog.Listing) ([][]catalog.Suggestion, error) {
	defer s.turns.page()()
	if err := s.search.freshen(ctx); err != nil {
		return nil, classify("looking for products", err)
	}
	find := &candidates{s: s, q: s.reading(ctx), in: map[string]int{}}
	all := make([][]catalog.Suggestion, len(listings))
	for i, g := range listings {
		var err error
		if all[i], err = catalog.Suggest(find, g); err != nil {
			return nil, classify("looking for products", err)
		}
	}
	return all, nil
}

// candidates finds variants for suggestions, by index alone: codes in the database, words in the search file. It remembers how
// common words are, as the listings of a page share many.
type candidates struct {
	s  *Store
	q  reading
	in map[string]int
}

// The most that is compared: variants by one way of finding, those whose SKUs begin alike, titles with one word, titles scored.
const (
	candidatesMost = 5
	beginAlike     = 200
	commonWord     = 1000
	titlesScored   = 8
)

var candidateColumns = `SELECT v.id, v.sku, ` + variantName + `, v.gtin, ` + variantTitles + ` FROM variant v JOIN product p ON p.id = v.product_id WHERE `

func scanCandidate(rows *sql.Rows, c *catalog.Candidate) error {
	var titles string
	err := rows.Scan(&c.ID, &c.SKU, &c.Title, &c.GTIN, &titles)
	c.Words = catalog.Words(titles)
	return err
}

func (c *candidates) list(condition string, args ...any) ([]catalog.Candidate, error) {
	rows, err := c.q.Query(candidateColumns+condition, args...)
	return collect(rows, err, scanCandidate)
}

func (c *candidates) BySKU(sku string) ([]catalog.Candidate, error) {
	ids, err := records{q: c.q}.withSKU(sku)
	if err != nil {
		return nil, err
	}
	return c.list(`v.id IN (SELECT value FROM json_each(?)) ORDER BY v.id`, asJSON(ids))
}

func (c *candidates) ByKey(keys []string) ([]catalog.Candidate, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	return c.list(`v.sku_key IN (SELECT value FROM json_each(?)) AND v.sku <> '' ORDER BY v.id LIMIT ?`, asJSON(keys), candidatesMost)
}

func (c *candidates) ByKeyBeginning(beginning string) ([]catalog.Candidate, error) {
	all, err := c.list(`v.sku_key >= ? AND v.sku_key < ? ORDER BY v.sku_key LIMIT ?`, beginning, beginning+above, beginAlike+1)
	if len(all) > beginAlike {
		return nil, err
	}
	return all, err
}

func (c *candidates) ByGTIN(forms []string) ([]catalog.Candidate, error) {
	list := asJSON(forms)
	return c.list(`v.id IN (SELECT id FROM variant WHERE gtin IN (SELECT value FROM json_each(?1)) AND gtin <> ''
		UNION SELECT id FROM variant WHERE sku IN (SELECT value FROM json_each(?1))
		UNION SELECT merged_into FROM variant WHERE merged_gtin IN (SELECT value FROM json_each(?1)) AND merged_gtin <> '') AND v.merged_into IS NULL
		ORDER BY v.id LIMIT ?2`, list, candidatesMost)
}

// ByWords gathers the titles that have the rarest of the words, and gives those that have the most of them.
func (c *candidates) ByWords(words []string) (found []catalog.Candidate, in map[string]int, of int, err error) {
	if err := c.count(words); err != nil {
		return nil, nil, 0, err
	}
	if err := c.s.search.db.QueryRowContext(c.q.ctx, `SELECT COALESCE(max(variant_id), 0) FROM item`).Scan(&of); err != nil {
		return nil, nil, 0, err
	}
	ids, err := c.withWords(words)
	if err != nil || len(ids) == 0 {
		return nil, c.in, of, err
	}
	found, err = c.list(`v.id IN (SELECT value FROM json_each(?)) AND v.merged_into IS NULL ORDER BY v.id`, asJSON(ids))
	for _, f := range found {
		if err == nil {
			err = c.count(f.Words)
		}
	}
	return found, c.in, of, err
}

// count learns in how many titles words are; commonWord+1 stands for more.
func (c *candidates) count(words []string) error {
	for _, word := range words {
		if _, known := c.in[word]; known {
			continue
		}
		var n int
		err := c.s.search.db.QueryRowContext(c.q.ctx, `SELECT count(*) FROM (SELECT rowid FROM variant_words WHERE variant_words MATCH ? LIMIT ?)`, `"`+word+`"`, commonWord+1).Scan(&n)
		if err != nil {
			return err
		}
		c.in[word] = n
	}
	return nil
}

// rareWords is how many words are looked up.
const rareWords = 4

// withWords lists the variants that have the most of the rarest words.
func (c *candidates) withWords(words []string) ([]int64, error) {
	rare := slices.DeleteFunc(slices.Clone(words), func(word string) bool { return c.in[word] == 0 || c.in[word] > commonWord })
	slices.SortStableFunc(rare, func(a, b string) int { return cmp.Compare(c.in[a], c.in[b]) })
	has := map[int64]float64{}
	for _, word := range rare[:min(len(rare), rareWords)] {
		rows, err := c.s.search.db.QueryContext(c.q.ctx, `SELECT rowid FROM variant_words WHERE variant_words MATCH ?`, `"`+word+`"`)
		ids, err := collect(rows, err, scanID)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			has[id] += 1 / float64(c.in[word])
		}
	}
	ids := slices.Sorted(maps.Keys(has))
	slices.SortStableFunc(ids, func(a, b int64) int { return cmp.Compare(has[b], has[a]) })
	return ids[:min(len(ids), titlesScored)], nil
}
