package format

import (
	"fmt"

	"tradepost/backend/tabular/value"
)

// ColumnNames gives each column a name of its own, as mappings and corrections call it.
func ColumnNames(columns []string) []string { return labels(columns) }

// labels name the columns so that each can be told from the others: of a name that comes again the second is "Name (2)", a
// column without a name is "Column 3".
func labels(columns []string) []string {
	all, times := make([]string, len(columns)), map[string]int{}
	for i, name := range columns {
		name = value.Text(name)
		n := normal(name)
		if n == "" {
			all[i] = fmt.Sprintf("Column %d", i+1)
			continue
		}
		if times[n]++; times[n] > 1 {
			name = fmt.Sprintf("%s (%d)", name, times[n])
		}
		all[i] = name
	}
	return all
}
