package store

import (
	"database/sql"
	"errors"
	"strings"

	"tradepost/backend/commerce"
)

// saidBefore remembers what the values of products were before a run first changed them. An undo asks for each of its
// records, and several may have said something of one product, one over the other and in any order; so it reads once what
// the run did.
type saidBefore struct {
	runID, last int64 // the run, and its last change
	values      map[saidValue]string
}

// saidValue names a value of a product.
type saidValue struct{ product, field string }

// before is what the value that a change of a run names was before that run.
func (s *saidBefore) before(q querier, runID int64, change commerce.FieldChange) (string, error) {
	var last int64
	if err := q.QueryRow(`SELECT COALESCE(max(id), 0) FROM change WHERE run_id = ?`, runID).Scan(&last); err != nil {
		return "", err
	}
	if s.runID != runID || s.last != last {
		values, err := readSaidBefore(q, runID)
		if err != nil {
			return "", err
		}
		*s = saidBefore{runID, last, values}
	}
	if value, ok := s.values[saidValue{change.Role, change.Field}]; ok {
		return value, nil
	}
	return change.Before, nil
}

func readSaidBefore(q querier, runID int64) (map[saidValue]string, error) {
	rows, err := q.Query(`SELECT fields FROM change WHERE run_id = ? AND record_kind = 'variant' AND fields LIKE '%"product.%' ORDER BY id`, runID)
	all, err := collect(rows, err, func(rows *sql.Rows, fields *[]commerce.FieldChange) error {
		var text string
		return errors.Join(rows.Scan(&text), fromJSON(text, fields))
	})
	values := map[saidValue]string{}
	for _, fields := range all {
		for _, f := range fields {
			key := saidValue{f.Role, f.Field}
			if _, ok := values[key]; !ok && strings.HasPrefix(f.Field, "product.") {
				values[key] = f.Before
			}
		}
	}
	return values, err
}
