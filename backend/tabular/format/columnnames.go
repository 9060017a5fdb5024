package format

import (
	"fmt"

	"tradepost/backend/tabular/value"
)

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
