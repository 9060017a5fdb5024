package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The word index finds whole words fast, however common they are: it walks the newest orders that have them. For the
// beginning of a word it has an index of two and three letters; for more letters it would gather every order of every
// word that begins so before it gives the first. So the words themselves are kept in a table, and the beginning of a word
// is asked for as the whole words that begin so. Words with digits (numbers, SKUs, addresses) are not in that table: each
// would be in it once; their beginnings are found by the indexes of the database.

const (
	shortWord = 3  // letters up to which the word index answers for beginnings
	beginsMax = 48 // words that stand for one beginning; more are left to the word index
	wordsKept = 1 << 17
)

// partsOf splits text where the word index does.
func partsOf(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) })
}

// unaccented is lower case without accents.
func unaccented(text string) string {
	if !isASCII(text) {
		text = strings.Map(func(r rune) rune {
			if unicode.Is(unicode.Mn, r) {
				return -1
			}
			return r
		}, norm.NFD.String(text))
	}
	return strings.ToLower(text)
}

func isASCII(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// spelled tells whether an unaccented word is kept in the table: Latin letters only, and more than the word index answers
// for. What is written in other letters is left to the word index: how it folds them is its own.
func spelled(word string) bool {
	return len(word) > shortWord && strings.IndexFunc(word, func(r rune) bool { return r < 'a' || r > 'z' }) < 0
}

// learn puts the words of a text into the table. Those it met before it knows.
func (x *search) learn(ctx context.Context, tx *sql.Tx, text string) error {
	for _, part := range partsOf(text) {
		word := unaccented(part)
		if _, known := x.words[word]; known || !spelled(word) {
			continue
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO word (text) VALUES (?) ON CONFLICT DO NOTHING`, word); err != nil {
			return fmt.Errorf("keeping words: %w", err)
		}
		if x.words == nil || len(x.words) >= wordsKept {
			x.words = map[string]struct{}{}
		}
		x.words[word] = struct{}{}
	}
	return nil
}

// forget removes words that no record has any more: they may be somebody's name.
func (x *search) forget(ctx context.Context) error {
	x.words = nil
	rows, err := x.db.QueryContext(ctx, `SELECT text FROM word`)
	all, err := collect(rows, err, func(rows *sql.Rows, word *string) error { return rows.Scan(word) })
	if err != nil {
		return err
	}
	for _, word := range all {
		if _, err := x.db.ExecContext(ctx, `DELETE FROM word WHERE text = ?1
			AND NOT EXISTS (SELECT 1 FROM words WHERE words MATCH ?2) AND NOT EXISTS (SELECT 1 FROM customer_words WHERE customer_words MATCH ?2)
			AND NOT EXISTS (SELECT 1 FROM variant_words WHERE variant_words MATCH ?2)`, word, `"`+word+`"`); err != nil {
			return fmt.Errorf("forgetting words: %w", err)
		}
	}
	return nil
}

// matchText turns what a person typed into a query of the word index: every word must occur, the last part of each may be
// a beginning. A single letter beside other words is passed over: it is an initial, or a word that is still being typed.
func (x *search) matchText(ctx context.Context, text string) (string, error) {
	return matchWords(text, func(before []string, last string) (string, error) { return x.begins(ctx, before, last) })
}

// matchWords makes such a query of the terms that begins gives for the parts of each word.
func matchWords(text string, begins func(before []string, last string) (string, error)) (string, error) {
	typed := slices.DeleteFunc(strings.Fields(folded.Replace(text)), func(word string) bool { return len(partsOf(word)) == 0 })
	if longer := slices.DeleteFunc(slices.Clone(typed), initial); len(longer) > 0 {
		typed = longer
	}
	var terms []string
	for _, word := range typed {
		parts := partsOf(word)
		term, err := begins(parts[:len(parts)-1], parts[len(parts)-1])
		if err != nil {
			return "", err
		}
		terms = append(terms, term)
	}
	return strings.Join(terms, " AND "), nil
}

func initial(word string) bool {
	return utf8.RuneCountInString(word) == 1 && strings.IndexFunc(word, unicode.IsLetter) == 0
}

// begins asks for the parts before, followed by a word that begins with last.
func (x *search) begins(ctx context.Context, before []string, last string) (string, error) {
	phrase := func(last string) string {
		return `"` + strings.Join(append(slices.Clip(before), last), " ") + `"`
	}
	word := unaccented(last)
	switch letters := utf8.RuneCountInString(word); {
	case letters == 1, letters > shortWord && strings.ContainsFunc(word, unicode.IsNumber):
		return phrase(last), nil
	case !spelled(word):
		return phrase(last) + "*", nil
	}
	rows, err := x.db.QueryContext(ctx, `SELECT text FROM word WHERE text >= ? AND text < ? ORDER BY text LIMIT ?`, word, word+"{", beginsMax+1)
	words, err := collect(rows, err, func(rows *sql.Rows, word *string) error { return rows.Scan(word) })
	if err != nil {
		return "", err
	}
	if len(words) > beginsMax {
		return phrase(last) + "*", nil
	}
	if len(words) == 0 {
		return phrase(last), nil
	}
	for i, word := range words {
		words[i] = phrase(word)
	}
	return "(" + strings.Join(words, " OR ") + ")", nil
}
