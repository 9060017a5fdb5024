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

// CheckTransform compiles an expression.
func CheckTransform(source string) error {
	_, err := compile(source)
	return err
}

// Transform runs an expression on a cell of a row.
func Transform(source, cell string, row map[string]string) (string, error) {
	compiled, err := compile(source)
	if err != nil {
		return "", err
	}
	var columns, cells []string
	for name, v := range row {
		columns, cells = append(columns, name), append(cells, v)
	}
	return compiled.run(cell, columns, cells)
}
