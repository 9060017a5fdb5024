package format

// Confidences gives how sure each format is of a text, the surest first.
func Confidences(text string) []float64 {
	s := sniffed{text: []byte(text)}
	var all []float64
	for _, c := range s.candidates(specs) {
		all = append(all, c.confidence)
	}
	return all
}

// Required gives the columns without which a file is not of a format; Aliases all names of one of its columns.
func Required(id string) []string { return specByID(id).Required }

// Aliases gives all names of a format's column.
func Aliases(id, name string) []string { return specByID(id).aliases(name) }
