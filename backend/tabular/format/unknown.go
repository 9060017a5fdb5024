package format

import (
	"fmt"
	"strings"

	"tradepost/backend/fault"
	"tradepost/backend/tabular/delimited"
	"tradepost/backend/tabular/value"
)

// nearFrom is how many telling columns make a format worth naming as the nearest.
const nearFrom = 3

// unknownFile says that a file was not recognised, and what was seen of it.
func (s *sniffed) unknownFile(candidates []candidate) error {
	message := "I don't know this file. " + s.seen()
	if len(candidates) > 0 && len(candidates[0].found) >= nearFrom {
		c := candidates[0]
		message += fmt.Sprintf(" The nearest is %s", c.spec.Name)
		if len(c.missing) > 0 {
			message += ", but there is no column " + listed(c.missing, 6)
		}
		message += "."
	}
	return fault.New(fault.Invalid, message,
		"Map its columns to fields once: files like it are known from then on. Or choose the format yourself.")
}

// seen describes the first row that could be a header row.
func (s *sniffed) seen() string {
	best, comma := s.likelyHeader()
	if s.workbook {
		return s.seenInSheets(best, comma)
	}
	if s.objects {
		return s.seenInObjects()
	}
	if len(best.Cells) < 2 {
		return fmt.Sprintf("It has no columns that comma, tab, semicolon or pipe would separate; its first line is “%s”.",
			short(firstCell(best)))
	}
	names := make([]string, len(best.Cells))
	for i, name := range best.Cells {
		names[i] = short(value.Text(name))
	}
	return fmt.Sprintf("Line %d has %d columns separated by %s: %s.", best.Line, len(names),
		s.parted(comma), listed(names, 8))
}

// likelyHeader is the record that looks most like a header row, wherever it stands; where none does, the first one.
func (s *sniffed) likelyHeader() (delimited.Record, byte) {
	if head, ok := s.findHeader(); ok {
		return head.record, head.comma
	}
	for _, comma := range s.delimiters() {
		if records := s.records(comma); len(records) > 0 {
			return records[0], comma
		}
	}
	return delimited.Record{}, 0
}

func firstCell(r delimited.Record) string {
	if len(r.Cells) == 0 {
		return ""
	}
	return value.Text(r.Cells[0])
}

// missingColumns says which required columns a file lacks for the format a person chose.
func (s *sniffed) missingColumns(chosen *spec, best []candidate) error {
	missing := chosen.Required
	if len(best) > 0 {
		missing = best[0].missing
	}
	err := lacks(chosen, missing)
	err.Message += " " + s.seen()
	return err
}

func lacks(chosen *spec, missing []string) *fault.Error {
	return fault.New(fault.Invalid, fmt.Sprintf("This cannot be read as %s: there is no column %s.",
		chosen.Name, listed(missing, 20)),
		"Export the file again with all columns, or choose another format.")
}

// listed names the first few, and how many more there are.
func listed(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

func short(text string) string {
	const limit = 40
	text = strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, text)
	for i := range text {
		if i >= limit {
			return text[:i] + "…"
		}
	}
	return text
}
