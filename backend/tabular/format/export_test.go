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
