package tabular

import (
	"context"
	"fmt"
	"slices"
	"time"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/tabular/delimited"
	"tradepost/backend/tabular/format"
)

// Counted is one row of a file of counts: of what, how many, and when; the zero instant where the file does not say.
type Counted struct {
	Code  string // its SKU, else its GTIN
	Found commerce.Decimal
	At    commerce.Instant
}

// Counts reads a kept file of stock counts, changing nothing: one of a known layout, or any whose columns can be guessed. Rows that count nothing are passed
// over. A row that cannot be read refuses the file: counts that add up must be whole.
func (im *Importer) Counts(ctx context.Context, fileID int64, zone *time.Location) (all []Counted, err error) {
	recognition, err := im.asCounts(ctx, fileID)
	if err != nil {
		return nil, err
	}
	options := format.Options{Format: recognition.Format, Zone: zone, ZoneSource: commerce.ZoneFromOption}
	err = format.Read(ctx, im.source(fileID), recognition, options, func(r format.Record) error {
		c, err := countedOf(r)
		if err == nil && c.Found != "" {
			all = append(all, c)
		}
		return err
	})
	if err == nil && len(all) == 0 {
		err = fault.New(fault.Invalid, "The file counts nothing.", "Fill in what was counted.").InField("file")
	}
	return all, err
}

// asCounts finds out how a file is to be read as counts.
func (im *Importer) asCounts(ctx context.Context, fileID int64) (format.Recognition, error) {
	by, err := im.find(ctx, Request{FileID: fileID})
	if err == nil && kindOf(by.Recognition) == intake.StockCounts {
		return by.Recognition, nil
	}
	seen, err := im.Inspect(ctx, fileID, format.FileLayout{}, string(intake.StockCounts))
	if err != nil {
		return format.Recognition{}, err
	}
	profile, ok := guessedCounts(seen)
	if !ok {
		return format.Recognition{}, fault.New(fault.Invalid, "Nothing in this file says what was counted, and how many.",
			"Use the sheet of the stocktake, or a table with the columns SKU and Counted.").InField("file")
	}
	return im.readBy(ctx, fileID, format.How{Profile: &profile, Sheet: seen.Sheet})
}

// guessedCounts is a mapping of the columns that most likely are code, count and instant; ok tells that there is a code and a count.
func guessedCounts(seen format.Inspection) (p format.Profile, ok bool) {
	p = format.Profile{Name: "Counts", Kind: string(intake.StockCounts), Layout: format.FileLayout{HeaderRow: seen.HeaderRow, DescriptionRow: seen.DescriptionRow}}
	found := map[string]bool{}
	for _, c := range seen.Columns {
		if c.Guess == nil || !slices.Contains([]string{"sku", "gtin", "on_hand", "counted_at"}, c.Guess.Field) {
			continue
		}
		found[c.Guess.Field] = true
		p.Columns = append(p.Columns, format.ProfileColumn{Names: []string{c.Name}, To: []string{c.Guess.Field}})
	}
	return p, found["on_hand"] && (found["sku"] || found["gtin"])
}

func countedOf(r format.Record) (c Counted, err error) {
	for _, p := range r.Problems {
		return c, fault.New(fault.Invalid, fmt.Sprintf("Row %d: %s", rowOf(r), p.Message), p.Remedy).InField("file")
	}
	v := r.Stated.Values
	c.Code, c.Found = delimited.Unguard(v["sku"]), commerce.Decimal(v["on_hand"])
	if c.Code == "" {
		c.Code = v["gtin"]
	}
	if c.At, err = commerce.ParseInstant(v["counted_at"]); err != nil {
		return c, fault.New(fault.Invalid, fmt.Sprintf("Row %d: “%s” is not a date and time.", rowOf(r), v["counted_at"]), "Correct it, or leave it blank.").InField("file")
	}
	return c, nil
}

func rowOf(r format.Record) int {
	if len(r.Rows) == 0 {
		return r.Ordinal
	}
	return r.Rows[0].Number
}
